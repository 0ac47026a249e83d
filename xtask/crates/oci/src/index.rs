//! Image indexes (image-spec `image-index.md`): manifests by platform, or the entry points of a layout.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Descriptor, DocumentError, EncodeError, encode, manifest, media_type};

/// A list of manifests.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Index {
    /// Always 2.
    pub schema_version: u32,
    /// [`media_type::INDEX`] or Docker's; absent in some documents.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media_type: Option<String>,
    /// The manifests.
    pub manifests: Vec<IndexEntry>,
    /// Free text by key.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub annotations: BTreeMap<String, String>,
}

/// One manifest of an index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndexEntry {
    /// Where it is.
    #[serde(flatten)]
    pub descriptor: Descriptor,
    /// What it runs on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub platform: Option<Platform>,
}

/// What an image runs on, in Go's words (`linux`, `amd64`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Platform {
    /// CPU architecture.
    pub architecture: String,
    /// Operating system.
    pub os: String,
    /// Variant of the CPU.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variant: Option<String>,
}

impl IndexEntry {
    /// An entry without a platform.
    pub fn of(descriptor: Descriptor) -> Self {
        Self { descriptor, platform: None }
    }
}

impl Index {
    /// An index of these entries, without annotations.
    pub fn new(manifests: Vec<IndexEntry>) -> Self {
        Self {
            schema_version: 2,
            media_type: Some(media_type::INDEX.to_owned()),
            manifests,
            annotations: BTreeMap::new(),
        }
    }

    /// Reads an index; a manifest or anything else is refused.
    pub fn parse(bytes: &[u8]) -> Result<Self, DocumentError> {
        manifest::check(bytes, "image index", &[media_type::INDEX, media_type::DOCKER_MANIFEST_LIST])?;
        serde_json::from_slice(bytes).map_err(|source| DocumentError::Json { what: "image index", source })
    }

    /// The canonical bytes.
    pub fn to_bytes(&self) -> Result<Vec<u8>, EncodeError> {
        encode(self)
    }
}
