//! Where things are in a store.

use std::path::{Path, PathBuf};

use hashing::Digest;

/// The directories of a store, in the order of the module's picture.
pub(crate) const DIRECTORIES: [&str; 10] =
    ["objects", "trees", "tools", "recipes", "roots", "caches", "locks", "tmp", "downloads", "corrupt"];

/// The paths of a store.
#[derive(Debug, Clone)]
pub(crate) struct Layout {
    pub(crate) root: PathBuf,
}

impl Layout {
    pub(crate) fn version(&self) -> PathBuf {
        self.root.join("version")
    }

    pub(crate) fn lock(&self) -> PathBuf {
        self.root.join("lock")
    }

    pub(crate) fn directory(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    pub(crate) fn object(&self, digest: &Digest) -> PathBuf {
        fanned(&self.root.join("objects"), digest)
    }

    pub(crate) fn tree(&self, digest: &Digest) -> PathBuf {
        self.root.join("trees").join(digest.hex())
    }

    pub(crate) fn tool(&self, digest: &Digest) -> PathBuf {
        self.root.join("tools").join(digest.hex())
    }

    pub(crate) fn recipe(&self, key: &Digest) -> PathBuf {
        fanned(&self.root.join("recipes"), key)
    }

    pub(crate) fn recipe_lock(&self, key: &Digest) -> PathBuf {
        self.root.join("locks").join(key.hex())
    }

    pub(crate) fn repair_lock(&self) -> PathBuf {
        self.root.join("locks").join("repair")
    }

    pub(crate) fn named_root(&self, name: &str) -> PathBuf {
        self.root.join("roots").join(escape(name))
    }

    pub(crate) fn cache(&self, name: &str) -> PathBuf {
        self.root.join("caches").join(escape(name))
    }

    pub(crate) fn tmp(&self) -> PathBuf {
        self.root.join("tmp")
    }

    pub(crate) fn corrupt(&self, digest: &Digest) -> PathBuf {
        self.root.join("corrupt").join(digest.hex())
    }
}

/// A directory of more than some ten thousand files is slow to list on some file systems.
fn fanned(directory: &Path, digest: &Digest) -> PathBuf {
    let hex = digest.hex();
    directory.join(hex.get(..2).unwrap_or_default()).join(hex)
}

/// A file name for any name: bytes other than letters, digits, `-`, `_` and `.`, and a `.` at the
/// start, become `%` and two hexadecimal digits.
pub(crate) fn escape(name: &str) -> String {
    let escaped: String = name.bytes().enumerate().map(|(at, byte)| escape_byte(byte, at == 0)).collect();
    if escaped.is_empty() { "%".to_owned() } else { escaped }
}

fn escape_byte(byte: u8, first: bool) -> String {
    match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' => char::from(byte).to_string(),
        b'.' if !first => ".".to_owned(),
        _ => format!("%{byte:02X}"),
    }
}

/// The name that [`escape`] made a file name of; `None` for a file that it did not name.
pub(crate) fn unescape(file: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(file.len());
    let mut rest = if file == "%" { "" } else { file };
    while let Some(byte) = rest.bytes().next() {
        let (value, length) = match byte {
            b'%' => (u8::from_str_radix(rest.get(1..3)?, 16).ok()?, 3),
            _ => (byte, 1),
        };
        bytes.push(value);
        rest = rest.get(length..).unwrap_or_default();
    }
    String::from_utf8(bytes).ok().filter(|name| escape(name) == file)
}

#[cfg(test)]
mod tests;
