//! What goes wrong.

use filetree::TreeError;
use thiserror::Error;

/// Why an image cannot be written or read.
#[derive(Debug, Error)]
pub enum SquashError {
    /// The library refused.
    #[error("the squashfs image cannot be {action}: {detail}")]
    Image {
        /// `written` or `read`.
        action: &'static str,
        /// What the library says.
        detail: String,
    },
    /// Not what a tree holds.
    #[error("the squashfs image holds what is not expected there: {0}")]
    Tree(#[from] TreeError),
    /// Too large for memory.
    #[error("`{path}` in the squashfs image has {size} bytes, more than {limit} is not read")]
    TooLarge {
        /// Which file.
        path: String,
        /// Its size.
        size: u64,
        /// The limit.
        limit: u64,
    },
}

impl SquashError {
    pub(crate) fn written(error: impl std::fmt::Display) -> Self {
        Self::Image { action: "written", detail: error.to_string() }
    }

    pub(crate) fn unreadable(error: impl std::fmt::Display) -> Self {
        Self::Image { action: "read", detail: error.to_string() }
    }
}
