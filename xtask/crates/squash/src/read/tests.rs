//! What is written is read again, and broken images are refused.

use super::*;
use crate::write;

fn tree() -> Tree {
    let mut tree = Tree::new();
    let long = "n".repeat(255);
    for (path, node) in [
        ("usr/lib/modules/6.1/a.ko".to_owned(), Node::file(0o644, vec![7; 300_000])),
        ("usr/bin/tool".to_owned(), Node::file(0o4755, b"#!".to_vec())),
        ("usr/bin/link".to_owned(), Node::link("../lib/x")),
        ("empty".to_owned(), Node::directory(0o700)),
        (format!("{long}/{long}"), Node::file(0o600, Vec::new())),
    ] {
        tree.insert(&path, node).unwrap();
    }
    tree
}

#[test]
fn round_trip() {
    let image = write(&tree()).unwrap();
    assert_eq!(read(&image).unwrap(), tree());
    assert_eq!(write(&tree()).unwrap(), image);
    assert_eq!(image.len() % 4096, 0);
    let below = read_below(&image, "usr/bin").unwrap();
    assert_eq!(
        below.iter().map(|(path, _)| path).collect::<Vec<_>>(),
        ["usr", "usr/bin", "usr/bin/link", "usr/bin/tool"]
    );
    assert_eq!(read(&write(&Tree::new()).unwrap()).unwrap(), Tree::new());
}

#[test]
fn broken_images() {
    let image = write(&tree()).unwrap();
    for length in [0, 1, 50, 95, 96, 200] {
        let told = read(&image[..length.min(image.len())]).unwrap_err().to_string();
        assert!(told.starts_with("the squashfs image cannot be read"), "{told}");
    }
    assert!(read(b"not an image at all, but long enough to hold the header of one, which has ninety-six bytes.......").is_err());
}

#[test]
fn any_changed_byte_is_survived() {
    let mut small = Tree::new();
    small.insert("a/b", Node::file(0o644, vec![1; 5000])).unwrap();
    small.insert("a/c", Node::link("b")).unwrap();
    let image = write(&small).unwrap();
    for at in 0..image.len().min(1000) {
        for value in [0x00, 0x01, 0x7f, 0xff] {
            let mut changed = image.clone();
            changed[at] = value;
            // It is an error or another tree; what must not happen is a panic.
            let _ = read(&changed);
        }
    }
}
