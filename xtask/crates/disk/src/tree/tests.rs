use crate::{Content, Directory, TreeError};

#[test]
fn refuses_paths_that_are_none() {
    let mut tree = Directory::new();
    for path in ["", "/", "/a", "a/", "a//b", ".", "..", "a/../b", "./a", "a\0"] {
        let refused = tree.add_file(path, Content::zeros(1)).unwrap_err();
        assert_eq!(refused, TreeError::Path { path: path.to_owned() });
    }
    assert!(tree.add_directory("a//b").is_err());
}

#[test]
fn one_path_is_one_thing() {
    let mut tree = Directory::new();
    tree.add_file("a/b", Content::zeros(1)).unwrap();
    assert_eq!(tree.add_file("a/b", Content::zeros(2)), Err(TreeError::Twice { path: "a/b".into() }));
    assert_eq!(tree.add_file("a", Content::zeros(2)), Err(TreeError::Twice { path: "a".into() }));
    let below = TreeError::BelowFile { path: "a/b/c".into(), file: "a/b".into() };
    assert_eq!(tree.add_file("a/b/c", Content::zeros(2)), Err(below));
    tree.add_directory("a").unwrap();
    tree.add_directory("a/c/d").unwrap();
    assert_eq!(tree.entries().map(|(name, _)| name).collect::<Vec<_>>(), ["a"]);
    assert!(tree.add_directory("a/b").is_err());
}
