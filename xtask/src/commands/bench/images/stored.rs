//! What a store holds, and whether it was written.

use std::fs;
use std::io::{self, Read as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

/// A file of a store, with what changes when it is written.
#[derive(PartialEq)]
pub(super) struct Stored {
    path: PathBuf,
    pub(super) size: u64,
    changed: (i64, i64),
    pub(super) is_layer: bool,
}

/// All files of a store.
pub(super) fn files(directory: &Path) -> io::Result<Vec<Stored>> {
    let mut found = Vec::new();
    let mut left = vec![directory.to_owned()];
    while let Some(next) = left.pop() {
        for entry in fs::read_dir(next)? {
            let path = entry?.path();
            let about = fs::symlink_metadata(&path)?;
            if about.is_dir() {
                left.push(path);
                continue;
            }
            let mut mark = Vec::new();
            fs::File::open(&path)?.take(4).read_to_end(&mut mark)?;
            let changed = (about.mtime(), about.mtime_nsec());
            found.push(Stored { path, size: about.len(), changed, is_layer: mark == b"hsqs" });
        }
    }
    Ok(found)
}
