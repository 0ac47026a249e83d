//! Copying and comparing directories.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

/// Copies a directory with everything in it; links stay links.
pub fn copy(from: &Path, to: &Path) {
    walk(from, to, &|from, to| {
        fs::copy(from, to).expect("a file is copied");
    });
}

/// Links every file of a directory into another one; copies where linking does not work.
pub fn hard_link_all(from: &Path, to: &Path) {
    walk(from, to, &|from, to| {
        if fs::hard_link(from, to).is_err() {
            fs::copy(from, to).expect("a file is copied");
        }
    });
}

fn walk(from: &Path, to: &Path, file: &dyn Fn(&Path, &Path)) {
    let kind = fs::symlink_metadata(from).unwrap_or_else(|error| panic!("{}: {error}", from.display()));
    if kind.is_dir() {
        fs::create_dir_all(to).expect("a directory is made");
        for entry in fs::read_dir(from).expect("a directory is listed") {
            let entry = entry.expect("an entry is read");
            walk(&entry.path(), &to.join(entry.file_name()), file);
        }
    } else if kind.is_symlink() {
        std::os::unix::fs::symlink(fs::read_link(from).expect("a link is read"), to).expect("a link is made");
    } else {
        file(from, to);
    }
}

/// Every file below a directory with what changes when it is written anew: inode and time of change.
pub fn listing(directory: &Path) -> BTreeMap<PathBuf, (u64, i64, i64)> {
    let mut found = BTreeMap::new();
    let Ok(entries) = fs::read_dir(directory) else { return found };
    for entry in entries.map(|entry| entry.expect("an entry is read").path()) {
        // Another process may take a file away between the two calls.
        let Ok(metadata) = fs::symlink_metadata(&entry) else { continue };
        if metadata.is_dir() {
            found.extend(listing(&entry));
        } else {
            found.insert(entry, (metadata.ino(), metadata.mtime(), metadata.mtime_nsec()));
        }
    }
    found
}
