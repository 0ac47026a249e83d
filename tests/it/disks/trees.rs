//! Generated trees of files, and how they look when a tool has unpacked them.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use disk::{Content, Directory};
use hashing::Digest;
use proptest::prelude::*;

/// Paths with the bytes that lie there; `None` is a directory.
pub(crate) type Tree = BTreeMap<String, Option<Vec<u8>>>;

/// A tree whose names come from `name`, at most so many levels deep.
pub(crate) fn trees(
    name: impl Strategy<Value = String> + Clone + 'static,
    depth: usize,
) -> impl Strategy<Value = Tree> {
    let path = prop::collection::vec(name, 1..=depth);
    let size = prop_oneof![Just(0), 1_usize..600, 500_usize..5000, 60_000_usize..70_000];
    let content = prop::option::weighted(0.9, (any::<u8>(), size));
    prop::collection::vec((path, content), 0..24).prop_map(tree)
}

/// The parts of a path; where the bytes of a file start to count, and how many there are.
type Entry = (Vec<String>, Option<(u8, usize)>);

fn tree(entries: Vec<Entry>) -> Tree {
    let mut tree = Tree::new();
    // Names that differ only in case are one name.
    let mut spelled: BTreeMap<String, String> = BTreeMap::new();
    for (names, content) in entries {
        let mut path = String::new();
        let mut parents = Vec::new();
        for name in names {
            if !path.is_empty() {
                parents.push(path.clone());
                path.push('/');
            }
            path.push_str(&name);
            path.clone_from(spelled.entry(path.to_uppercase()).or_insert_with(|| path.clone()));
        }
        let is_below_file = parents.iter().any(|parent| matches!(tree.get(parent), Some(Some(_))));
        if is_below_file || tree.contains_key(&path) {
            continue;
        }
        tree.extend(parents.into_iter().map(|parent| (parent, None)));
        let bytes = content.map(|(seed, size)| (0..=u8::MAX).cycle().skip(seed.into()).take(size).collect());
        tree.insert(path, bytes);
    }
    tree
}

/// The tree as our crates take it.
pub(crate) fn directory(tree: &Tree) -> Directory {
    let mut directory = Directory::new();
    for (path, content) in tree {
        match content {
            Some(bytes) => directory.add_file(path, Content::bytes(bytes.clone())).unwrap(),
            None => directory.add_directory(path).unwrap(),
        }
    }
    directory
}

/// What lies in a tree, in a form that can be compared and read.
pub(crate) fn listing(tree: &Tree) -> BTreeMap<String, String> {
    let what = |content: &Option<Vec<u8>>| match content {
        Some(bytes) => format!("{} {}", bytes.len(), Digest::of(bytes).short()),
        None => "directory".to_owned(),
    };
    tree.iter().map(|(path, content)| (path.clone(), what(content))).collect()
}

/// The tree that lies in a directory.
pub(crate) fn unpacked(directory: &Path) -> Tree {
    let mut tree = Tree::new();
    walk(directory, "", &mut tree);
    tree
}

fn walk(directory: &Path, prefix: &str, tree: &mut Tree) {
    for entry in fs::read_dir(directory).unwrap() {
        let entry = entry.unwrap();
        let path = format!("{prefix}{}", entry.file_name().to_str().unwrap());
        if entry.file_type().unwrap().is_dir() {
            walk(&entry.path(), &format!("{path}/"), tree);
            tree.insert(path, None);
        } else {
            tree.insert(path, Some(fs::read(entry.path()).unwrap()));
        }
    }
}
