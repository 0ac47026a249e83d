//! Publishing: what the registry lacks, then the entry, then the tags.

use deliver::ReleaseDocument;
use hashing::Digest;
use oci::{Manifest, media_type};
use registry::RegistryError;

use crate::changes::{self, ObjectChange, changes_to, local_document};
use crate::channels::{check_name, move_to};
use crate::journal::{Entry, Event};
use crate::parallel::each;
use crate::publication::{Artifact, Blobs, Publication, SignedArtifact, Signer};
use crate::repair;
use crate::state::Now;
use crate::{Cluster, PublishError, Registry, State, Who, address};

/// What publishing did.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Published {
    /// The generation that the release is now.
    pub generation: u64,
    /// The digest of the release.
    pub digest: Digest,
    /// Whether the generation is new.
    pub is_new: bool,
    /// Whether the channel was moved to it.
    pub moved: bool,
    /// The artifacts that the registry lacked.
    pub pushed: Vec<String>,
    /// What changes in the cluster against the generation before; none when that could not be read.
    pub changes: Option<Vec<ObjectChange>>,
}

/// Everything that publishing is told.
pub struct Request<'a> {
    /// What.
    pub publication: &'a Publication,
    /// From where.
    pub blobs: &'a dyn Blobs,
    /// Signed by whom.
    pub signer: Option<&'a dyn Signer>,
    /// The channel that moves to it.
    pub channel: Option<&'a str>,
    /// Whether engines follow the channel by another address of the registry from now on.
    pub new_address: bool,
    /// By whom, and when.
    pub who: Who,
    /// Whether everything is looked for in the registry, and not only what is new since the generation before.
    pub thorough: bool,
    /// How many artifacts are pushed at once.
    pub jobs: usize,
    /// Is told of every artifact that was pushed.
    pub progress: &'a (dyn Fn(&str) + Sync),
}

/// Publishes a release. Unchanged content makes no new generation.
pub fn publish(cluster: Cluster<'_>, request: &Request<'_>) -> Result<Published, PublishError> {
    request.channel.map_or(Ok(()), check_name)?;
    let now = cluster.now()?;
    let state = now.state();
    let release = &request.publication.release;
    let latest = state.latest();
    check_address(cluster, &state, request)?;
    repair::complete(cluster, &state, &now.tags)?;
    let known = latest.is_some_and(|(_, digest)| digest == release.manifest);
    let mut pushed = Vec::new();
    if !known || request.thorough {
        pushed = push_all(cluster, request, &now)?;
    }
    if let (true, Some((generation, digest))) = (known, latest) {
        let moved = match request.channel {
            Some(channel) if state.channels.get(channel) != Some(&generation) => {
                move_to(cluster, &now, channel, generation, &request.who)?;
                true
            }
            // A publication that was killed after its entry is completed here.
            _ if !now.tags.contains(&repair::generation_tag(generation)) => {
                repair::project(cluster, &state)? > 0 && request.channel.is_some()
            }
            Some(channel) => repair::project_channel(cluster, &state, channel)?,
            None => false,
        };
        return Ok(Published { generation, digest, is_new: false, moved, pushed, changes: Some(Vec::new()) });
    }
    add_generation(cluster, request, &now, pushed)
}

/// Before anything is pushed.
fn check_address(cluster: Cluster<'_>, state: &State, request: &Request<'_>) -> Result<(), PublishError> {
    let Some(channel) = request.channel.filter(|_| !request.new_address) else { return Ok(()) };
    let release = &request.publication.release.manifest;
    let current = state.channels.get(channel).and_then(|generation| state.generations.get(generation));
    let current = current.filter(|current| *current != release);
    // A release that can no longer be read must not stand in the way of the next one.
    let followed = current.and_then(|digest| changes::document(cluster, digest).ok());
    followed.map_or(Ok(()), |followed| {
        address::check(channel, &followed, &local_document(request.blobs, release)?)
    })
}

fn add_generation(
    cluster: Cluster<'_>,
    request: &Request<'_>,
    now: &Now,
    pushed: Vec<String>,
) -> Result<Published, PublishError> {
    let release = &request.publication.release;
    let mut state = now.state();
    let before = state.latest();
    let generation = before.map_or(1, |(number, _)| number + 1);
    // A generation that can no longer be read must not stand in the way of the next one.
    let changes = changes_to(cluster, before.map(|(_, digest)| digest), request).ok();
    state.generations.insert(generation, release.manifest);
    if let Some(channel) = request.channel {
        state.channels.insert(channel.to_owned(), generation);
    }
    let event = Event::Published {
        generation,
        version: release.version.clone(),
        channel: request.channel.map(str::to_owned),
        changed: changes.as_ref().map(Vec::len),
    };
    append(cluster, now, event, state, &request.who)?;
    let (digest, moved) = (release.manifest, request.channel.is_some());
    Ok(Published { generation, digest, is_new: true, moved, pushed, changes })
}

/// Writes the next entry and sets the tags that follow from it.
pub(crate) fn append(
    cluster: Cluster<'_>,
    now: &Now,
    event: Event,
    state: State,
    who: &Who,
) -> Result<(), PublishError> {
    let entry = Entry {
        sequence: now.next(),
        previous: now.digest(),
        time: who.time.clone(),
        author: who.author.clone(),
        event,
        state,
    };
    crate::claim::write(cluster, &entry)?;
    repair::project(cluster, &entry.state)?;
    Ok(())
}

