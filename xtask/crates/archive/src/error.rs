//! What can be wrong with an archive or a path.

use std::io;

/// A path that no [`Tree`](crate::Tree) takes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PathError {
    /// The path has no characters, or none but slashes.
    #[error("a path in a tree is empty; name a file below the tree's top")]
    Empty,
    /// The path starts with `/`.
    #[error("path `{path}` is absolute; paths in a tree are relative to its top")]
    Absolute {
        /// The path.
        path: String,
    },
    /// The path has a `..` part, or a link leads above the top.
    #[error("path `{path}` leads out of the tree")]
    Escapes {
        /// The path.
        path: String,
    },
    /// The path has an empty or `.` part.
    #[error("path `{path}` is not in its normal form; leave out empty and `.` parts")]
    NotNormal {
        /// The path.
        path: String,
    },
    /// A part is longer than file systems store, or has a NUL byte.
    #[error("path `{path}` cannot be a file's name: a part is longer than 255 bytes or holds a NUL byte")]
    Unstorable {
        /// The path.
        path: String,
    },
    /// The name in the archive is not UTF-8.
    #[error("path `{path}` is not UTF-8")]
    NotUtf8 {
        /// The path, with replacement characters.
        path: String,
    },
    /// The path would be a file and a directory at once.
    #[error("path `{path}` cannot be added: `{other}` is already there, one as a file, one as a directory")]
    Conflict {
        /// The path that was to be added.
        path: String,
        /// The path in the tree that it collides with.
        other: String,
    },
}

/// What went wrong when an archive was read or written.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// A path is not usable.
    #[error(transparent)]
    Path(#[from] PathError),
    /// Two files with one path were to be written.
    #[error("the archive would hold `{path}` twice")]
    Duplicate {
        /// The path.
        path: String,
    },
    /// The ustar header has no room for the path or the size.
    #[error("file `{path}` does not fit a tar header: {detail}")]
    Header {
        /// The path.
        path: String,
        /// What does not fit.
        detail: String,
    },
    /// The bytes are in no format that is read here.
    #[error("the bytes are no archive that can be read; tar, zip, deb, and tar in gzip, xz or zstd can")]
    UnknownFormat,
    /// The archive is damaged or is not what its first bytes say.
    #[error("the {format} archive cannot be read: {source}")]
    Malformed {
        /// The format's name.
        format: &'static str,
        /// What the reader of the format said.
        source: io::Error,
    },
    /// The unpacked size is above the limit.
    #[error("the archive unpacks to more than {limit} bytes, which is the limit")]
    TooLarge {
        /// The limit, in bytes.
        limit: u64,
    },
    /// The archive has too many entries.
    #[error("the archive has more than {limit} entries, which is the limit")]
    TooMany {
        /// The limit.
        limit: usize,
    },
    /// A link leads nowhere, in a circle, or out of the tree.
    #[error(
        "link `{path}` to `{target}` {reason}; only links to files of the same archive are unpacked, as copies"
    )]
    Link {
        /// The link's path.
        path: String,
        /// What it points to.
        target: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// A device, a pipe or something else that is neither file, directory nor link.
    #[error("entry `{path}` is a {kind}; only files, directories and links are unpacked")]
    Special {
        /// The entry's path.
        path: String,
        /// What it is.
        kind: &'static str,
    },
    /// An entry needs a password.
    #[error("entry `{path}` is encrypted")]
    Encrypted {
        /// The entry's path.
        path: String,
    },
    /// The tree or archive has no such file or directory.
    #[error("there is no `{path}` in {place}{}", nearest_text(.nearest.as_deref()))]
    NotFound {
        /// What was looked for.
        path: String,
        /// Where it was looked for: `the tree`, or the archive's place in a chain.
        place: String,
        /// A path that is there and ends with the same name.
        nearest: Option<String>,
    },
}

fn nearest_text(nearest: Option<&str>) -> String {
    nearest.map(|path| format!("; `{path}` is there")).unwrap_or_default()
}
