use proptest::prelude::*;
use tar::{Builder, EntryType, Header};

use super::{Limits, any as unpack_any, member, only};
use crate::{ArchiveError, Tree, gzip, unpack, write_tar};

mod links;

const ROOMY: Limits = Limits { bytes: 1 << 20, entries: 100 };

/// One entry of a hand-made archive: kind, raw name, link name or content.
pub(super) type Raw<'a> = (EntryType, &'a str, &'a str);

/// A tar archive with names as they are, allowed or not.
pub(super) fn raw_tar(entries: &[Raw<'_>]) -> Vec<u8> {
    let mut builder = Builder::new(Vec::new());
    for (kind, name, text) in entries {
        let mut header = Header::new_ustar();
        header.set_entry_type(*kind);
        header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
        header.set_mode(0o644);
        let content = if kind.is_file() { text.as_bytes() } else { b"" };
        if !kind.is_file() {
            header.as_mut_bytes()[157..157 + text.len()].copy_from_slice(text.as_bytes());
        }
        header.set_size(content.len() as u64);
        header.set_cksum();
        builder.append(&header, content).unwrap();
    }
    builder.into_inner().unwrap()
}

pub(super) fn file<'a>(path: &'a str, content: &'a str) -> Raw<'a> {
    (EntryType::Regular, path, content)
}

pub(super) fn contents(tree: &Tree) -> Vec<(&str, &str)> {
    tree.iter().map(|(path, file)| (path, str::from_utf8(&file.content).unwrap())).collect()
}

#[test]
fn names_are_normalised_and_a_later_entry_wins() {
    let bytes = raw_tar(&[
        (EntryType::XGlobalHeader, "pax_global_header", ""),
        (EntryType::Directory, "./", ""),
        (EntryType::Directory, "./a/", ""),
        file("./a/b", "old"),
        file("a//./b", "new"),
    ]);
    assert_eq!(contents(&unpack_any(&bytes, ROOMY).unwrap()), [("a/b", "new")]);
}

#[test]
fn what_reaches_out_of_the_tree_is_refused() {
    for (entry, problem) in [
        (file("../a", ""), "path `../a` leads out of the tree"),
        (file("a/../../b", ""), "path `a/../../b` leads out of the tree"),
        (file("/etc/passwd", ""), "path `/etc/passwd` is absolute"),
        ((EntryType::Directory, "/etc", ""), "path `/etc` is absolute"),
        ((EntryType::Char, "dev", ""), "entry `dev` is a character device"),
        ((EntryType::Block, "dev", ""), "entry `dev` is a block device"),
        ((EntryType::Fifo, "pipe", ""), "entry `pipe` is a named pipe"),
        ((EntryType::new(b'M'), "x", ""), "entry `x` is a thing of an unknown kind"),
    ] {
        let error = unpack_any(&raw_tar(&[entry]), ROOMY).unwrap_err().to_string();
        assert!(error.starts_with(problem), "{error}");
    }
}

#[test]
fn limits_hold_for_bombs() {
    let bomb = gzip(&write_tar(&[("zeros".to_owned(), vec![0; 1 << 22])]).unwrap());
    assert!(bomb.len() < 1 << 16);
    let error = unpack_any(&bomb, ROOMY).unwrap_err();
    assert!(matches!(error, ArchiveError::TooLarge { limit } if limit == ROOMY.bytes), "{error}");

    let names: Vec<_> = (0..101).map(|number| (format!("{number}"), Vec::new())).collect();
    let error = unpack_any(&write_tar(&names).unwrap(), ROOMY).unwrap_err();
    assert!(matches!(error, ArchiveError::TooMany { limit: 100 }), "{error}");
    assert_eq!(unpack_any(&write_tar(&names[1..]).unwrap(), ROOMY).unwrap().len(), 100);
}

#[test]
fn damage_is_found_wherever_it_is() {
    let tar = write_tar(&[("a".to_owned(), vec![7; 2000]), ("b".to_owned(), vec![8; 10])]).unwrap();
    for length in [100, 600, 1500, 2600] {
        assert!(unpack::tar(&tar[..length], ROOMY).is_err(), "tar cut to {length} bytes");
    }
    let packed = gzip(&tar);
    for length in 0..packed.len() {
        assert!(unpack_any(&packed[..length], ROOMY).is_err(), "tar.gz cut to {length} bytes");
    }
    for junk in [
        &b""[..],
        b"hello",
        b"PK\x03\x04",
        b"!<arch>\n",
        b"!<arch>\njunk",
        b"\xfd7zXZ\0",
        b"\x28\xb5\x2f\xfd",
    ] {
        assert!(unpack_any(junk, ROOMY).is_err(), "{junk:?}");
    }
}

#[test]
fn the_formats_asked_for_are_the_formats_read() {
    let tar = write_tar(&[("a".to_owned(), b"x".to_vec())]).unwrap();
    let packed = gzip(&tar);
    assert_eq!(unpack::tar(&tar, ROOMY).unwrap(), unpack::tar_gz(&packed, ROOMY).unwrap());
    for error in [
        unpack::tar(&packed, ROOMY),
        unpack::tar_gz(&tar, ROOMY),
        unpack::tar_xz(&tar, ROOMY),
        unpack::tar_zst(&tar, ROOMY),
        unpack::zip(&tar, ROOMY),
    ] {
        assert!(matches!(error, Err(ArchiveError::Malformed { .. })), "{error:?}");
    }
}

#[test]
fn unwanted_entries_are_as_if_they_were_not_there() {
    let big = "x".repeat(5000);
    let bytes =
        raw_tar(&[file("a", "1"), (EntryType::Fifo, "b/pipe", ""), file("b/c", &big), file("d", "2")]);
    let tree = only(&bytes, &|path| !path.starts_with("b/"), ROOMY).unwrap();
    assert_eq!(contents(&tree), [("a", "1"), ("d", "2")]);
}

#[test]
fn members_are_found_in_archives_in_archives() {
    let inner = gzip(&write_tar(&[("helm/helm".to_owned(), b"program".to_vec())]).unwrap());
    let outer = write_tar(&[("lib/layer.tgz".to_owned(), inner), ("x".to_owned(), vec![])]).unwrap();
    assert_eq!(member(&outer, "lib/layer.tgz//helm/helm", ROOMY).unwrap(), b"program");
    for (chain, message) in [
        ("layer.tgz", "there is no `layer.tgz` in the archive; `lib/layer.tgz` is there"),
        (
            "lib/layer.tgz//bin/helm",
            "there is no `bin/helm` in `lib/layer.tgz` of the archive; `helm/helm` is there",
        ),
        ("lib", "there is no `lib` in the archive"),
        ("x//y", "the bytes are no archive"),
        ("../x", "path `../x` leads out of the tree"),
        ("lib/layer.tgz//", "a path in a tree is empty"),
    ] {
        let error = member(&outer, chain, ROOMY).unwrap_err().to_string();
        assert!(error.starts_with(message), "{error}");
    }
}

proptest! {
    #[test]
    fn junk_never_panics(bytes: Vec<u8>, start in prop::sample::select(vec![
        &b""[..], b"\x1f\x8b\x08\0", b"PK\x03\x04", b"PK\x05\x06", b"!<arch>\n", b"\xfd7zXZ\0", b"\x28\xb5\x2f\xfd",
    ])) {
        let _ = unpack_any(&[start, &bytes].concat(), ROOMY);
    }

    #[test]
    fn a_damaged_archive_never_panics(at: prop::sample::Index, to: u8) {
        let mut bytes = raw_tar(&[
            file("a/b", "content"), (EntryType::Symlink, "c", "a/b"), (EntryType::Link, "d", "a/b"),
        ]);
        let at = at.index(bytes.len());
        bytes[at] = to;
        let _ = unpack::tar(&bytes, ROOMY);
    }

    #[test]
    fn trees_come_back_whole(files in prop::collection::btree_map("[a-c]{1,2}/[d-f]{1,2}", any::<(bool, Vec<u8>)>(), 0..8)) {
        let mut tree = Tree::new();
        for (path, (executable, content)) in files {
            tree.insert(path, executable, content).unwrap();
        }
        let tar = tree.to_tar().unwrap();
        prop_assert_eq!(&unpack::tar(&tar, ROOMY).unwrap(), &tree);
        prop_assert_eq!(&unpack_any(&gzip(&tar), ROOMY).unwrap_or_default(), &tree);
    }
}
