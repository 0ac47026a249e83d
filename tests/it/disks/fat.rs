//! FAT16 and FAT32 against dosfstools and mtools.

use std::os::unix::fs::MetadataExt as _;

use disk::fat::{self, FatTime, Volume};
use disk::{Content, Directory, Sector};
use end_to_end::skip;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use tempfile::TempDir;

use crate::tool::{cases, file, have, run};
use crate::trees::{Tree, directory, listing, trees, unpacked};

const MIB: u64 = 1 << 20;

fn volume(size: u64, sector: Sector) -> Volume {
    let time = FatTime::from_unix(1_559_424_892);
    Volume { size, sector, label: "EFI".to_owned(), serial: 0x00C0_FFEE, hidden: 2048, time }
}

/// Names of every kind: short, long, with blanks and dots inside, of one letter, of 255 bytes, in other scripts.
fn names() -> impl Strategy<Value = String> + Clone {
    let plain = prop_oneof![
        4 => "[A-Z0-9]{1,8}(\\.[A-Z]{1,3})?",
        4 => "[a-zA-Z0-9_+,;=\\[\\]-]{1,20}(\\.[a-z0-9]{1,8})?",
        2 => "[a-c]{1,2}( [A-C~.]{0,3})?[1-3x]",
        1 => "longname[a-d]{3,8}\\.(conf|efi)",
        1 => "[äöüÄÖÜßéπλжЖ日本]{1,12}",
        1 => "[a-z]{255}",
        1 => "[a-z]{11,14}|[a-z]{25,27}",
    ];
    plain.prop_filter("ends in a way that FAT has not", |name| !name.ends_with(['.', ' ']) && name != "~")
}

/// Checks a volume and gives the tree that lies on it.
fn judged(directory: &TempDir, name: &str, image: &disk::Image) -> Tree {
    let path = file(directory, name, image);
    let said = run("fsck.vfat", &["-n", "-v", &path]);
    for trouble in
        ["differ", "Bad", "Fixing", "corrected", "Reclaim", "wrong", "Leaving", "Wrote", "nconsisten"]
    {
        assert!(!said.contains(trouble), "{said}");
    }
    let target = directory.path().join(format!("{name}.d"));
    std::fs::create_dir(&target).unwrap();
    if !run("mdir", &["-b", "-i", &path, "::/"]).trim().is_empty() {
        run("mcopy", &["-s", "-b", "-n", "-Q", "-i", &path, "::/", &target.display().to_string()]);
    }
    let found = unpacked(&target);
    std::fs::remove_dir_all(target).unwrap();
    std::fs::remove_file(path).unwrap();
    found
}

#[test]
fn dosfstools_and_mtools_read_generated_volumes() {
    if !have("dosfstools_and_mtools_read_generated_volumes", &["fsck.vfat", "mdir", "mcopy"]) {
        return;
    }
    let temporary = tempfile::tempdir().unwrap();
    let sizes = prop_oneof![Just(5 * MIB), 6 * MIB..40 * MIB, Just(48 * MIB), 70 * MIB..600 * MIB];
    TestRunner::new(cases(220))
        .run(&(trees(names(), 5), sizes), |(tree, size)| {
            let image = fat::write(&volume(size / 512 * 512, Sector::B512), &directory(&tree)).unwrap();
            prop_assert_eq!(listing(&judged(&temporary, "fat", &image)), listing(&tree));
            Ok(())
        })
        .unwrap();
}

#[test]
fn volumes_of_the_least_size_hold_their_files() {
    if !have("volumes_of_the_least_size_hold_their_files", &["fsck.vfat", "mdir", "mcopy"]) {
        return;
    }
    let temporary = tempfile::tempdir().unwrap();
    for size in [0, 3 * MIB, 16 * MIB, 31 * MIB, 32 * MIB, 33 * MIB, 40 * MIB, 130 * MIB] {
        let bytes = vec![7; usize::try_from(size).unwrap()];
        let tree = Tree::from([("UKI.EFI".to_owned(), Some(bytes)), ("dir".to_owned(), None)]);
        for sector in [Sector::B512, Sector::B4096] {
            let least = fat::least_size(&directory(&tree), sector).unwrap();
            let image = fat::write(&volume(least, sector), &directory(&tree)).unwrap();
            let limit = fat::least_size(&Directory::new(), sector).unwrap() + size + size / 50 + 4 * MIB;
            assert!(least <= limit, "{least} bytes for {size}");
            assert_eq!(listing(&judged(&temporary, "least", &image)), listing(&tree), "{size} {sector}");
        }
    }
}

#[test]
fn many_files_and_deep_trees_are_read() {
    if !have("many_files_and_deep_trees_are_read", &["fsck.vfat", "mdir", "mcopy"]) {
        return;
    }
    let temporary = tempfile::tempdir().unwrap();
    let many: Tree =
        (0..3000).map(|number| (format!("dir/some file {number}.txt"), Some(vec![1; 10]))).collect();
    let many = Tree::from([("dir".to_owned(), None)]).into_iter().chain(many).collect();
    let mut deep = Tree::new();
    let mut path = "level".to_owned();
    for level in 0..40 {
        deep.insert(path.clone(), None);
        path = format!("{path}/level {level}");
    }
    deep.insert(path, Some(b"bottom".to_vec()));
    for (name, tree) in [("many", many), ("deep", deep)] {
        let image = fat::write(&volume(64 * MIB, Sector::B512), &directory(&tree)).unwrap();
        assert_eq!(listing(&judged(&temporary, name, &image)), listing(&tree), "{name}");
    }
}

#[test]
fn a_file_of_nearly_4_gib_costs_its_table() {
    let test = "a_file_of_nearly_4_gib_costs_its_table";
    if !have(test, &["fsck.vfat", "mdir"]) {
        return;
    }
    let mut tree = Directory::new();
    // dosfstools counts the bytes of a chain in 32 bits, so that one cluster more would be none.
    tree.add_file("sparse.img", Content::zeros((4 << 30) - 4096)).unwrap();
    let image = fat::write(&volume(5 << 30, Sector::B512), &tree).unwrap();
    assert!(image.allocated() < 10 * MIB, "{}", image.allocated());
    let temporary = tempfile::tempdir().unwrap();
    let path = file(&temporary, "large", &image);
    if std::fs::metadata(&path).unwrap().blocks() * 512 > 100 * MIB {
        skip(test, "the file system of temporary files has no holes");
        return;
    }
    run("fsck.vfat", &["-n", &path]);
    let listed = run("mdir", &["-i", &path, "::/"]);
    assert!(listed.contains("4294963200") || listed.contains("4 294 963 200"), "{listed}");
}
