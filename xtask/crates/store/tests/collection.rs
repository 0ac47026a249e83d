//! Recipes, roots, and what garbage collection keeps and removes.
#![allow(clippy::unwrap_used, reason = "a test, in functions of its own too")]

use std::cell::Cell;
use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use archive::Tree;
use hashing::Digest;
use serde_json::json;
use store::{Outcome, Record, Root, Store, StoreError};
use tempfile::TempDir;

fn directory() -> TempDir {
    tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap()
}

fn tree(content: &str) -> Tree {
    let mut tree = Tree::new();
    tree.insert("file", false, content.as_bytes().to_vec()).unwrap();
    tree
}

/// Runs a recipe with one object and one tree as outputs.
fn build(store: &Store, name: &str) -> (Digest, Record) {
    let key = Digest::of(name.as_bytes());
    let make = || {
        Ok::<_, StoreError>(Record {
            objects: vec![store.put(format!("object of {name}").as_bytes())?],
            trees: vec![store.put_tree(&tree(name))?],
            data: json!({"name": name}),
        })
    };
    (key, store.build(&key, make).unwrap().0)
}

#[test]
fn a_recipe_runs_once() {
    let directory = directory();
    let store = Store::open(directory.path()).unwrap();
    let key = Digest::of(b"key");
    assert_eq!(store.record(&key).unwrap(), None);
    let runs = Cell::new(0);
    let make = || {
        runs.set(runs.get() + 1);
        Ok::<_, StoreError>(Record { objects: vec![store.put(b"out")?], ..Record::default() })
    };
    let (record, outcome) = store.build(&key, make).unwrap();
    assert_eq!(outcome, Outcome::Built);
    assert_eq!(store.build(&key, make).unwrap(), (record.clone(), Outcome::Reused));
    let other = Store::open(directory.path()).unwrap();
    assert_eq!(other.build(&key, make).unwrap(), (record.clone(), Outcome::Reused));
    assert_eq!(runs.get(), 1);

    fs::remove_file(store.object_path(&record.objects[0])).unwrap();
    assert_eq!(store.record(&key).unwrap(), None, "a record without its outputs is none");
    assert_eq!(store.build(&key, make).unwrap(), (record, Outcome::Built));
    assert_eq!(fs::read_dir(directory.path().join("locks")).unwrap().count(), 0);
}

#[test]
fn a_failed_recipe_leaves_no_record_and_no_lock() {
    let directory = directory();
    let store = Store::open(directory.path()).unwrap();
    let key = Digest::of(b"key");
    let error = store.build(&key, || Err(StoreError::Missing { kind: "object", digest: key })).unwrap_err();
    assert!(matches!(error, StoreError::Missing { .. }));
    assert_eq!(store.record(&key).unwrap(), None);
    assert_eq!(build(&store, "key").0, key);
}

#[test]
fn a_recipe_never_runs_twice_at_once_even_when_it_fails() {
    let directory = directory();
    let store = Store::open(directory.path()).unwrap();
    let key = Digest::of(b"key");
    let running = AtomicBool::new(false);
    let make = || {
        assert!(!running.swap(true, Ordering::SeqCst), "two run at once");
        thread::yield_now();
        running.store(false, Ordering::SeqCst);
        Err(StoreError::Missing { kind: "object", digest: key })
    };
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| (0..100).for_each(|_| assert!(store.build(&key, make).is_err())));
        }
    });
    assert_eq!(fs::read_dir(directory.path().join("locks")).unwrap().count(), 0);
}

#[test]
fn recipes_may_need_each_other() {
    let directory = directory();
    let store = Store::open(directory.path()).unwrap();
    let (record, outcome) = store
        .build(&Digest::of(b"outer"), || {
            let (_, inner) = build(&store, "inner");
            Ok::<_, StoreError>(inner)
        })
        .unwrap();
    assert_eq!((record.data, outcome), (json!({"name": "inner"}), Outcome::Built));
}

#[test]
fn roots_come_back() {
    let directory = directory();
    let store = Store::open(directory.path()).unwrap();
    assert_eq!(store.root("lab").unwrap(), None);
    let root = Root { recipes: vec![Digest::of(b"key")], data: json!({"b": 1, "a": 2}), ..Root::default() };
    for name in ["lab", "lab/flux", "../x", "", "."] {
        store.set_root(name, &root).unwrap();
        assert_eq!(store.root(name).unwrap(), Some(root.clone()), "{name:?}");
    }
    store.set_root("lab", &Root::default()).unwrap();
    assert_eq!(store.root("lab").unwrap(), Some(Root::default()));
    assert_eq!(store.roots().unwrap(), ["", ".", "../x", "lab", "lab/flux"]);
    store.remove_root("lab").unwrap();
    store.remove_root("lab").unwrap();
    assert_eq!(store.root("lab").unwrap(), None);
}

