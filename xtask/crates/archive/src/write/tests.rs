use std::collections::BTreeMap;
use std::io::Read as _;

use proptest::collection::btree_map;
use proptest::prelude::*;

use super::write_tar;
use crate::{ArchiveError, Tree, unpack};

fn files(paths: &[&str]) -> Vec<(String, Vec<u8>)> {
    paths.iter().map(|path| ((*path).to_owned(), path.as_bytes().to_vec())).collect()
}

#[test]
fn headers_say_nothing_but_name_mode_and_size() {
    let bytes = write_tar(&files(&["b/c/d.yaml", "a.yaml"])).unwrap();
    let mut archive = tar::Archive::new(bytes.as_slice());
    let entries: Vec<_> = archive
        .entries()
        .unwrap()
        .map(|entry| {
            let entry = entry.unwrap();
            let header = entry.header();
            assert_eq!(&header.as_bytes()[257..265], b"ustar\x0000");
            assert_eq!((header.uid().unwrap(), header.gid().unwrap(), header.mtime().unwrap()), (0, 0, 0));
            assert_eq!((header.username().unwrap(), header.groupname().unwrap()), (Some(""), Some("")));
            let path = entry.path().unwrap().to_str().unwrap().to_owned();
            (path, header.mode().unwrap(), header.entry_type(), header.size().unwrap())
        })
        .collect();
    let (file, directory) = (tar::EntryType::Regular, tar::EntryType::Directory);
    let expected = [
        ("a.yaml", 0o644, file, 6),
        ("b/", 0o755, directory, 0),
        ("b/c/", 0o755, directory, 0),
        ("b/c/d.yaml", 0o644, file, 10),
    ];
    assert_eq!(entries, expected.map(|(path, mode, kind, size)| (path.to_owned(), mode, kind, size)));
}

#[test]
fn an_archive_ends_with_two_empty_blocks() {
    assert_eq!(write_tar(&[]).unwrap(), [0; 1024]);
    let bytes = write_tar(&files(&["a"])).unwrap();
    assert_eq!((bytes.len(), &bytes[1024..]), (2048, &[0; 1024][..]));
}

#[test]
fn long_paths_are_split_and_longer_ones_refused() {
    let long = ["d".repeat(50), "e".repeat(99), "f".repeat(100)].join("/");
    let bytes = write_tar(&files(&[&long])).unwrap();
    assert_eq!(unpack::tar(&bytes, unpack::Limits::default()).unwrap().iter().next().unwrap().0, long);
    for path in ["f".repeat(101), ["d".repeat(100), "e".repeat(56), "f".repeat(99)].join("/")] {
        let error = write_tar(&files(&[&path])).unwrap_err();
        assert!(matches!(error, ArchiveError::Header { .. }), "{error}");
    }
}

#[test]
fn what_cannot_be_unpacked_is_not_written() {
    assert!(matches!(write_tar(&files(&["a", "a"])), Err(ArchiveError::Duplicate { .. })));
    for paths in [&["../a"][..], &["/a"], &["a", "a/b"], &[""]] {
        assert!(matches!(write_tar(&files(paths)), Err(ArchiveError::Path(_))), "{paths:?}");
    }
}

#[test]
fn trees_keep_their_executable_files() {
    let mut tree = Tree::new();
    tree.insert("bin/run", true, b"#!".to_vec()).unwrap();
    tree.insert("etc/conf", false, b"x".to_vec()).unwrap();
    let unpacked = unpack::tar(&tree.to_tar().unwrap(), unpack::Limits::default()).unwrap();
    assert_eq!(unpacked, tree);
}

proptest! {
    #[test]
    fn the_tar_crate_reads_what_is_written_in_any_order(
        content in btree_map("[a-d]{1,2}/[e-h]{1,3}|[m-p]{1,4}", any::<Vec<u8>>(), 0..12),
    ) {
        let forwards: Vec<_> = content.clone().into_iter().collect();
        let backwards: Vec<_> = content.clone().into_iter().rev().collect();
        let bytes = write_tar(&forwards).unwrap();
        prop_assert_eq!(&bytes, &write_tar(&backwards).unwrap());

        let mut read = BTreeMap::new();
        for entry in tar::Archive::new(bytes.as_slice()).entries().unwrap() {
            let mut entry = entry.unwrap();
            if entry.header().entry_type().is_file() {
                let mut bytes = Vec::new();
                entry.read_to_end(&mut bytes).unwrap();
                read.insert(entry.path().unwrap().to_str().unwrap().to_owned(), bytes);
            }
        }
        prop_assert_eq!(read, content);
    }
}
