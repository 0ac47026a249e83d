//! A registry in memory that counts requests and can stop answering, and releases to put into it.
#![allow(dead_code, reason = "each test program uses a part of it")]
#![allow(clippy::unwrap_used, clippy::missing_panics_doc, reason = "a test, in functions of its own too")]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use deliver::{BundleSpec, Engine, Packed, ReleaseBundle, ReleaseSpec};
use hashing::Digest;
use oci::Manifest;
use publish::{Artifact, Blobs, Cluster, Publication, PublishError, Registry, Request, Who};
use registry::RegistryError;

/// One repository.
#[derive(Clone, Default)]
struct Repository {
    blobs: BTreeMap<Digest, Vec<u8>>,
    manifests: BTreeMap<Digest, Vec<u8>>,
    tags: BTreeMap<String, Digest>,
}

/// A registry in memory, as strict as a real one: a manifest is taken only when everything that it names is there.
#[derive(Default)]
pub(crate) struct Memory {
    repositories: Mutex<BTreeMap<String, Repository>>,
    requests: AtomicU64,
    /// After so many requests it answers nobody; 0 is for ever.
    pub(crate) limit: AtomicU64,
    /// Is asked before each request.
    pub(crate) gate: Option<Box<dyn Fn() + Sync + Send>>,
}

impl Memory {
    pub(crate) fn copy(&self) -> Self {
        let repositories = Mutex::new(self.repositories.lock().unwrap().clone());
        Self { repositories, ..Self::default() }
    }

    pub(crate) fn requests(&self) -> u64 {
        self.requests.load(Ordering::SeqCst)
    }

    pub(crate) fn cluster(&self) -> Cluster<'_> {
        Cluster { registry: self, name: "lab", patience: Duration::from_secs(10), local: None }
    }

    /// The tags that engines and people look at, with their digests.
    pub(crate) fn tags_of(&self, repository: &str) -> BTreeMap<String, Digest> {
        let all = self.repositories.lock().unwrap();
        all.get(repository).map(|repository| repository.tags.clone()).unwrap_or_default()
    }

    /// Whether everything that a release pins is there.
    pub(crate) fn is_whole(&self, release: &Digest) -> bool {
        let all = self.repositories.lock().unwrap();
        let artifact = |name: &str, digest: &Digest| -> Option<Manifest> {
            let repository = all.get(name)?;
            let manifest = Manifest::parse(repository.manifests.get(digest)?).unwrap();
            let mut blobs = manifest.layers.iter().chain([&manifest.config]);
            let whole = blobs.all(|blob| repository.blobs.contains_key(&blob.digest));
            drop(blobs);
            whole.then_some(manifest)
        };
        let Some(manifest) = artifact("releases/lab", release) else { return false };
        let config = &all["releases/lab"].blobs[&manifest.config.digest];
        let document = deliver::ReleaseDocument::parse(config).unwrap();
        document.bundles.iter().all(|bundle| artifact(&bundle.name, &bundle.digest).is_some())
    }

    pub(crate) fn manifests(&self) -> BTreeSet<(String, Digest)> {
        let all = self.repositories.lock().unwrap();
        all.iter()
            .flat_map(|(name, repository)| repository.manifests.keys().map(|digest| (name.clone(), *digest)))
            .collect()
    }

    pub(crate) fn forget_blob(&self, repository: &str, digest: &Digest) {
        self.repositories.lock().unwrap().get_mut(repository).unwrap().blobs.remove(digest);
    }

    fn ask<T>(&self, work: impl FnOnce(&mut BTreeMap<String, Repository>) -> T) -> Result<T, RegistryError> {
        if let Some(gate) = &self.gate {
            gate();
        }
        let number = self.requests.fetch_add(1, Ordering::SeqCst);
        let limit = self.limit.load(Ordering::SeqCst);
        if limit > 0 && number >= limit {
            return Err(RegistryError::Offline { url: "memory".to_owned() });
        }
        Ok(work(&mut self.repositories.lock().unwrap()))
    }
}

