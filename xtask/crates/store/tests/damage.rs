//! Things whose content is not what their name says are found, moved away, and made anew.
#![allow(clippy::unwrap_used, reason = "a test, in functions of its own too")]

use std::fs;
use std::path::Path;

use archive::Tree;
use hashing::Digest;
use serde_json::json;
use store::{Outcome, Record, Store, StoreError};
use tempfile::TempDir;

fn directory() -> TempDir {
    tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap()
}

/// Other content for a file that is read-only.
fn damage(path: &Path, content: &[u8]) {
    fs::remove_file(path).unwrap();
    fs::write(path, content).unwrap();
}

fn tree() -> Tree {
    let mut tree = Tree::new();
    tree.insert("d/a", false, b"a".to_vec()).unwrap();
    tree.insert("b", true, b"b".to_vec()).unwrap();
    tree
}

#[test]
fn reading_a_damaged_object_moves_it_away() {
    for content in [&b""[..], b"wrong", b"conten"] {
        let directory = directory();
        let digest = Store::open(directory.path()).unwrap().put(b"content").unwrap();
        let store = Store::open(directory.path()).unwrap();
        damage(&store.object_path(&digest), content);
        let error = store.get(&digest).unwrap_err();
        assert!(error.to_string().contains(&format!("object `{digest}` was damaged and has been moved to")));
        let StoreError::Corrupt { moved: Some(moved), .. } = error else { unreachable!("{error}") };
        assert_eq!(fs::read(moved).unwrap(), content);

        assert!(matches!(store.get(&digest), Err(StoreError::Missing { .. })));
        assert_eq!(store.put(b"content").unwrap(), digest);
        assert_eq!(store.get(&digest).unwrap(), b"content");
    }
}

#[test]
fn putting_replaces_a_damaged_object() {
    let directory = directory();
    let digest = Store::open(directory.path()).unwrap().put(b"content").unwrap();
    let file = directory.path().join("downloads/file");
    fs::write(&file, b"content").unwrap();
    for put in
        [|store: &Store, _: &Path| store.put(b"content"), |store: &Store, file: &Path| store.put_file(file)]
    {
        let store = Store::open(directory.path()).unwrap();
        damage(&store.object_path(&digest), b"wrong");
        assert_eq!(put(&store, &file).unwrap(), digest);
        assert_eq!(store.get(&digest).unwrap(), b"content");
    }
}

#[test]
fn torn_trees_are_missing_and_made_anew() {
    type Tear = fn(&Path);
    let tears: [Tear; 7] = [
        |tree| fs::remove_file(tree.join("b")).unwrap(),
        |tree| damage(&tree.join("d/a"), b""),
        |tree| fs::write(tree.join("d/more"), "").unwrap(),
        |tree| fs::rename(tree.join("d"), tree.join("e")).unwrap(),
        |tree| std::os::unix::fs::symlink("b", tree.join("link")).unwrap(),
        |tree| damage(&tree.join("b"), b"b"),
        |tree| fs::remove_dir_all(tree.join("d")).unwrap(),
    ];
    for (number, tear) in tears.into_iter().enumerate() {
        let directory = directory();
        let digest = Store::open(directory.path()).unwrap().put_tree(&tree()).unwrap();
        let store = Store::open(directory.path()).unwrap();
        let path = directory.path().join("trees").join(digest.hex());
        tear(&path);
        assert!(matches!(store.tree(&digest), Err(StoreError::Missing { .. })), "tear {number}");
        assert!(!path.exists() && !store.contains_tree(&digest));
        store.put_tree(&tree()).unwrap();
        assert_eq!(store.tree(&digest).unwrap(), path);

        let other = Store::open(directory.path()).unwrap();
        tear(&path);
        assert_eq!(other.put_tree(&tree()).unwrap(), digest, "tear {number}");
        assert!(Store::open(directory.path()).unwrap().tree(&digest).is_ok());
    }
}

#[test]
fn damaged_tools_are_copied_again() {
    let directory = directory();
    let digest = Store::open(directory.path()).unwrap().put(b"program").unwrap();
    let path = Store::open(directory.path()).unwrap().executable(&digest).unwrap();
    damage(&path, b"wrong");
    assert_eq!(Store::open(directory.path()).unwrap().executable(&digest).unwrap(), path);
    assert_eq!(fs::read(&path).unwrap(), b"program");

    // Old enough to be known by its times from now on.
    std::thread::sleep(std::time::Duration::from_millis(50));
    for _ in 0..2 {
        assert_eq!(Store::open(directory.path()).unwrap().executable(&digest).unwrap(), path);
    }
    damage(&path, b"prograM");
    Store::open(directory.path()).unwrap().executable(&digest).unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"program");
}

#[test]
fn damaged_records_are_no_records() {
    let directory = directory();
    let store = Store::open(directory.path()).unwrap();
    let key = Digest::of(b"key");
    let path = directory.path().join(format!("recipes/{}/{}", &key.hex()[..2], key.hex()));
    let make = || Ok::<_, StoreError>(Record { data: json!({"b": 1, "a": [true]}), ..Record::default() });
    store.build(&key, make).unwrap();
    let whole = fs::read(&path).unwrap();
    assert!(whole.starts_with(br#"{"data":{"a":[true],"b":1},"objects":[],"trees":[]}"#));
    let mut flipped = whole.clone();
    flipped[10] ^= 1;
    for content in [&b""[..], &whole[..20], &whole[..whole.len() - 1], &flipped, &[0; 100]] {
        damage(&path, content);
        assert_eq!(store.record(&key).unwrap(), None);
        assert_eq!(store.build(&key, make).unwrap().1, Outcome::Built);
        assert_eq!(fs::read(&path).unwrap(), whole);
    }
}

#[test]
fn verifying_finds_everything_that_is_damaged_and_nothing_else() {
    let directory = directory();
    let store = Store::open(directory.path()).unwrap();
    let digests: Vec<_> = (0..20_u8).map(|number| store.put(&[number; 100]).unwrap()).collect();
    let tree = store.put_tree(&tree()).unwrap();
    let tool = store.executable(&digests[0]).unwrap();
    let key = Digest::of(b"key");
    store.build(&key, || Ok::<_, StoreError>(Record::default())).unwrap();
    store.set_root("lab", &store::Root::default()).unwrap();
    let report = store.verify().unwrap();
    assert_eq!((report.checked, &report.bad), (24, &vec![]));
    assert!(report.bytes > 2100);

    let recipe = directory.path().join(format!("recipes/{}/{}", &key.hex()[..2], key.hex()));
    let root = directory.path().join("roots/lab");
    let mut damaged =
        vec![store.object_path(&digests[3]), store.object_path(&digests[9]), tool, recipe, root.clone()];
    for path in &damaged {
        damage(path, b"wrong");
    }
    let torn = directory.path().join("trees").join(tree.hex());
    damage(&torn.join("d/a"), b"wrong");
    damaged.push(torn);
    damaged.sort();
    let found: Vec<_> = store.verify().unwrap().bad.into_iter().map(|bad| bad.path).collect();
    assert_eq!(found, damaged);
    let left: Vec<_> = store.verify().unwrap().bad.into_iter().map(|bad| bad.path).collect();
    assert_eq!(left, [root]);
    assert!(matches!(store.get(&digests[3]), Err(StoreError::Missing { .. })));
}
