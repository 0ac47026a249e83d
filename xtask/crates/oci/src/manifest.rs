//! Image manifests (image-spec `manifest.md`).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Descriptor, EncodeError, encode, media_type};

/// An image manifest: one configuration and the layers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Manifest {
    /// Always 2.
    pub schema_version: u32,
    /// [`media_type::MANIFEST`] or Docker's; absent in some old documents.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media_type: Option<String>,
    /// Kind of artifact, when it is no container image.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub artifact_type: Option<String>,
    /// The configuration blob.
    pub config: Descriptor,
    /// The layers, base first.
    pub layers: Vec<Descriptor>,
    /// The manifest that this one refers to (signatures, attestations).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<Descriptor>,
    /// Free text by key.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub annotations: BTreeMap<String, String>,
}

impl Manifest {
    /// A manifest of these parts, without annotations.
    pub fn new(config: Descriptor, layers: Vec<Descriptor>) -> Self {
        Self {
            schema_version: 2,
            media_type: Some(media_type::MANIFEST.to_owned()),
            artifact_type: None,
            config,
            layers,
            subject: None,
            annotations: BTreeMap::new(),
        }
    }

    /// Reads a manifest; an index or anything else is refused, never read as an empty manifest.
    pub fn parse(bytes: &[u8]) -> Result<Self, DocumentError> {
        check(bytes, "image manifest", &[media_type::MANIFEST, media_type::DOCKER_MANIFEST])?;
        serde_json::from_slice(bytes).map_err(|source| DocumentError::Json { what: "image manifest", source })
    }

    /// The canonical bytes, whose digest names the manifest.
    pub fn to_bytes(&self) -> Result<Vec<u8>, EncodeError> {
        encode(self)
    }
}

/// Bytes that are not the document asked for.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// No JSON, or a field is missing or of the wrong type.
    #[error("cannot read the {what}: {source}")]
    Json {
        /// Document asked for.
        what: &'static str,
        /// What the JSON reader said.
        source: serde_json::Error,
    },
    /// `schemaVersion` is not 2.
    #[error("the {what} has schema version {found}, not 2: push it again with a current tool")]
    SchemaVersion {
        /// Document asked for.
        what: &'static str,
        /// What it says.
        found: u64,
    },
    /// The document names another media type.
    #[error("the document is no {what}: its media type is `{found}`")]
    MediaType {
        /// Document asked for.
        what: &'static str,
        /// What it says.
        found: String,
    },
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Head {
    schema_version: u64,
    #[serde(default)]
    media_type: Option<String>,
}

/// Refuses documents that say of themselves that they are something else.
pub(crate) fn check(bytes: &[u8], what: &'static str, accepted: &[&str]) -> Result<(), DocumentError> {
    let head: Head = serde_json::from_slice(bytes).map_err(|source| DocumentError::Json { what, source })?;
    if head.schema_version != 2 {
        return Err(DocumentError::SchemaVersion { what, found: head.schema_version });
    }
    match head.media_type {
        Some(found) if !accepted.contains(&found.as_str()) => Err(DocumentError::MediaType { what, found }),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;