fn find(repository: &Repository, reference: &str) -> Option<Digest> {
    match reference.parse::<Digest>() {
        Ok(digest) => repository.manifests.contains_key(&digest).then_some(digest),
        Err(_) => repository.tags.get(reference).copied(),
    }
}

impl Registry for Memory {
    fn base(&self) -> &'static str {
        "registry.example.org/lab"
    }

    fn head(&self, repository: &str, reference: &str) -> Result<Option<Digest>, RegistryError> {
        self.ask(|all| find(all.get(repository)?, reference))
    }

    fn manifest(&self, repository: &str, reference: &str) -> Result<Option<Vec<u8>>, RegistryError> {
        self.ask(|all| {
            let repository = all.get(repository)?;
            repository.manifests.get(&find(repository, reference)?).cloned()
        })
    }

    fn put_manifest(
        &self,
        repository: &str,
        reference: &str,
        _: &str,
        bytes: &[u8],
    ) -> Result<Digest, RegistryError> {
        let url = format!("{repository}:{reference}");
        let answer = self.ask(|all| {
            let repository = all.entry(repository.to_owned()).or_default();
            let manifest = Manifest::parse(bytes).unwrap();
            let mut blobs = manifest.layers.iter().chain([&manifest.config]);
            if !blobs.all(|blob| repository.blobs.contains_key(&blob.digest)) {
                return None;
            }
            let digest = Digest::of(bytes);
            repository.manifests.insert(digest, bytes.to_vec());
            if reference.parse::<Digest>().is_err() {
                repository.tags.insert(reference.to_owned(), digest);
            }
            Some(digest)
        })?;
        let message = "MANIFEST_BLOB_UNKNOWN".to_owned();
        answer.ok_or(RegistryError::Status { url, status: 400, message })
    }

    fn attach(&self, repository: &str, _: &Digest, bytes: &[u8]) -> Result<Digest, RegistryError> {
        self.put_manifest(repository, &Digest::of(bytes).to_string(), "", bytes)
    }

    fn referrers(&self, repository: &str, subject: &Digest) -> Result<Vec<Digest>, RegistryError> {
        self.ask(|all| {
            let manifests = all.get(repository).map(|repository| repository.manifests.iter());
            let speaks = |bytes: &[u8]| {
                Manifest::parse(bytes).unwrap().subject.is_some_and(|it| it.digest == *subject)
            };
            let found = manifests.into_iter().flatten().filter(|(_, bytes)| speaks(bytes));
            found.map(|(digest, _)| *digest).collect()
        })
    }

    fn has_blob(&self, repository: &str, digest: &Digest) -> Result<bool, RegistryError> {
        self.ask(|all| all.get(repository).is_some_and(|repository| repository.blobs.contains_key(digest)))
    }

    fn blob(&self, repository: &str, digest: &Digest) -> Result<Vec<u8>, RegistryError> {
        let found = self.ask(|all| all.get(repository)?.blobs.get(digest).cloned())?;
        let url = format!("{repository}@{digest}");
        found.ok_or(RegistryError::Status { url, status: 404, message: String::new() })
    }

    fn push_blob(&self, repository: &str, digest: &Digest, bytes: &[u8]) -> Result<bool, RegistryError> {
        self.ask(|all| {
            let repository = all.entry(repository.to_owned()).or_default();
            repository.blobs.insert(*digest, bytes.to_vec()).is_none()
        })
    }

    fn tags(&self, repository: &str) -> Result<Vec<String>, RegistryError> {
        self.ask(|all| {
            all.get(repository)
                .map(|repository| repository.tags.keys().cloned().collect())
                .unwrap_or_default()
        })
    }

    fn delete(&self, repository: &str, reference: &str) -> Result<bool, RegistryError> {
        self.ask(|all| {
            let Some(repository) = all.get_mut(repository) else { return false };
            match reference.parse::<Digest>() {
                Ok(digest) => {
                    repository.tags.retain(|_, tagged| *tagged != digest);
                    repository.manifests.remove(&digest).is_some()
                }
                Err(_) => repository.tags.remove(reference).is_some(),
            }
        })
    }
}

