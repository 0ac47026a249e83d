use hashing::Digest;
use proptest::collection::btree_map;
use proptest::prelude::*;

use super::Tree;
use crate::{ArchiveError, PathError};

fn tree(files: &[(&str, &str)]) -> Tree {
    let mut tree = Tree::new();
    for (path, content) in files {
        tree.insert(*path, false, content.as_bytes().to_vec()).unwrap();
    }
    tree
}

fn paths(tree: &Tree) -> Vec<&str> {
    tree.iter().map(|(path, _)| path).collect()
}

#[test]
fn the_digest_is_that_of_the_documented_text() {
    let mut tree = tree(&[("b/c", "one"), ("a", "")]);
    tree.insert("bin", true, b"two".to_vec()).unwrap();
    let line = |mode, content: &str, path| {
        format!("{mode} {} {} {path}\0", content.len(), Digest::of(content.as_bytes()).hex())
    };
    let text = ["tree 1\n".to_owned(), line(644, "", "a"), line(644, "one", "b/c"), line(755, "two", "bin")]
        .concat();
    assert_eq!(tree.digest(), Digest::of(text.as_bytes()));
    assert_eq!(Tree::new().digest(), Digest::of(b"tree 1\n"));
}

#[test]
fn a_path_is_not_a_file_and_a_directory() {
    let mut tree = tree(&[("a/b", ""), ("c", "")]);
    for (path, other) in [("a", "a/b"), ("a/b/c", "a/b"), ("c/d/e", "c")] {
        let conflict = PathError::Conflict { path: path.to_owned(), other: other.to_owned() };
        assert_eq!(tree.insert(path, false, Vec::new()), Err(conflict));
    }
    assert_eq!(paths(&tree), ["a/b", "c"]);
    tree.insert("a/b", true, b"new".to_vec()).unwrap();
    assert_eq!(tree.get("a/b").unwrap().content, b"new");
}

#[test]
fn subtrees_are_seen_from_their_directory() {
    let tree = tree(&[("a/b", "1"), ("a/c/d", "2"), ("a-b", "3"), ("ab/c", "4")]);
    assert_eq!(paths(&tree.subtree("a")), ["b", "c/d"]);
    assert_eq!(paths(&tree.subtree("a/c")), ["d"]);
    assert_eq!(tree.subtree("."), tree);
    for path in ["a-b", "nothing", "", "a/"] {
        assert!(tree.subtree(path).is_empty(), "{path}");
    }
    assert!(tree.is_directory("a") && tree.is_directory(".") && !tree.is_directory("a-b"));
}

#[test]
fn only_a_single_top_directory_is_stripped() {
    assert_eq!(
        paths(&tree(&[("chart/Chart.yaml", ""), ("chart/t/x", "")]).strip_top()),
        ["Chart.yaml", "t/x"]
    );
    for kept in [
        tree(&[("a/x", ""), ("b/x", "")]),
        tree(&[("a/x", ""), ("a.txt", "")]),
        tree(&[("a", "")]),
        Tree::new(),
    ] {
        assert_eq!(kept.clone().strip_top(), kept);
    }
}

#[test]
fn selections_put_a_tree_together_in_order() {
    let whole = tree(&[
        ("deploy/chart/Chart.yaml", "old"),
        ("deploy/chart/Chart.template.yaml", "new"),
        ("deploy/chart/templates/x.yaml", "x"),
        ("deploy/crds/crd.yaml", "crd"),
        ("README", "r"),
    ]);
    let select = |texts: &[&str]| {
        let selections: Vec<_> = texts.iter().map(|text| text.parse().unwrap()).collect();
        whole.select(&selections)
    };
    let chart = select(&[
        "deploy/chart => .",
        "deploy/chart/Chart.template.yaml => Chart.yaml",
        "deploy/crds => templates",
    ])
    .unwrap();
    assert_eq!(
        paths(&chart),
        ["Chart.template.yaml", "Chart.yaml", "templates/crd.yaml", "templates/x.yaml"]
    );
    assert_eq!(chart.get("Chart.yaml").unwrap().content, b"new");
    assert_eq!(select(&[". => ."]).unwrap(), whole);
    assert_eq!(paths(&select(&["README => a/b"]).unwrap()), ["a/b"]);

    let missing = select(&["charts/Chart.yaml => ."]).unwrap_err().to_string();
    assert_eq!(missing, "there is no `charts/Chart.yaml` in the tree; `deploy/chart/Chart.yaml` is there");
    assert!(matches!(select(&["README => a", "deploy => a"]), Err(ArchiveError::Path(_))));
}

#[test]
fn selections_are_written_with_an_arrow() {
    for text in ["a => b", "a/b => .", ". => x"] {
        assert_eq!(text.parse::<crate::Selection>().unwrap().to_string(), text);
    }
    for text in ["", "a", "a -> b", "a => ", "../a => b", "a => /b", " => b"] {
        assert!(text.parse::<crate::Selection>().is_err(), "{text}");
    }
}

proptest! {
    #[test]
    fn the_digest_tells_trees_apart_and_not_their_making(
        files in btree_map("[a-c]{1,3}", (any::<bool>(), any::<Vec<u8>>()), 1..6),
        rotate in 0_usize..6,
    ) {
        let mut order: Vec<_> = files.iter().collect();
        order.rotate_left(rotate % files.len());
        let make = |order: &[(&String, &(bool, Vec<u8>))]| {
            let mut tree = Tree::new();
            for (path, (executable, content)) in order {
                tree.insert(path.as_str(), *executable, content.clone()).unwrap();
            }
            tree
        };
        let made = make(&order);
        prop_assert_eq!(made.digest(), make(&files.iter().collect::<Vec<_>>()).digest());

        let (path, (executable, content)) = order[0];
        let mut flipped = made.clone();
        flipped.insert(path.as_str(), !executable, content.clone()).unwrap();
        prop_assert_ne!(flipped.digest(), made.digest());
        let mut changed = made.clone();
        changed.insert(path.as_str(), *executable, [content.as_slice(), b"x"].concat()).unwrap();
        prop_assert_ne!(changed.digest(), made.digest());
        let mut renamed = made.clone();
        renamed.remove(path);
        prop_assert_ne!(renamed.digest(), made.digest());
        renamed.insert(format!("{path}d"), *executable, content.clone()).unwrap();
        prop_assert_ne!(renamed.digest(), made.digest());
    }

    #[test]
    fn insert_takes_exactly_normal_paths(path: String) {
        let mut tree = Tree::new();
        if tree.insert(path.as_str(), false, Vec::new()).is_ok() {
            prop_assert!(!path.split('/').any(|part| matches!(part, "" | "." | "..")));
        }
    }
}
