//! Everything that is in a mirror, by digest.

use std::collections::BTreeMap;
use std::fs::{self, Metadata};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use archive::{Entry, Listing, Tree};
use hashing::Digest;
use store::Store;

use super::known::Known;
use crate::extract::digest_of;
use crate::{PinDigest, SourceError};

/// The files and directories of a mirror by their digests; of equal ones the first path counts.
#[derive(Debug, Default)]
pub(super) struct Contents {
    files: BTreeMap<Digest, PathBuf>,
    trees: BTreeMap<Digest, PathBuf>,
}

impl Contents {
    /// Looks at everything below `root`. Files that have not been touched since an earlier run are not read.
    pub(super) fn read(root: &Path, store: &Store) -> Result<Self, SourceError> {
        let root_text = root.to_string_lossy();
        let cache = format!("mirror-{}", Digest::of(root_text.as_bytes()).short());
        let before = store.cache(&cache).map(|bytes| Known::from_bytes(&bytes)).unwrap_or_default();
        let mut known = Known::default();
        let mut read = 0;
        let mut all = Listing::default();
        for (path, file, found) in walk(root)? {
            let digest = if let Some(digest) = before.digest(&path, &found) {
                digest
            } else {
                read += 1;
                digest_of(&file)?
            };
            known.note(&path, &found, digest);
            all.entries.insert(path, Entry { executable: executable(&found), length: found.len(), digest });
        }
        if read > 0 || known.len() != before.len() {
            // Only a shortcut for the next run.
            let _ = store.set_cache(&cache, &known.to_bytes());
        }
        Ok(Self::sorted(&all))
    }

    fn sorted(all: &Listing) -> Self {
        let mut contents = Self::default();
        let mut directories: BTreeMap<&str, Listing> = BTreeMap::new();
        for (path, entry) in &all.entries {
            contents.files.entry(entry.digest).or_insert_with(|| PathBuf::from(path));
            directories.entry("").or_default().entries.insert(path.clone(), *entry);
            for (at, _) in path.match_indices('/') {
                if let (Some(directory), Some(rest)) = (path.get(..at), path.get(at + 1..)) {
                    let listing = directories.entry(directory).or_default();
                    listing.entries.insert(rest.to_owned(), *entry);
                }
            }
        }
        for (directory, listing) in directories {
            contents.trees.entry(listing.digest()).or_insert_with(|| PathBuf::from(directory));
        }
        contents
    }

    /// Where the content with this digest is.
    pub(super) fn find(&self, digest: PinDigest) -> Option<PathBuf> {
        match digest {
            PinDigest::File(digest) => self.files.get(&digest).cloned(),
            PinDigest::Tree(digest) => self.trees.get(&digest).cloned(),
            PinDigest::Unresolved => None,
        }
    }
}

/// The files of a directory as a tree.
pub(super) fn tree(directory: &Path) -> Result<Tree, SourceError> {
    let mut tree = Tree::new();
    for (path, file, found) in walk(directory)? {
        let content = fs::read(&file).map_err(SourceError::file(&file, "read"))?;
        tree.insert(path, executable(&found), content).map_err(archive::ArchiveError::from)?;
    }
    Ok(tree)
}

/// All regular files below `root`, sorted, with their paths as trees have them. Links count as what they
/// lead to; names that are no UTF-8, and what git keeps for itself, are passed over.
fn walk(root: &Path) -> Result<Vec<(String, PathBuf, Metadata)>, SourceError> {
    let mut found = Vec::new();
    let top = fs::metadata(root).map_err(SourceError::file(root, "read"))?;
    let mut open =
        vec![Directory { path: root.to_owned(), below: String::new(), line: vec![identity(&top)] }];
    while let Some(directory) = open.pop() {
        let entries = fs::read_dir(&directory.path).map_err(SourceError::file(&directory.path, "list"))?;
        for entry in entries {
            let path = entry.map_err(SourceError::file(&directory.path, "list"))?.path();
            let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
            // A link that leads nowhere is no file.
            let Ok(metadata) = fs::metadata(&path) else { continue };
            let below = directory.join(name);
            if metadata.is_file() {
                found.push((below, path, metadata));
            } else if metadata.is_dir() && name != ".git" && !directory.line.contains(&identity(&metadata)) {
                let line = [directory.line.as_slice(), &[identity(&metadata)]].concat();
                open.push(Directory { path, below, line });
            }
        }
    }
    found.sort_by(|(one, ..), (other, ..)| one.cmp(other));
    Ok(found)
}

/// A directory that is yet to be listed.
struct Directory {
    path: PathBuf,
    /// Its path below the root, as trees have it.
    below: String,
    /// What it and the directories above it are: a link back to one of them leads nowhere new.
    line: Vec<(u64, u64)>,
}

impl Directory {
    fn join(&self, name: &str) -> String {
        if self.below.is_empty() { name.to_owned() } else { format!("{}/{name}", self.below) }
    }
}

/// What a directory is, whatever its path: device and inode.
fn identity(found: &Metadata) -> (u64, u64) {
    (found.dev(), found.ino())
}

fn executable(found: &Metadata) -> bool {
    found.permissions().mode() & 0o111 != 0
}
