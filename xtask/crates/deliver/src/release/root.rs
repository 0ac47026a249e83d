//! The objects that make an engine follow the releases of a cluster: all that is ever applied by hand.

use hashing::Digest;

use super::{ReleaseSpec, argocd, flux};
use crate::Engine;

/// Where the releases of a cluster are.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Place {
    /// The cluster.
    pub cluster: String,
    /// `oci://host[:port]/path`.
    pub registry: String,
    /// Whether the registry speaks plain HTTP.
    pub insecure: bool,
    /// The Secret by which Flux logs in to the registry.
    pub pull_secret: Option<String>,
    /// The public key, in PEM, without whose signature Flux applies no release.
    pub public_key: Option<String>,
}

/// Which release an engine applies.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Follow {
    /// Always this one.
    Digest(Digest),
    /// The one that a tag is on.
    Channel(String),
}

impl Place {
    pub(super) fn of(spec: &ReleaseSpec) -> Self {
        Self {
            cluster: spec.cluster.clone(),
            registry: spec.registry.clone(),
            insecure: spec.insecure,
            pull_secret: spec.pull_secret.clone(),
            public_key: None,
        }
    }

    /// The address of an artifact of this name.
    pub(super) fn address(&self, name: &str) -> String {
        address(&self.registry, name)
    }
}

/// The objects that point an engine at published releases (path and YAML): what a person, or a deploy, applies once.
pub fn root_objects(place: &Place, follow: &Follow, engine: Engine) -> Vec<(String, String)> {
    match engine {
        Engine::ArgoCd => argocd::root(place, follow),
        Engine::Flux => flux::root(place, follow),
    }
}

/// Where something of a registry is.
pub(super) fn address(registry: &str, name: &str) -> String {
    format!("{}/{name}", registry.trim_end_matches('/'))
}
