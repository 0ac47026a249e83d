//! ISO images against xorriso, sgdisk and mtools.

use disk::fat::{self, FatTime, Volume};
use disk::{Content, Directory, Guid, Image, Sector};
use end_to_end::skip;
use iso::Iso;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use tempfile::TempDir;

use crate::tool::{cases, file, have, run};
use crate::trees::{Tree, directory, listing, trees, unpacked};

fn of(files: Directory, efi: Option<Image>) -> Iso {
    Iso {
        volume: "TALOS_V1_11_3".to_owned(),
        volume_set: "Talos-v1.11.3".to_owned(),
        application: String::new(),
        time: 1_559_424_892,
        files,
        efi,
        disk: Guid::derived(Guid::NIL, "iso"),
        partitions: ["files", "EFI"].map(|name| Guid::derived(Guid::NIL, name)),
    }
}

fn esp() -> Image {
    let tree = Tree::from([("EFI".into(), None), ("EFI/BOOTX64.EFI".into(), Some(vec![1; 50_000]))]);
    let (size, time) = (4 << 20, FatTime::FIRST);
    let volume = Volume { size, sector: Sector::B512, label: "EFI".into(), serial: 1, hidden: 0, time };
    fat::write(&volume, &directory(&tree)).unwrap()
}

/// Names of every kind that Unix has, up to 255 bytes.
fn names() -> impl Strategy<Value = String> + Clone {
    prop_oneof![
        4 => "[A-Za-z0-9_]{1,12}(\\.[a-z0-9]{1,5})?",
        2 => "[a-z .;:*?-]{1,20}[a-z]",
        2 => "common-prefix-of-names-[a-d]{1,4}\\.conf",
        1 => "[äöüπλжЖ日本]{1,12}",
        1 => "[a-z]{90,130}",
        1 => "[a-z]{245,255}",
    ]
}

/// What lies on an image, as xorriso extracts it.
fn extracted(directory: &TempDir, path: &str) -> Tree {
    let target = directory.path().join("iso.d");
    let to = target.display().to_string();
    std::fs::create_dir(&target).unwrap();
    run("xorriso", &["-abort_on", "SORRY", "-indev", path, "-osirrox", "on", "-extract", "/", &to]);
    run("chmod", &["-R", "u+w", &to]);
    let found = unpacked(&target);
    std::fs::remove_dir_all(target).unwrap();
    found
}

#[test]
fn xorriso_reads_generated_trees() {
    if !have("xorriso_reads_generated_trees", &["xorriso"]) {
        return;
    }
    let temporary = tempfile::tempdir().unwrap();
    TestRunner::new(cases(200))
        .run(&trees(names(), 6), |tree| {
            let image = iso::write(&of(directory(&tree), None)).unwrap();
            let path = file(&temporary, "iso", &image);
            prop_assert_eq!(listing(&extracted(&temporary, &path)), listing(&tree));
            Ok(())
        })
        .unwrap();
}

#[test]
fn many_files_and_deep_trees_are_read() {
    if !have("many_files_and_deep_trees_are_read", &["xorriso"]) {
        return;
    }
    let temporary = tempfile::tempdir().unwrap();
    let mut tree = Tree::from([("dir".to_owned(), None)]);
    tree.extend(
        (0..3000).map(|number| (format!("dir/some file with a name, number {number}.txt"), Some(vec![1; 9]))),
    );
    let mut path = "level".to_owned();
    for level in 0..20 {
        tree.insert(path.clone(), None);
        path = format!("{path}/level {level}");
    }
    tree.insert(path, Some(b"bottom".to_vec()));
    let path = file(&temporary, "iso", &iso::write(&of(directory(&tree), Some(esp()))).unwrap());
    assert_eq!(listing(&extracted(&temporary, &path)), listing(&tree));
}

#[test]
fn firmware_finds_the_same_partition_on_a_cd_and_on_a_disk() {
    let programs = ["xorriso", "sgdisk", "mcopy"];
    if !have("firmware_finds_the_same_partition_on_a_cd_and_on_a_disk", &programs) {
        return;
    }
    let temporary = tempfile::tempdir().unwrap();
    let tree =
        Tree::from([("loader".into(), None), ("loader/loader.conf".into(), Some(b"timeout 10\n".to_vec()))]);
    let image = iso::write(&of(directory(&tree), Some(esp()))).unwrap();
    let path = file(&temporary, "iso", &image);
    assert_eq!(listing(&extracted(&temporary, &path)), listing(&tree));
    let said =
        run("xorriso", &["-indev", &path, "-report_el_torito", "plain", "-report_system_area", "plain"]);
    let entry = said.lines().find(|line| line.starts_with("El Torito boot img :   1")).expect(&said);
    let words: Vec<&str> = entry.split_whitespace().collect();
    assert!(words.contains(&"UEFI") && words.contains(&"y"), "{entry}");
    assert_eq!(words.last(), Some(&"512"), "{entry}");
    assert!(said.contains("Volume id    : 'TALOS_V1_11_3'"), "{said}");
    let said = run("sgdisk", &["-v", "-i", "2", &path]);
    assert!(said.contains("No problems found"), "{said}");
    assert!(said.contains("C12A7328-F81F-11D2-BA4B-00A0C93EC93B"), "{said}");
    let partition = format!("{path}@@{}", disk::gpt::read(&image).unwrap().entries[1].first * 512);
    let copied = temporary.path().join("copied");
    run("mcopy", &["-i", &partition, "::/EFI/BOOTX64.EFI", &copied.display().to_string()]);
    assert_eq!(std::fs::read(copied).unwrap(), vec![1; 50_000]);
}

#[test]
fn a_file_of_more_than_4_gib_is_several_extents() {
    let test = "a_file_of_more_than_4_gib_is_several_extents";
    if !have(test, &["xorriso"]) {
        return;
    }
    let temporary = tempfile::tempdir().unwrap();
    let size = (4 << 30) + 5;
    let mut tree = Directory::new();
    tree.add_file("sparse.img", Content::zeros(size)).unwrap();
    tree.add_file("zz", Content::bytes(*b"behind it")).unwrap();
    let image = iso::write(&of(tree, Some(esp()))).unwrap();
    assert!(image.allocated() < 1 << 20, "{}", image.allocated());
    let path = file(&temporary, "large", &image);
    if std::os::unix::fs::MetadataExt::blocks(&std::fs::metadata(&path).unwrap()) * 512 > 100 << 20 {
        return skip(test, "the file system of temporary files has no holes");
    }
    let listed = run("xorriso", &["-abort_on", "SORRY", "-indev", &path, "-lsl", "/"]);
    assert!(listed.contains(&format!(" {size} ")), "{listed}");
    let target = temporary.path().join("zz");
    let words = ["-indev", &path, "-osirrox", "on", "-extract", "/zz", &target.display().to_string()];
    run("xorriso", &words);
    assert_eq!(std::fs::read(target).unwrap(), b"behind it");
}