/// A release with everything that it is made of.
pub(crate) struct Built {
    pub(crate) publication: Publication,
    blobs: BTreeMap<Digest, Vec<u8>>,
}

impl Blobs for Built {
    fn read(&self, digest: &Digest) -> Result<Vec<u8>, PublishError> {
        let missing = || PublishError::Local { digest: *digest, reason: "it is not there".to_owned() };
        self.blobs.get(digest).cloned().ok_or_else(missing)
    }
}

impl Built {
    /// Publishes to a channel.
    pub(crate) fn publish(
        &self,
        registry: &Memory,
        channel: Option<&str>,
    ) -> Result<publish::Published, PublishError> {
        self.publish_by(registry, channel, "ada")
    }

    pub(crate) fn publish_by(
        &self,
        registry: &Memory,
        channel: Option<&str>,
        author: &str,
    ) -> Result<publish::Published, PublishError> {
        self.publish_as(registry.cluster(), channel, author)
    }

    pub(crate) fn publish_as(
        &self,
        cluster: Cluster<'_>,
        channel: Option<&str>,
        author: &str,
    ) -> Result<publish::Published, PublishError> {
        let request = Request {
            publication: &self.publication,
            blobs: self,
            signer: None,
            channel,
            who: who(author),
            new_address: false,
            thorough: false,
            jobs: 1,
            progress: &|_| {},
        };
        publish::publish(cluster, &request)
    }
}

pub(crate) fn who(author: &str) -> Who {
    Who { time: "2026-01-02T03:04:05Z".to_owned(), author: author.to_owned() }
}

/// A release of bundles, each with one object of a text.
pub(crate) fn built(bundles: &[(&str, &str)]) -> Built {
    built_for("oci://registry.example.org/lab", bundles)
}

/// A release whose bundles engines find at an address.
pub(crate) fn built_for(address: &str, bundles: &[(&str, &str)]) -> Built {
    let mut blobs = BTreeMap::new();
    let mut pinned = Vec::new();
    let mut artifacts = Vec::new();
    for (name, text) in bundles {
        let short = name.rsplit('/').next().unwrap();
        let object = format!(
            "apiVersion: v1\ndata:\n  text: {text}\nkind: ConfigMap\nmetadata:\n  name: {short}\n  namespace: web\n"
        );
        let spec = BundleSpec {
            name: format!("apps/{name}"),
            version_base: "1.0.0".to_owned(),
            description: "for a test".to_owned(),
        };
        let packed = deliver::pack(&spec, &[(format!("configmap-{short}.yaml"), object)]).unwrap();
        pinned.push(ReleaseBundle {
            name: packed.name.clone(),
            version: packed.version.clone(),
            digest: packed.manifest_digest,
            namespace: "web".to_owned(),
            depends_on: Vec::new(),
            wave: 1,
            crds: false,
            installs: None,
            health: Vec::new(),
            objects: Vec::new(),
        });
        artifacts.push(keep(packed, &mut blobs));
    }
    let release = deliver::release(&ReleaseSpec {
        cluster: "lab".to_owned(),
        registry: address.to_owned(),
        insecure: false,
        pull_secret: None,
        application_set: false,
        engines: vec![Engine::Flux, Engine::ArgoCd],
        bundles: pinned,
        inputs: Digest::of(b"inputs"),
    })
    .unwrap();
    let release = keep(release, &mut blobs);
    Built { publication: Publication { release, bundles: artifacts }, blobs }
}

fn keep(packed: Packed, blobs: &mut BTreeMap<Digest, Vec<u8>>) -> Artifact {
    blobs.insert(packed.layer_digest, packed.layer);
    blobs.insert(packed.config_digest, packed.config);
    blobs.insert(packed.manifest_digest, packed.manifest);
    Artifact { name: packed.name, version: packed.version, manifest: packed.manifest_digest }
}
