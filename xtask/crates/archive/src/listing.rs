//! What a tree's digest is made of.

use std::collections::BTreeMap;

use hashing::{Digest, Hasher};

/// First line of the encoding; a change of the encoding changes it.
const HEADER: &str = "tree 1\n";

/// One file of a tree, without its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// Whether the file may be executed.
    pub executable: bool,
    /// Length of the content, in bytes.
    pub length: u64,
    /// Digest of the content.
    pub digest: Digest,
}

/// The files of a tree by path, without their contents: enough to tell the tree's digest.
///
/// A tree that lies on a disk is checked by listing it, one file at a time in memory.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listing {
    /// The entries by path.
    pub entries: BTreeMap<String, Entry>,
}

impl Listing {
    /// The digest of the tree.
    ///
    /// It is the SHA-256 of a text: the line `tree 1`, then for every file, in the byte order of the
    /// paths, `MODE LENGTH DIGEST PATH` and a NUL byte. `MODE` is `755` for an executable file, `644` for
    /// any other; `LENGTH` is decimal; `DIGEST` is the SHA-256 of the content as 64 lower-case
    /// hexadecimal digits. A path has no NUL byte, so that no two trees have the same text.
    /// Directories, times, owners and other mode bits are not part of it.
    pub fn digest(&self) -> Digest {
        let mut hasher = Hasher::new();
        hasher.update(HEADER.as_bytes());
        for (path, entry) in &self.entries {
            let mode = if entry.executable { 755 } else { 644 };
            let line = format!("{mode} {} {} {path}\0", entry.length, entry.digest.hex());
            hasher.update(line.as_bytes());
        }
        hasher.finish()
    }
}
