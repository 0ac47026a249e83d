use proptest::prelude::*;

use super::{check, follow, normalise};
use crate::PathError;

#[test]
fn only_the_normal_form_is_a_path() {
    let long = "x".repeat(256);
    for (path, problem) in [
        ("", "is empty"),
        ("/etc/passwd", "is absolute"),
        ("..", "leads out of the tree"),
        ("a/../b", "leads out of the tree"),
        ("a//b", "not in its normal form"),
        ("a/", "not in its normal form"),
        ("./a", "not in its normal form"),
        ("a/.", "not in its normal form"),
        ("a/b\0c", "NUL byte"),
        (&long, "longer than 255 bytes"),
    ] {
        let error = check(path).unwrap_err().to_string();
        assert!(error.contains(problem), "{path:?}: {error}");
    }
    for path in ["a", "a/b.c", "...", "a/..b", "ä/ö ü", &"x".repeat(255)] {
        assert_eq!(check(path), Ok(()));
    }
}

#[test]
fn names_in_archives_become_normal() {
    for (name, path) in [("./a//b/", "a/b"), (".", ""), ("", ""), ("a/./b", "a/b")] {
        assert_eq!(normalise(name.as_bytes()), Ok(path.to_owned()));
    }
    assert!(matches!(normalise(b"/a"), Err(PathError::Absolute { .. })));
    assert!(matches!(normalise(b"a/../../b"), Err(PathError::Escapes { .. })));
    assert!(matches!(normalise(b"a\xff"), Err(PathError::NotUtf8 { .. })));
}

#[test]
fn links_are_seen_from_their_directory() {
    for (link, target, path) in
        [("a/b", "c", "a/c"), ("a/b", "../c", "c"), ("a/b", "..", ""), ("b", "./c/d/../e", "c/e")]
    {
        assert_eq!(follow(link, target).as_deref(), Ok(path));
    }
    for (link, target) in [("a", ".."), ("a/b", "../../c"), ("a", "/etc/passwd"), ("a/b", "../../a/b")] {
        assert!(matches!(follow(link, target), Err(PathError::Escapes { .. })), "{link} -> {target}");
    }
}

proptest! {
    #[test]
    fn whatever_is_normalised_is_normal(name: Vec<u8>) {
        if let Ok(path) = normalise(&name) {
            prop_assert!(path.is_empty() || check(&path).is_ok());
        }
    }
}
