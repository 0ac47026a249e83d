//! Writing tar archives whose bytes depend only on the files.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use tar::{Builder, EntryType, Header};

use crate::{ArchiveError, Tree, path};

/// Mode of files.
const FILE: u32 = 0o644;
/// Mode of executable files and of directories.
const EXECUTABLE: u32 = 0o755;
/// The largest file that a ustar header can describe, in bytes: eleven octal digits.
const LARGEST: u64 = 0o77_777_777_777;

/// A tar archive of `files` (path and content), in any order.
///
/// The format is ustar (POSIX.1-1988) without extensions, because every reader takes it: entries in the
/// byte order of their paths, regular files with mode 0644 and the directories above them with 0755,
/// user and group 0 without names, modification time 0. A path that does not fit the header (parts of
/// 100 bytes, and 255 in all with a `/` near the middle) is refused.
pub fn write_tar(files: &[(String, Vec<u8>)]) -> Result<Vec<u8>, ArchiveError> {
    let mut sorted = BTreeMap::new();
    for (path, content) in files {
        path::check(path)?;
        if sorted.insert(path.as_str(), (FILE, content.as_slice())).is_some() {
            return Err(ArchiveError::Duplicate { path: path.clone() });
        }
    }
    write_sorted(&sorted)
}

impl Tree {
    /// The tree as a tar archive, as [`write_tar`] writes it; executable files have mode 0755.
    pub fn to_tar(&self) -> Result<Vec<u8>, ArchiveError> {
        let mode = |executable| if executable { EXECUTABLE } else { FILE };
        let sorted = self.iter().map(|(path, file)| (path, (mode(file.executable), file.content.as_slice())));
        write_sorted(&sorted.collect())
    }
}

fn write_sorted(files: &BTreeMap<&str, (u32, &[u8])>) -> Result<Vec<u8>, ArchiveError> {
    let total: usize = files.values().map(|(_, content)| content.len() + 1024).sum();
    let mut builder = Builder::new(Vec::with_capacity(total + 1024));
    let mut directories = BTreeSet::new();
    for (path, (mode, content)) in files {
        for parent in path::parents(path) {
            if let Some((other, _)) = files.get_key_value(parent) {
                return Err(crate::PathError::Conflict {
                    path: (*path).to_owned(),
                    other: (*other).to_owned(),
                }
                .into());
            }
            if directories.insert(parent) {
                append(&mut builder, EntryType::Directory, &format!("{parent}/"), EXECUTABLE, &[])?;
            }
        }
        append(&mut builder, EntryType::Regular, path, *mode, content)?;
    }
    builder.into_inner().map_err(|source| ArchiveError::Malformed { format: "tar", source })
}

fn append(
    builder: &mut Builder<Vec<u8>>,
    kind: EntryType,
    path: &str,
    mode: u32,
    content: &[u8],
) -> Result<(), ArchiveError> {
    let refused = |detail: String| ArchiveError::Header { path: path.to_owned(), detail };
    let size = content.len() as u64;
    if size > LARGEST {
        return Err(refused(format!("it has {size} bytes, the most is {LARGEST}")));
    }
    let mut header = Header::new_ustar();
    header.set_entry_type(kind);
    header.set_path(path).map_err(|error: io::Error| refused(error.to_string()))?;
    header.set_mode(mode);
    header.set_uid(0);
    header.set_gid(0);
    header.set_mtime(0);
    header.set_size(size);
    header.set_cksum();
    builder.append(&header, content).map_err(|error| refused(error.to_string()))
}

#[cfg(test)]
mod tests;
