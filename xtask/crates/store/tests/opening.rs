//! What may be opened as a store, and what may not.
#![allow(clippy::unwrap_used, reason = "a test, in functions of its own too")]

use std::fs;

use store::{Store, StoreError};
use tempfile::TempDir;

fn directory() -> TempDir {
    tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap()
}

#[test]
fn a_store_is_made_where_there_is_none() {
    let directory = directory();
    let root = directory.path().join("a/b");
    let digest = Store::open(&root).unwrap().put(b"x").unwrap();
    assert_eq!(fs::read_to_string(root.join("version")).unwrap(), "1\n");
    let store = Store::open(&root).unwrap();
    assert_eq!((store.get(&digest).unwrap(), store.path()), (b"x".to_vec(), root.as_path()));
}

#[test]
fn a_half_made_store_is_completed() {
    for leave in [&[][..], &["lock"], &["lock", "tmp"]] {
        let directory = directory();
        drop(Store::open(directory.path()).unwrap());
        for entry in fs::read_dir(directory.path()).unwrap() {
            let path = entry.unwrap().path();
            if !leave.contains(&path.file_name().unwrap().to_str().unwrap()) {
                if path.is_dir() { fs::remove_dir(path).unwrap() } else { fs::remove_file(path).unwrap() }
            }
        }
        Store::open(directory.path()).unwrap().put(b"x").unwrap();
    }
}

#[test]
fn versions_are_respected() {
    let directory = directory();
    drop(Store::open(directory.path()).unwrap());
    // What a newer version adds to the layout does not hide that it is one.
    fs::create_dir(directory.path().join("novelties")).unwrap();
    let version = directory.path().join("version");
    for (text, problem) in
        [("2\n", "has version 2, and this program knows versions up to 1"), ("x", "is damaged")]
    {
        fs::remove_file(&version).unwrap();
        fs::write(&version, text).unwrap();
        let error = Store::open(directory.path()).err().unwrap();
        assert!(matches!(error, StoreError::NewerVersion { found: 2, .. } | StoreError::Damaged { .. }));
        assert!(error.to_string().contains(problem), "{error}");
    }
}

#[test]
fn other_directories_are_left_alone() {
    let directory = directory();
    fs::write(directory.path().join("thesis.txt"), "").unwrap();
    let error = Store::open(directory.path()).err().unwrap();
    assert!(matches!(&error, StoreError::NotAStore { entry, .. } if entry == "thesis.txt"), "{error}");
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);

    let error = Store::open(&directory.path().join("thesis.txt")).err().unwrap().to_string();
    assert!(error.contains("Not a directory"), "{error}");
}
