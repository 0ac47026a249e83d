//! Making a release.

mod application_set;
mod argocd;
mod document;
mod flux;
mod graph;
mod name;
mod notice;
mod object;
mod readiness;
mod root;

use std::collections::BTreeMap;

use hashing::Digest;

pub use document::{PinnedBundle, ReleaseDocument};
pub use name::object_name;
pub use notice::{News, Notice, Told, root_name, tell};
pub use object::{HealthCheck, objects_of};
pub use root::{Follow, Place, root_objects};

use crate::pack::{Counts, Layer, seal};
use crate::rules::{PackError, check_name};
use crate::{BundleSpec, Engine, Packed, bundle_version};

/// One cluster's bundles and who delivers them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReleaseSpec {
    /// Name of the cluster.
    pub cluster: String,
    /// Where the bundles are published: `oci://host[:port]/path`; a bundle is `<registry>/<name>`.
    pub registry: String,
    /// Whether the registry speaks plain HTTP.
    pub insecure: bool,
    /// The Secret by which Flux logs in to the registry.
    pub pull_secret: Option<String>,
    /// Whether Argo CD gets one `ApplicationSet` in place of an `Application` for each bundle.
    pub application_set: bool,
    /// The engines that get delivery objects, in any order.
    pub engines: Vec<Engine>,
    /// The bundles, in any order.
    pub bundles: Vec<ReleaseBundle>,
    /// Digest of the locked inputs that the release was built from.
    pub inputs: Digest,
}

/// One bundle of a release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReleaseBundle {
    /// Name: `platform/network/metallb`, or `platform/network/metallb/crds` for the CRDs of it.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Digest of its manifest.
    pub digest: Digest,
    /// Namespace of the unit; empty when it has none.
    pub namespace: String,
    /// Names of the bundles of this release that must be healthy before.
    pub depends_on: Vec<String>,
    /// Argo CD's sync wave; higher than that of every bundle it depends on.
    pub wave: i32,
    /// Whether it holds CRDs: those are never pruned, because their objects would go with them.
    pub crds: bool,
    /// Set when the bundle installs this engine: an engine does not prune itself, and Argo CD does not
    /// heal itself.
    pub installs: Option<Engine>,
    /// Objects beyond those in the bundle that must be healthy, say those that an operator makes. Flux waits for
    /// them; Argo CD has nothing of the kind and relies on the health of the objects in the bundle.
    pub health: Vec<HealthCheck>,
    /// The objects in the bundle ([`objects_of`]). Flux's `wait` covers all objects of a bundle but leaves
    /// `healthChecks` out, so that with `health` the list has to name both.
    pub objects: Vec<HealthCheck>,
}

/// Why there can be no such release.
#[derive(Debug, thiserror::Error)]
pub enum ReleaseError {
    /// The registry is no OCI address.
    #[error("`{registry}` is no registry for releases: write `oci://<host>[:port]/<path>`")]
    Registry {
        /// What it says.
        registry: String,
    },
    /// Nobody would deliver it.
    #[error("cluster `{cluster}` has no engine: set `engines` to `flux`, `argocd` or both")]
    NoEngine {
        /// The cluster.
        cluster: String,
    },
    /// Nothing to deliver.
    #[error("cluster `{cluster}` has no bundles: give it `units`")]
    Empty {
        /// The cluster.
        cluster: String,
    },
    /// Two names become one name of a Kubernetes object.
    #[error("bundles `{first}` and `{second}` would both be delivered as `{object}`: rename one")]
    SameName {
        /// One bundle.
        first: String,
        /// The other one.
        second: String,
        /// Name of the object.
        object: String,
    },
    /// A dependency that is not there.
    #[error("bundle `{bundle}` depends on `{dependency}`, which is not in the release of `{cluster}`")]
    UnknownDependency {
        /// Who depends.
        bundle: String,
        /// On what.
        dependency: String,
        /// The cluster.
        cluster: String,
    },
    /// Bundles that wait for each other for ever.
    #[error("bundles depend on each other in a circle: `{}`", .circle.join("` -> `"))]
    Circle {
        /// The names along the circle, the first one again at the end.
        circle: Vec<String>,
    },
    /// Argo CD would not wait for the dependency.
    #[error(
        "bundle `{bundle}` (wave {wave}) depends on `{dependency}` (wave {other}): a dependency needs a lower wave"
    )]
    Wave {
        /// Who depends.
        bundle: String,
        /// Its wave.
        wave: i32,
        /// On what.
        dependency: String,
        /// The wave of that.
        other: i32,
    },
    /// The artifact could not be made.
    #[error(transparent)]
    Pack(#[from] PackError),
}

/// Makes the release of a cluster: the config blob is its [`ReleaseDocument`], the layer holds one
/// directory of delivery objects for each engine. The name is `releases/<cluster>`.
///
/// The version is `0.0.0-x<12 digits of the config's digest>`; the config names the diff id and the inputs, so
/// that it, too, changes exactly when the content does.
pub fn release(spec: &ReleaseSpec) -> Result<Packed, ReleaseError> {
    let bundle = BundleSpec {
        name: format!("releases/{}", spec.cluster),
        version_base: String::new(),
        description: format!("release of cluster {}", spec.cluster),
    };
    check_name(&bundle.name)?;
    let bundles = checked(spec)?;
    let files = files(spec, &bundles);
    let layer = Layer::of(&bundle.name, &files)?;
    let document = ReleaseDocument::new(spec, &bundles, layer.diff_id);
    let config =
        document.to_bytes().map_err(|source| PackError::Encode { name: bundle.name.clone(), source })?;
    let version = bundle_version(&bundle.version_base, &Digest::of(&config));
    let content = files.iter().map(|(_, text)| text.len() as u64).sum();
    Ok(seal(&bundle, version, layer, config, &Counts { objects: files.len(), content })?)
}

/// The bundles by object name, checked against each other.
fn checked(spec: &ReleaseSpec) -> Result<BTreeMap<String, &ReleaseBundle>, ReleaseError> {
    let cluster = || spec.cluster.clone();
    if spec.registry.strip_prefix("oci://").is_none_or(|rest| rest.is_empty() || rest.starts_with('/')) {
        return Err(ReleaseError::Registry { registry: spec.registry.clone() });
    }
    if spec.engines.is_empty() {
        return Err(ReleaseError::NoEngine { cluster: cluster() });
    }
    if spec.bundles.is_empty() {
        return Err(ReleaseError::Empty { cluster: cluster() });
    }
    let mut bundles: BTreeMap<String, &ReleaseBundle> = BTreeMap::new();
    for bundle in &spec.bundles {
        check_name(&bundle.name)?;
        let object = object_name(&bundle.name);
        if let Some(other) = bundles.insert(object.clone(), bundle) {
            let (first, second) = (other.name.clone(), bundle.name.clone());
            return Err(ReleaseError::SameName { first, second, object });
        }
    }
    graph::check(spec)?;
    Ok(bundles)
}

fn files(spec: &ReleaseSpec, bundles: &BTreeMap<String, &ReleaseBundle>) -> Vec<(String, String)> {
    let mut files = Vec::new();
    for engine in Engine::ALL.into_iter().filter(|engine| spec.engines.contains(engine)) {
        let objects = match engine {
            Engine::ArgoCd => argocd::objects(spec, bundles),
            Engine::Flux => flux::objects(spec, bundles),
        };
        files.extend(objects.into_iter().map(|(path, text)| (format!("{engine}/{path}"), text)));
    }
    files
}

#[cfg(test)]
mod tests;
