//! What is put comes back, under its digest, with the right modes.
#![allow(clippy::unwrap_used, reason = "a test, in functions of its own too")]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use archive::Tree;
use hashing::Digest;
use store::{Store, StoreError};
use tempfile::TempDir;

fn directory() -> TempDir {
    tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap()
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

fn sample() -> Tree {
    let mut tree = Tree::new();
    for (path, executable) in [("a", false), ("b/c/d", false), ("b/run", true)] {
        tree.insert(path, executable, path.as_bytes().to_vec()).unwrap();
    }
    tree
}

#[test]
fn objects_come_back() {
    let directory = directory();
    let store = Store::open(directory.path()).unwrap();
    for content in [&b""[..], b"x", &vec![7; 1_000_000]] {
        let digest = store.put(content).unwrap();
        assert_eq!(digest, Digest::of(content));
        assert_eq!(store.put(content).unwrap(), digest);
        assert_eq!(store.get(&digest).unwrap(), content);
        assert!(store.contains(&digest));
        assert_eq!(fs::read(store.object_path(&digest)).unwrap(), content);
        assert_eq!(mode(&store.object_path(&digest)), 0o444);
        let hex = digest.hex();
        assert!(store.object_path(&digest).ends_with(format!("objects/{}/{hex}", &hex[..2])));
    }
    let absent = Digest::of(b"absent");
    assert!(!store.contains(&absent));
    assert!(
        matches!(store.get(&absent), Err(StoreError::Missing { kind: "object", digest }) if digest == absent)
    );
}

#[test]
fn files_are_copied_in() {
    let directory = directory();
    let store = Store::open(&directory.path().join("store")).unwrap();
    let file = directory.path().join("file");
    let content = vec![3; 1_000_001];
    fs::write(&file, &content).unwrap();
    let digest = store.put_file(&file).unwrap();
    assert_eq!((digest, store.get(&digest).unwrap()), (Digest::of(&content), content));
    assert_eq!(store.put_file(&file).unwrap(), digest);
    let error = store.put_file(&directory.path().join("none")).unwrap_err().to_string();
    assert!(error.starts_with("cannot read `") && error.contains("none`: No such file"), "{error}");
}

#[test]
fn trees_come_back_as_directories() {
    let directory = directory();
    let store = Store::open(directory.path()).unwrap();
    let digest = store.put_tree(&sample()).unwrap();
    assert_eq!(digest, sample().digest());
    let path = store.tree(&digest).unwrap();
    assert!(path.is_absolute() && store.contains_tree(&digest));
    for (file, wanted) in [("a", 0o444), ("b/c/d", 0o444), ("b/run", 0o555), ("b", 0o755), ("b/c", 0o755)] {
        assert_eq!(mode(&path.join(file)), wanted, "{file}");
    }
    assert_eq!(fs::read_to_string(path.join("b/c/d")).unwrap(), "b/c/d");
    assert_eq!(store.put_tree(&sample()).unwrap(), digest);

    let again = Store::open(directory.path()).unwrap();
    assert_eq!(again.tree(&digest).unwrap(), path);
    let empty = store.put_tree(&Tree::new()).unwrap();
    assert!(store.tree(&empty).unwrap().is_dir());
    let absent = Digest::of(b"absent");
    assert!(matches!(store.tree(&absent), Err(StoreError::Missing { kind: "tree", .. })));
}

#[test]
fn tools_are_executable_and_objects_are_not() {
    let directory = directory();
    let store = Store::open(directory.path()).unwrap();
    let digest = store.put(b"#!/bin/sh\n").unwrap();
    let tool = store.executable(&digest).unwrap();
    assert_eq!((mode(&tool), mode(&store.object_path(&digest))), (0o555, 0o444));
    assert_eq!(fs::read(&tool).unwrap(), b"#!/bin/sh\n");
    assert_eq!(Store::open(directory.path()).unwrap().executable(&digest).unwrap(), tool);
    assert!(matches!(store.executable(&Digest::of(b"absent")), Err(StoreError::Missing { .. })));
}

#[test]
fn caches_come_back_or_are_none() {
    let directory = directory();
    let store = Store::open(directory.path()).unwrap();
    assert_eq!(store.cache("files"), None);
    for content in [&b"one"[..], b"", b"two"] {
        store.set_cache("files", content).unwrap();
        assert_eq!(store.cache("files").as_deref(), Some(content));
    }
    store.set_cache("a/../b", b"odd name").unwrap();
    assert_eq!(store.cache("a/../b").as_deref(), Some(&b"odd name"[..]));
    for damage in [&b""[..], b"two", &[0; 40]] {
        let path = directory.path().join("caches/files");
        fs::remove_file(&path).unwrap();
        fs::write(&path, damage).unwrap();
        assert_eq!(store.cache("files"), None);
    }
}

#[test]
fn scratch_directories_go_with_everything_in_them() {
    let directory = directory();
    let store = Store::open(directory.path()).unwrap();
    let (one, two) = (store.scratch().unwrap(), store.scratch().unwrap());
    assert_ne!(one.path(), two.path());
    let path = one.path().to_owned();
    let inner = path.join("read-only/module");
    fs::create_dir_all(&inner).unwrap();
    fs::write(inner.join("file"), "").unwrap();
    fs::set_permissions(&inner, fs::Permissions::from_mode(0o555)).unwrap();
    drop(one);
    assert!(!path.exists());
    drop(store);
    assert!(two.path().is_dir(), "a scratch directory outlives the store that made it");
    drop(two);
    assert_eq!(fs::read_dir(directory.path().join("tmp")).unwrap().count(), 0);
}

#[test]
fn sizes_are_told_by_category() {
    let directory = directory();
    let store = Store::open(directory.path()).unwrap();
    let digest = store.put(&[1; 1000]).unwrap();
    store.put(&[2; 500]).unwrap();
    store.executable(&digest).unwrap();
    store.put_tree(&sample()).unwrap();
    fs::write(store.downloads().join("part"), [0; 70]).unwrap();
    let size = store.size().unwrap();
    let pairs = [size.objects, size.tools, size.trees, size.downloads, size.recipes, size.temporary]
        .map(|usage| (usage.files, usage.bytes));
    assert_eq!(pairs, [(2, 1500), (1, 1000), (3, 11), (1, 70), (0, 0), (0, 0)]);
    assert_eq!((size.total().files, size.total().bytes), (7, 2581));
}
