//! Digests of files that were hashed before and have not been touched since.

use std::collections::BTreeMap;
use std::fs::Metadata;
use std::os::unix::fs::MetadataExt;

use hashing::Digest;
use serde::{Deserialize, Serialize};

/// What tells that a file has not been touched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Stat {
    inode: u64,
    length: u64,
    /// Of the content, in nanoseconds.
    modified: i128,
    /// Of content and name alike, in nanoseconds: no program can set it.
    changed: i128,
}

impl Stat {
    fn of(found: &Metadata) -> Self {
        let nanoseconds = |seconds: i64, rest: i64| i128::from(seconds) * 1_000_000_000 + i128::from(rest);
        Self {
            inode: found.ino(),
            length: found.len(),
            modified: nanoseconds(found.mtime(), found.mtime_nsec()),
            changed: nanoseconds(found.ctime(), found.ctime_nsec()),
        }
    }
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Entry {
    stat: Stat,
    digest: Digest,
}

/// Digests by path. Only a shortcut: what it leads to is hashed before it is used.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Known {
    files: BTreeMap<String, Entry>,
}

impl Known {
    /// Reads what [`Known::to_bytes`] wrote; anything else is as good as nothing.
    pub(super) fn from_bytes(bytes: &[u8]) -> Self {
        serde_json::from_slice(bytes).unwrap_or_default()
    }

    pub(super) fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// The digest of the file, if it has not been touched since it was noted.
    pub(super) fn digest(&self, path: &str, found: &Metadata) -> Option<Digest> {
        let entry = self.files.get(path)?;
        (entry.stat == Stat::of(found)).then_some(entry.digest)
    }

    /// Notes the digest of a file as it was when `found` was read, before its content.
    pub(super) fn note(&mut self, path: &str, found: &Metadata, digest: Digest) {
        self.files.insert(path.to_owned(), Entry { stat: Stat::of(found), digest });
    }

    pub(super) fn len(&self) -> usize {
        self.files.len()
    }
}

#[cfg(test)]
mod tests;