/// Pushes the bundles that the generation before did not have, then the release.
fn push_all(cluster: Cluster<'_>, request: &Request<'_>, now: &Now) -> Result<Vec<String>, PublishError> {
    let there: Vec<(String, Digest)> = match now.state().latest() {
        Some((_, digest)) if !request.thorough => pinned(cluster, &digest).unwrap_or_default(),
        _ => Vec::new(),
    };
    let missing: Vec<&Artifact> = request
        .publication
        .bundles
        .iter()
        .filter(|bundle| !there.contains(&(bundle.name.clone(), bundle.manifest)))
        .collect();
    let pushed = each(&missing, request.jobs, |bundle| {
        let pushed = push(cluster, request, bundle)?;
        Ok::<_, PublishError>(pushed.then(|| bundle.name.clone()))
    })?;
    let mut pushed: Vec<String> = pushed.into_iter().flatten().collect();
    // What was there on its own may have been collected since.
    for bundle in missing.iter().filter(|bundle| !pushed.contains(&bundle.name)) {
        if cluster.registry.head(&bundle.name, &bundle.manifest.to_string())?.is_none() {
            return Err(PublishError::Missing {
                repository: bundle.name.clone(),
                reference: bundle.manifest.to_string(),
                what: "was there a moment ago".to_owned(),
            });
        }
    }
    if push(cluster, request, &request.publication.release)? {
        pushed.push(request.publication.release.name.clone());
    }
    Ok(pushed)
}

/// The bundles that a published release pins.
fn pinned(cluster: Cluster<'_>, release: &Digest) -> Result<Vec<(String, Digest)>, PublishError> {
    let document = document(cluster, release)?;
    Ok(document.bundles.into_iter().map(|bundle| (bundle.name, bundle.digest)).collect())
}

/// The document of a published release.
pub(crate) fn document(cluster: Cluster<'_>, release: &Digest) -> Result<ReleaseDocument, PublishError> {
    let repository = cluster.repository();
    let manifest = manifest_of(cluster, &repository, release)?;
    let config = cluster.registry.blob(&repository, &manifest.config.digest)?;
    ReleaseDocument::parse(&config).map_err(|error| PublishError::Unreadable {
        repository,
        reference: release.to_string(),
        reason: error.to_string(),
    })
}

/// A published manifest.
pub(crate) fn manifest_of(
    cluster: Cluster<'_>,
    repository: &str,
    digest: &Digest,
) -> Result<Manifest, PublishError> {
    let reference = digest.to_string();
    let repository = repository.to_owned();
    let Some(bytes) = cluster.registry.manifest(&repository, &reference)? else {
        let what = "a generation names".to_owned();
        return Err(PublishError::Missing { repository, reference, what });
    };
    Manifest::parse(&bytes).map_err(|error| PublishError::Unreadable {
        repository,
        reference,
        reason: error.to_string(),
    })
}

/// Pushes an artifact, its blobs first; whether it was missing.
fn push(cluster: Cluster<'_>, request: &Request<'_>, artifact: &Artifact) -> Result<bool, PublishError> {
    let registry = cluster.registry;
    match registry.head(&artifact.name, &artifact.version)? {
        Some(there) if there == artifact.manifest => {
            if request.thorough {
                let size = request.blobs.read(&artifact.manifest)?.len();
                sign(cluster, request, artifact, size as u64)?;
            }
            return Ok(false);
        }
        Some(there) => {
            return Err(PublishError::Taken {
                repository: artifact.name.clone(),
                version: artifact.version.clone(),
                there,
                ours: artifact.manifest,
            });
        }
        None => {}
    }
    let bytes = request.blobs.read(&artifact.manifest)?;
    let manifest = Manifest::parse(&bytes)
        .map_err(|error| PublishError::Local { digest: artifact.manifest, reason: error.to_string() })?;
    for blob in manifest.layers.iter().chain([&manifest.config]) {
        registry.push_blob(&artifact.name, &blob.digest, &request.blobs.read(&blob.digest)?)?;
    }
    // The signatures go before the tag: who sees the version can verify it.
    registry.put_manifest(&artifact.name, &artifact.manifest.to_string(), media_type::MANIFEST, &bytes)?;
    sign(cluster, request, artifact, bytes.len() as u64)?;
    registry.put_manifest(&artifact.name, &artifact.version, media_type::MANIFEST, &bytes)?;
    (request.progress)(&artifact.name);
    Ok(true)
}

fn sign(
    cluster: Cluster<'_>,
    request: &Request<'_>,
    artifact: &Artifact,
    size: u64,
) -> Result<(), PublishError> {
    let Some(signer) = request.signer else { return Ok(()) };
    let registry = cluster.registry;
    let address = format!("{}/{}", registry.base(), artifact.name);
    for signed in signer.sign(&address, &artifact.manifest, size)? {
        attach(registry, &artifact.name, &artifact.manifest, &signed)?;
    }
    Ok(())
}

/// Pushes a signature or attestation of the manifest `subject`.
pub fn attach(
    registry: &dyn Registry,
    repository: &str,
    subject: &Digest,
    signed: &SignedArtifact,
) -> Result<(), RegistryError> {
    for (digest, bytes) in &signed.blobs {
        registry.push_blob(repository, digest, bytes)?;
    }
    match &signed.tag {
        Some(tag) => registry.put_manifest(repository, tag, media_type::MANIFEST, &signed.manifest)?,
        None => registry.attach(repository, subject, &signed.manifest)?,
    };
    Ok(())
}
