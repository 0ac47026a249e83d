//! What a build ends with.

use hashing::Digest;
use serde::{Deserialize, Serialize};

/// A whole build.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// The cluster.
    pub cluster: String,
    /// Its units.
    pub units: Vec<UnitLine>,
    /// The release, unless only some units were asked for.
    pub release: BundleLine,
    /// Image references whose digest is not known yet.
    pub unresolved_images: Vec<String>,
    /// Where the OCI layout lies, relative to the workspace.
    pub layout: String,
}

/// One unit.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct UnitLine {
    /// Its name.
    pub unit: String,
    /// Its bundles.
    pub bundles: Vec<BundleLine>,
    /// Whether anything was made.
    pub status: Status,
    /// How long making it took, in milliseconds; nothing when it was not made.
    pub milliseconds: u64,
    /// What was left out or changed and a person may ask about.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// One artifact.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct BundleLine {
    /// `platform/network/metallb`, or with `/crds` behind.
    pub name: String,
    /// Its version.
    pub version: String,
    /// How many objects it has.
    pub objects: usize,
    /// Of the compressed layer, in bytes.
    pub size: u64,
    /// Of the manifest: what engines pin.
    pub digest: Digest,
    /// Of the uncompressed tar: what it is, whatever the compressor.
    pub content: Digest,
}

/// What a build did with a unit.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// A step ran.
    Built,
    /// Everything was there.
    Unchanged,
}

impl Report {
    /// How many units were made.
    pub fn built(&self) -> usize {
        self.units.iter().filter(|unit| unit.status == Status::Built).count()
    }
}
