//! What changes in a cluster between two releases: bundles by digest, then their files, one object each.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use deliver::ReleaseDocument;
use diag::Source;
use hashing::Digest;
use oci::Manifest;
use serde::Serialize;
use yaml::{Duplicates, Node};

use crate::parallel::each;
use crate::publication::Blobs;
use crate::publish::{Request, manifest_of};
use crate::{Cluster, PublishError};

/// How many bundles are read at once.
const JOBS: usize = 8;

/// One object that is new, other, or gone.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize)]
pub struct ObjectChange {
    /// The bundle.
    pub bundle: String,
    /// `Deployment web/podinfo`.
    pub object: String,
    /// What happens to it.
    pub kind: ChangeKind,
    /// Its text before, unless it is new.
    #[serde(skip)]
    pub before: Option<String>,
    /// Its text after, unless it is gone.
    #[serde(skip)]
    pub after: Option<String>,
}

/// What happens to an object.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ChangeKind {
    /// It is new.
    Added,
    /// It is other than before.
    Changed,
    /// It goes away.
    Removed,
}

/// What changes from one published release, or from nothing, to another one.
pub fn changes(
    cluster: Cluster<'_>,
    from: Option<&Digest>,
    to: &Digest,
) -> Result<Vec<ObjectChange>, PublishError> {
    if from == Some(to) {
        return Ok(Vec::new());
    }
    let old = from.map(|digest| document(cluster, digest)).transpose()?;
    changes_of(cluster, old.as_ref(), &document(cluster, to)?)
}

/// The same of releases that were read already.
pub(crate) fn changes_of(
    cluster: Cluster<'_>,
    from: Option<&ReleaseDocument>,
    to: &ReleaseDocument,
) -> Result<Vec<ObjectChange>, PublishError> {
    compare(
        &bundles(from),
        &bundles(Some(to)),
        &|name, digest| published(cluster, name, digest),
        &|name, digest| published(cluster, name, digest),
    )
}

/// What changes from one generation to another.
pub fn changes_between(cluster: Cluster<'_>, from: u64, to: u64) -> Result<Vec<ObjectChange>, PublishError> {
    let state = cluster.state()?;
    let digest = |generation: u64| {
        state.generations.get(&generation).copied().ok_or_else(|| PublishError::NoGeneration {
            repository: cluster.repository(),
            generation,
            generations: state.generations.keys().copied().collect(),
        })
    };
    changes(cluster, Some(&digest(from)?), &digest(to)?)
}

/// What changes from a published release, or from nothing, to one that is about to be.
pub(crate) fn changes_to(
    cluster: Cluster<'_>,
    from: Option<Digest>,
    request: &Request<'_>,
) -> Result<Vec<ObjectChange>, PublishError> {
    let old = from.map(|digest| document(cluster, &digest)).transpose()?;
    let new =
        request.publication.bundles.iter().map(|bundle| (bundle.name.clone(), bundle.manifest)).collect();
    compare(
        &bundles(old.as_ref()),
        &new,
        &|name, digest| published(cluster, name, digest),
        &|name, digest| local(request.blobs, name, digest),
    )
}

fn bundles(document: Option<&ReleaseDocument>) -> BTreeMap<String, Digest> {
    let bundles = document.into_iter().flat_map(|document| &document.bundles);
    bundles.map(|bundle| (bundle.name.clone(), bundle.digest)).collect()
}

type Files = BTreeMap<String, String>;
type Read<'a> = &'a (dyn Fn(&str, &Digest) -> Result<Files, PublishError> + Sync);

fn compare(
    old: &BTreeMap<String, Digest>,
    new: &BTreeMap<String, Digest>,
    read_old: Read<'_>,
    read_new: Read<'_>,
) -> Result<Vec<ObjectChange>, PublishError> {
    let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let other: Vec<&String> = names.into_iter().filter(|name| old.get(*name) != new.get(*name)).collect();
    let found = each(&other, JOBS, |name| {
        let files = |side: &BTreeMap<String, Digest>, read: Read<'_>| {
            side.get(*name).map_or_else(|| Ok(Files::new()), |digest| read(name, digest))
        };
        Ok::<_, PublishError>(compare_bundle(name, files(old, read_old)?, files(new, read_new)?))
    })?;
    Ok(found.into_iter().flatten().collect())
}

