//! The image layout directory (image-spec `image-layout.md`).

use hashing::Digest;
use serde::{Deserialize, Serialize};

use crate::{EncodeError, encode};

/// Name of the file that marks a directory as an image layout.
pub const LAYOUT_FILE: &str = "oci-layout";
/// Name of the file with the layout's entry points, an [`Index`](crate::Index).
pub const INDEX_FILE: &str = "index.json";

/// Content of the file `oci-layout`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Layout {
    /// Always `1.0.0`.
    pub image_layout_version: String,
}

impl Default for Layout {
    fn default() -> Self {
        Self { image_layout_version: "1.0.0".to_owned() }
    }
}

impl Layout {
    /// The canonical bytes.
    pub fn to_bytes(&self) -> Result<Vec<u8>, EncodeError> {
        encode(self)
    }
}

/// Where the blob of this digest lies, relative to the layout.
pub fn blob_path(digest: &Digest) -> String {
    format!("blobs/sha256/{}", digest.hex())
}

#[cfg(test)]
mod tests;
