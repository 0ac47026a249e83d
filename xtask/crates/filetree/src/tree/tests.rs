//! Order, and what does not fit.

use super::*;
use crate::from_tar;

#[test]
fn depth_first() {
    let mut tree = Tree::new();
    for path in ["a/b", "a-b", "a.b/c", "a/c/d", "B", "a"] {
        tree.insert(path, if path == "a" { Node::directory(0o700) } else { Node::file(0o644, vec![]) })
            .unwrap();
    }
    let paths: Vec<&str> = tree.iter().map(|(path, _)| path).collect();
    assert_eq!(paths, ["B", "a", "a/b", "a/c", "a/c/d", "a-b", "a.b", "a.b/c"]);
    assert_eq!(tree.get("a").unwrap().mode, 0o700);
    assert_eq!(tree.below("a").iter().map(|(path, _)| path).collect::<Vec<_>>(), ["b", "c", "c/d"]);
    let taken = tree.take("a");
    assert_eq!((taken.len(), tree.len()), (4, 4));
}

#[test]
fn mistakes() {
    let mut tree = Tree::new();
    tree.insert("d/f", Node::file(0o644, vec![])).unwrap();
    let mut told = |path: &str, node: Node| tree.insert(path, node).unwrap_err().to_string();
    let file = || Node::file(0o644, vec![]);
    for path in ["", "/a", "a//b", "a/", "./a", "a/../b", ".."] {
        assert!(told(path, file()).contains("is not usable"), "{path}");
    }
    assert!(told(&"x".repeat(256), file()).contains("longer than 255"));
    assert!(told("a\0", file()).contains("NUL"));
    assert!(told("d/f/g", file()).contains("`d/f` is no directory"));
    assert!(told("d", file()).contains("is a directory with content"));
    assert!(told("l", Node::link("")).contains("has no target"));
}

#[test]
fn archives() {
    let mut builder = tar::Builder::new(Vec::new());
    let mut add = |kind, path: &str, target: &str, content: &[u8]| {
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(kind);
        header.set_mode(0o4755);
        header.set_size(content.len() as u64);
        if !target.is_empty() {
            header.set_link_name(target).unwrap();
        }
        builder.append_data(&mut header, path, content).unwrap();
    };
    add(tar::EntryType::Directory, "./rootfs/", "", b"");
    add(tar::EntryType::Regular, "rootfs/a", "", b"one");
    add(tar::EntryType::Link, "rootfs/b", "rootfs/a", b"");
    add(tar::EntryType::Symlink, "rootfs/c", "../x", b"");
    let whole = builder.into_inner().unwrap();
    let tree = from_tar(&whole).unwrap();
    assert_eq!(tree.get("rootfs/b").unwrap().bytes(), Some(&b"one"[..]));
    assert_eq!(tree.get("rootfs/a").unwrap().mode, 0o4755);
    assert_eq!(tree.get("rootfs/c").unwrap(), &Node::link("../x"));
    assert!(from_tar(&whole[..700]).unwrap_err().to_string().contains("cannot be read"));
    let special = |kind| {
        let mut builder = tar::Builder::new(Vec::new());
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(kind);
        header.set_size(0);
        header.set_mode(0o644);
        builder.append_data(&mut header, "dev/x", &b""[..]).unwrap();
        from_tar(&builder.into_inner().unwrap()).unwrap_err().to_string()
    };
    assert!(special(tar::EntryType::Char).contains("`dev/x` is a character device"));
    assert!(special(tar::EntryType::Block).contains("block device"));
    assert!(special(tar::EntryType::Fifo).contains("named pipe"));
}
