//! What does not fit into a tree.

use thiserror::Error;

/// Why something cannot be part of a tree.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
pub enum TreeError {
    /// Not relative and normal.
    #[error("path `{0}` is not usable: paths are relative, without empty, `.` and `..` parts")]
    Path(String),
    /// Longer than file systems store.
    #[error("a part of path `{0}` is longer than 255 bytes, or has a NUL byte in it")]
    Name(String),
    /// Something below a file.
    #[error("`{path}` cannot be there, since `{above}` is no directory")]
    NoDirectory {
        /// What was to be added.
        path: String,
        /// What is in its way.
        above: String,
    },
    /// A directory that would become something else.
    #[error("`{0}` is a directory with content and cannot be replaced by something else")]
    Directory(String),
    /// Devices, pipes and sockets.
    #[error(
        "`{path}` is a {kind}, which an image of files must not hold; it may hold directories, files and symbolic links"
    )]
    Special {
        /// Which entry.
        path: String,
        /// What it is.
        kind: &'static str,
    },
    /// A hard link to nothing.
    #[error("`{path}` is a hard link to `{target}`, which does not come before it in the archive")]
    Link {
        /// Which entry.
        path: String,
        /// What it should be the same as.
        target: String,
    },
    /// A link that points nowhere.
    #[error("the symbolic link `{0}` has no target, or one with a NUL byte or of more than 4095 bytes")]
    Target(String),
    /// Not UTF-8.
    #[error("the name `{0}` is not UTF-8")]
    Text(String),
    /// The archive is damaged.
    #[error("the tar archive cannot be read: {0}")]
    Tar(String),
}
