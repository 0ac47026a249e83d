//! Image configuration (image-spec `config.md`), as far as an artifact without a program needs it.

use hashing::Digest;
use serde::{Deserialize, Serialize};

/// The configuration blob of an image whose only content is its layers. Platform fields are mandatory in
/// the specification and empty here: manifests of Kubernetes objects run nowhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImageConfig {
    /// CPU architecture; empty for none.
    #[serde(default)]
    pub architecture: String,
    /// Operating system; empty for none.
    #[serde(default)]
    pub os: String,
    /// The layers by their uncompressed content.
    pub rootfs: RootFs,
}

/// The layers of an image, first to last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RootFs {
    /// Always `layers`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Digests of the uncompressed tars.
    pub diff_ids: Vec<Digest>,
}

impl RootFs {
    /// The list for `diff_ids`.
    pub fn layers(diff_ids: Vec<Digest>) -> Self {
        Self { kind: "layers".to_owned(), diff_ids }
    }
}

impl ImageConfig {
    /// The configuration of an artifact with these layers and no platform.
    pub fn of_layers(diff_ids: Vec<Digest>) -> Self {
        Self { architecture: String::new(), os: String::new(), rootfs: RootFs::layers(diff_ids) }
    }
}
