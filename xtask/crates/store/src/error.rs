//! What can go wrong with a store.

use std::io;
use std::path::{Path, PathBuf};

use hashing::Digest;

/// A failed operation on a store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The operating system refused something.
    #[error("cannot {action} `{}`: {source}{}", path.display(), hint(source))]
    Io {
        /// The file or directory.
        path: PathBuf,
        /// What was attempted, as a verb: `read`, `rename`.
        action: &'static str,
        /// The system's error.
        source: io::Error,
    },
    /// A later version of this program has changed the store's layout.
    #[error(
        "the store `{}` has version {found}, and this program knows versions up to {known}; update the program, or use another store",
        root.display()
    )]
    NewerVersion {
        /// The store.
        root: PathBuf,
        /// Its version.
        found: u64,
        /// The newest version that this program can use.
        known: u64,
    },
    /// The directory holds other things than a store.
    #[error(
        "`{}` is no store, and is not empty: it has `{entry}`; name an empty or a new directory",
        root.display()
    )]
    NotAStore {
        /// The directory.
        root: PathBuf,
        /// One thing in it that no store has.
        entry: String,
    },
    /// Content is not what its name says. It has been moved away, so that it will be made again.
    #[error("{kind} `{digest}` was damaged{}; run the command again to make it anew", moved_text(.moved.as_deref()))]
    Corrupt {
        /// `object` or `tool`.
        kind: &'static str,
        /// What it should be.
        digest: Digest,
        /// Where the damaged file is now; `None` when it could not be moved.
        moved: Option<PathBuf>,
    },
    /// A file that must be readable is not, and nothing can make it anew.
    #[error("`{}` is damaged: {detail}; if you know what it was for, remove it", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        detail: String,
    },
    /// There is no such object or tree.
    #[error("the store has no {kind} `{digest}`")]
    Missing {
        /// `object` or `tree`.
        kind: &'static str,
        /// Its digest.
        digest: Digest,
    },
    /// Another process has the store open.
    #[error("the store `{}` is in use by another process; try again when it has finished", root.display())]
    Locked {
        /// The store.
        root: PathBuf,
    },
}

impl StoreError {
    /// Whether the disk, or the user's share of it, is full.
    pub fn is_full(&self) -> bool {
        matches!(self, Self::Io { source, .. } if full(source))
    }

    /// Whether the store cannot be written: the file system is read-only, or belongs to someone else.
    pub fn is_read_only(&self) -> bool {
        matches!(self, Self::Io { source, .. } if read_only(source))
    }

    /// For `map_err`: an error of the system, with what was attempted on what.
    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io { path: path.to_owned(), action, source }
    }
}

fn full(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
}

fn read_only(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::PermissionDenied)
}

fn hint(error: &io::Error) -> &'static str {
    if full(error) {
        "; free some space, or use a store on another disk"
    } else if read_only(error) {
        "; use a store that you may write to"
    } else {
        ""
    }
}

fn moved_text(moved: Option<&Path>) -> String {
    match moved {
        Some(path) => format!(" and has been moved to `{}`", path.display()),
        None => " and could not be moved away".to_owned(),
    }
}
