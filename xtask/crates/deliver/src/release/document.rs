//! The config blob of a release: what it pins, for programs and people.

use std::collections::BTreeMap;

use hashing::Digest;
use oci::{EncodeError, RootFs};
use serde::{Deserialize, Serialize};

use super::{ReleaseBundle, ReleaseSpec};
use crate::Engine;

/// Version of the format.
const SCHEMA_VERSION: u32 = 1;

/// What a release pins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReleaseDocument {
    /// Always 1.
    pub schema_version: u32,
    /// Name of the cluster.
    pub cluster: String,
    /// Where the bundles are.
    pub registry: String,
    /// The engines that it carries delivery objects for.
    pub engines: Vec<Engine>,
    /// Digest of the locked inputs that it was built from.
    pub inputs: Digest,
    /// The bundles by name.
    pub bundles: Vec<PinnedBundle>,
    /// The layer by its uncompressed content.
    pub rootfs: RootFs,
}

/// One bundle of a release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PinnedBundle {
    /// Name below the registry.
    pub name: String,
    /// Version, which is also its tag.
    pub version: String,
    /// Digest of its manifest.
    pub digest: Digest,
    /// The bundles that come before it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub depends_on: Vec<String>,
    /// Argo CD's sync wave.
    pub wave: i32,
    /// Whether it holds CRDs.
    pub crds: bool,
}

impl ReleaseDocument {
    pub(super) fn new(
        spec: &ReleaseSpec,
        bundles: &BTreeMap<String, &ReleaseBundle>,
        diff_id: Digest,
    ) -> Self {
        let mut bundles: Vec<_> = bundles.values().map(|bundle| PinnedBundle::of(bundle)).collect();
        bundles.sort_by(|a, b| a.name.cmp(&b.name));
        Self {
            schema_version: SCHEMA_VERSION,
            cluster: spec.cluster.clone(),
            registry: spec.registry.clone(),
            engines: Engine::ALL.into_iter().filter(|engine| spec.engines.contains(engine)).collect(),
            inputs: spec.inputs,
            bundles,
            rootfs: RootFs::layers(vec![diff_id]),
        }
    }

    /// Reads the config blob of a release.
    pub fn parse(config: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(config)
    }

    /// The canonical bytes.
    pub fn to_bytes(&self) -> Result<Vec<u8>, EncodeError> {
        oci::encode(self)
    }
}

impl PinnedBundle {
    fn of(bundle: &ReleaseBundle) -> Self {
        let mut depends_on = bundle.depends_on.clone();
        depends_on.sort();
        depends_on.dedup();
        Self {
            name: bundle.name.clone(),
            version: bundle.version.clone(),
            digest: bundle.digest,
            depends_on,
            wave: bundle.wave,
            crds: bundle.crds,
        }
    }
}