/// Files hold one object each and are named after it, so equal names are the same object.
fn compare_bundle(bundle: &str, mut old: Files, new: Files) -> Vec<ObjectChange> {
    let mut changes = Vec::new();
    for (path, after) in new {
        let before = old.remove(&path);
        let kind = match &before {
            None => ChangeKind::Added,
            Some(before) if *before == after => continue,
            Some(_) => ChangeKind::Changed,
        };
        let object = name_of(&path, &after);
        changes.push(ObjectChange { bundle: bundle.to_owned(), object, kind, before, after: Some(after) });
    }
    changes.extend(old.into_iter().map(|(path, before)| ObjectChange {
        bundle: bundle.to_owned(),
        object: name_of(&path, &before),
        kind: ChangeKind::Removed,
        before: Some(before),
        after: None,
    }));
    changes.sort();
    changes
}

/// `Deployment web/podinfo`, or the path of a file that holds no object.
fn name_of(path: &str, text: &str) -> String {
    let source = Arc::new(Source { name: path.to_owned(), text: text.to_owned() });
    let Ok(document) = yaml::parse_one(&source, Duplicates::LastWins) else { return path.to_owned() };
    let field = |at: &[&str]| document.root.at(at).and_then(Node::as_str);
    match (field(&["kind"]), field(&["metadata", "namespace"]), field(&["metadata", "name"])) {
        (Some(kind), Some(namespace), Some(name)) => format!("{kind} {namespace}/{name}"),
        (Some(kind), None, Some(name)) => format!("{kind} {name}"),
        _ => path.to_owned(),
    }
}

fn published(cluster: Cluster<'_>, name: &str, digest: &Digest) -> Result<Files, PublishError> {
    let manifest = near_manifest(cluster, name, digest)?;
    files(name, digest, &manifest, &|layer| near_blob(cluster, name, layer))
}

/// The document of a release, from the local place if it is there.
pub fn document(cluster: Cluster<'_>, release: &Digest) -> Result<ReleaseDocument, PublishError> {
    let repository = cluster.repository();
    let manifest = near_manifest(cluster, &repository, release)?;
    let config = near_blob(cluster, &repository, &manifest.config.digest)?;
    ReleaseDocument::parse(&config).map_err(|error| PublishError::Unreadable {
        repository,
        reference: release.to_string(),
        reason: error.to_string(),
    })
}

fn near_manifest(cluster: Cluster<'_>, name: &str, digest: &Digest) -> Result<Manifest, PublishError> {
    let local = cluster.local.and_then(|local| Manifest::parse(&local.read(digest).ok()?).ok());
    local.map_or_else(|| manifest_of(cluster, name, digest), Ok)
}

fn near_blob(cluster: Cluster<'_>, name: &str, digest: &Digest) -> Result<Vec<u8>, PublishError> {
    match cluster.local.and_then(|local| local.read(digest).ok()) {
        Some(bytes) => Ok(bytes),
        None => Ok(cluster.registry.blob(name, digest)?),
    }
}

fn local(blobs: &dyn Blobs, name: &str, digest: &Digest) -> Result<Files, PublishError> {
    let manifest = local_manifest(blobs, digest)?;
    files(name, digest, &manifest, &|layer| blobs.read(layer))
}

/// The document of a release that is not published yet.
pub(crate) fn local_document(blobs: &dyn Blobs, release: &Digest) -> Result<ReleaseDocument, PublishError> {
    let config = blobs.read(&local_manifest(blobs, release)?.config.digest)?;
    ReleaseDocument::parse(&config)
        .map_err(|error| PublishError::Local { digest: *release, reason: error.to_string() })
}

fn local_manifest(blobs: &dyn Blobs, digest: &Digest) -> Result<Manifest, PublishError> {
    Manifest::parse(&blobs.read(digest)?)
        .map_err(|error| PublishError::Local { digest: *digest, reason: error.to_string() })
}

fn files(
    name: &str,
    digest: &Digest,
    manifest: &Manifest,
    read: &dyn Fn(&Digest) -> Result<Vec<u8>, PublishError>,
) -> Result<Files, PublishError> {
    let mut files = Files::new();
    for layer in &manifest.layers {
        let found = deliver::read(&read(&layer.digest)?).map_err(|error| PublishError::Unreadable {
            repository: name.to_owned(),
            reference: digest.to_string(),
            reason: error.to_string(),
        })?;
        files.extend(found);
    }
    Ok(files)
}
