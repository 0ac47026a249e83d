//! Trees: directories of files, unpacked, named by the digest of [`archive::Tree`].

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use archive::{Entry, Listing, Tree};
use hashing::Digest;

use crate::files::{self, EXECUTABLE, READ_ONLY};
use crate::locks::FileLock;
use crate::{Store, StoreError};

/// Any of the three execute bits makes a file executable.
const EXECUTE: u32 = 0o111;

impl Store {
    /// Stores a tree.
    pub fn put_tree(&self, tree: &Tree) -> Result<Digest, StoreError> {
        let digest = tree.digest();
        if self.has_sound_tree(&digest)? {
            return Ok(digest);
        }
        let scratch = self.scratch()?;
        let unpacked = scratch.path().join("tree");
        unpack(tree, &unpacked)?;
        let path = self.layout.tree(&digest);
        match fs::rename(&unpacked, &path) {
            Ok(()) => self.sound_trees.add(digest),
            // Somebody else was faster; theirs is checked like any other.
            Err(_) if path.is_dir() && self.has_sound_tree(&digest)? => {}
            Err(error) => return Err(StoreError::io("rename a directory to", &path)(error)),
        }
        Ok(digest)
    }

    /// The directory that a tree is in: an absolute path. It is re-hashed unless this process has written
    /// or checked it; a torn tree is removed, and missing from then on.
    pub fn tree(&self, digest: &Digest) -> Result<PathBuf, StoreError> {
        if self.has_sound_tree(digest)? {
            Ok(self.layout.tree(digest))
        } else {
            Err(StoreError::Missing { kind: "tree", digest: *digest })
        }
    }

    /// The files of a tree, read into memory and checked on the way.
    pub fn tree_content(&self, digest: &Digest) -> Result<Tree, StoreError> {
        let path = self.layout.tree(digest);
        let mut tree = Tree::new();
        if path.is_dir() && load(&path, "", &mut tree)? && tree.digest() == *digest {
            return Ok(tree);
        }
        if path.is_dir() {
            self.remove_torn(digest, &path)?;
        }
        Err(StoreError::Missing { kind: "tree", digest: *digest })
    }

    /// Whether there is such a tree; its content is not looked at.
    pub fn contains_tree(&self, digest: &Digest) -> bool {
        self.layout.tree(digest).is_dir()
    }

    fn has_sound_tree(&self, digest: &Digest) -> Result<bool, StoreError> {
        let path = self.layout.tree(digest);
        if !path.is_dir() {
            return Ok(false);
        }
        if self.sound_trees.has(digest) {
            return Ok(true);
        }
        if is_tree(&path, digest)? {
            self.sound_trees.add(*digest);
            return Ok(true);
        }
        self.remove_torn(digest, &path)?;
        Ok(false)
    }

    /// Removes a tree that has other content than its name says.
    pub(crate) fn remove_torn(&self, digest: &Digest, path: &Path) -> Result<(), StoreError> {
        let _lock = FileLock::wait(&self.layout.repair_lock())?;
        if !path.is_dir() || is_tree(path, digest)? {
            return Ok(());
        }
        self.sound_trees.remove(digest);
        // Renamed first, so that its name is never seen with half of it.
        let scratch = self.scratch()?;
        let torn = scratch.path().join("torn");
        fs::rename(path, &torn).map_err(StoreError::io("move away", path))
    }
}

/// Writes the files of a tree below a new directory.
fn unpack(tree: &Tree, directory: &Path) -> Result<(), StoreError> {
    files::make_directory(directory)?;
    let mut made = PathBuf::new();
    for (path, file) in tree.iter() {
        let path = directory.join(path);
        if let Some(above) = path.parent().filter(|above| *above != made) {
            files::make_directory(above)?;
            above.clone_into(&mut made);
        }
        files::write_new(&path, &file.content, if file.executable { EXECUTABLE } else { READ_ONLY })?;
    }
    Ok(())
}

/// Whether the directory at `path` holds the tree of that digest and nothing else.
pub(crate) fn is_tree(path: &Path, digest: &Digest) -> Result<bool, StoreError> {
    let mut listing = Listing::default();
    Ok(add(path, "", &mut listing)? && listing.digest() == *digest)
}

/// Reads the files below `directory`; false when there is something that no tree holds.
fn load(directory: &Path, prefix: &str, tree: &mut Tree) -> Result<bool, StoreError> {
    for path in files::list(directory)? {
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else { return Ok(false) };
        let metadata = fs::symlink_metadata(&path).map_err(StoreError::io("inspect", &path))?;
        let inner = format!("{prefix}{name}");
        let sound = if metadata.is_dir() {
            load(&path, &format!("{inner}/"), tree)?
        } else if metadata.is_file() {
            let content = fs::read(&path).map_err(StoreError::io("read", &path))?;
            tree.insert(&inner, metadata.permissions().mode() & EXECUTE != 0, content).is_ok()
        } else {
            false
        };
        if !sound {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Lists the files below `directory`; false when there is something that no tree holds.
fn add(directory: &Path, prefix: &str, listing: &mut Listing) -> Result<bool, StoreError> {
    for path in files::list(directory)? {
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else { return Ok(false) };
        let metadata = fs::symlink_metadata(&path).map_err(StoreError::io("inspect", &path))?;
        let inner = format!("{prefix}{name}");
        if metadata.is_dir() {
            if !add(&path, &format!("{inner}/"), listing)? {
                return Ok(false);
            }
        } else if metadata.is_file() {
            let Some((digest, length)) = files::hash(&path)? else { return Ok(false) };
            let executable = metadata.permissions().mode() & EXECUTE != 0;
            listing.entries.insert(inner, Entry { executable, length, digest });
        } else {
            return Ok(false);
        }
    }
    Ok(true)
}