#[test]
fn collection_keeps_what_roots_reach() {
    let directory = directory();
    let mut store = Store::open(directory.path()).unwrap();
    let (kept_key, kept) = build(&store, "kept");
    let (gone_key, gone) = build(&store, "gone");
    let input = store.put(b"input").unwrap();
    let input_tree = store.put_tree(&tree("input")).unwrap();
    store.executable(&input).unwrap();
    store.executable(&gone.objects[0]).unwrap();
    store.set_cache("files", b"cache").unwrap();
    fs::write(store.downloads().join("part"), "12345").unwrap();
    let root = Root {
        recipes: vec![kept_key, Digest::of(b"never built")],
        objects: vec![input, Digest::of(b"never there")],
        trees: vec![input_tree],
        ..Root::default()
    };
    store.set_root("lab", &root).unwrap();

    let report = store.gc().unwrap();
    let counts =
        [report.recipes, report.objects, report.trees, report.tools, report.leftovers].map(|part| part.count);
    assert_eq!((counts, report.kept), ([1, 1, 1, 1, 1], 6));
    assert_eq!((report.objects.bytes, report.trees.bytes, report.leftovers.bytes), (14, 4, 5));
    assert_eq!(report.total().count, 5);

    assert_eq!(store.record(&kept_key).unwrap(), Some(kept.clone()));
    assert_eq!(store.get(&kept.objects[0]).unwrap(), b"object of kept");
    assert!(store.tree(&kept.trees[0]).is_ok() && store.tree(&input_tree).is_ok());
    assert!(store.executable(&input).is_ok());
    assert_eq!(store.cache("files").unwrap(), b"cache");
    assert_eq!(store.record(&gone_key).unwrap(), None);
    assert!(!store.contains(&gone.objects[0]) && !store.contains_tree(&gone.trees[0]));
    assert_eq!(store.gc().unwrap().total().count, 0);

    // What this process wrote before is not taken for being there still.
    assert_eq!(build(&store, "gone").1, gone);
    assert_eq!(store.get(&gone.objects[0]).unwrap(), b"object of gone");
    assert!(store.tree(&gone.trees[0]).is_ok());
    store.remove_root("lab").unwrap();
    store.gc().unwrap();
    assert_eq!((store.size().unwrap().objects.files, store.size().unwrap().trees.files), (0, 0));
}

#[test]
fn collection_waits_for_nobody_and_takes_nothing_from_anybody() {
    let directory = directory();
    let mut store = Store::open(directory.path()).unwrap();
    let mut other = Store::open(directory.path()).unwrap();
    let digest = other.put(b"not rooted yet").unwrap();
    for store in [&mut store, &mut other] {
        let error = store.gc().unwrap_err();
        assert!(matches!(error, StoreError::Locked { .. }), "{error}");
    }
    assert_eq!(other.get(&digest).unwrap(), b"not rooted yet");
    drop(other);
    assert_eq!(store.gc().unwrap().objects.count, 1);
}

#[test]
fn collection_keeps_scratch_directories_in_use() {
    let directory = directory();
    let mut store = Store::open(directory.path()).unwrap();
    let scratch = store.scratch().unwrap();
    fs::write(scratch.path().join("file"), "x").unwrap();
    store.gc().unwrap();
    assert_eq!(fs::read(scratch.path().join("file")).unwrap(), b"x");
}

#[test]
fn a_damaged_root_ends_collection_before_it_begins() {
    let directory = directory();
    let mut store = Store::open(directory.path()).unwrap();
    let digest = store.put(b"x").unwrap();
    for name in ["lab", "not%zz"] {
        let path = directory.path().join("roots").join(name);
        fs::write(&path, "{}").unwrap();
        let error = store.gc().unwrap_err();
        assert!(matches!(error, StoreError::Damaged { .. }), "{error}");
        assert!(store.contains(&digest));
        fs::remove_file(&path).unwrap();
    }
    assert!(matches!(store.gc(), Ok(report) if report.objects.count == 1));
}
