use hashing::Hasher;

use crate::fat::{self, FatError, FatTime, NameFault, Volume};
use crate::{Content, Directory, Image, Sector};

const MIB: u64 = 1 << 20;

fn volume(size: u64) -> Volume {
    Volume {
        size,
        sector: Sector::B512,
        label: "EFI".to_owned(),
        serial: 0x1234_5678,
        hidden: 2048,
        time: FatTime::FIRST,
    }
}

fn tree(files: &[(&str, usize)]) -> Directory {
    let mut tree = Directory::new();
    for (path, size) in files {
        tree.add_file(path, Content::bytes(vec![b'x'; *size])).unwrap();
    }
    tree
}

fn esp() -> Directory {
    tree(&[
        ("EFI/boot/BOOTX64.efi", 100_000),
        ("EFI/Linux/Talos-v1.11.3.efi", 300_000),
        ("loader/loader.conf", 12),
    ])
}

fn digest(image: &Image) -> String {
    let mut hasher = Hasher::new();
    std::io::copy(&mut image.reader(), &mut hasher).unwrap();
    hasher.finish().short()
}

#[test]
fn bytes_stay_as_they_are() {
    let small = fat::write(&volume(4 * MIB), &esp()).unwrap();
    let large = fat::write(&volume(100 * MIB), &esp()).unwrap();
    let sectors = Volume { sector: Sector::B4096, ..volume(300 * MIB) };
    let sectors = fat::write(&sectors, &esp()).unwrap();
    assert_eq!(
        [digest(&small), digest(&large), digest(&sectors)],
        ["4d72628942fe", "61a508057e28", "a2352cdc23bf"]
    );
}

#[test]
fn all_wrong_names_are_told_at_once() {
    let long = "n".repeat(256);
    let files = ["a:b", "A", "sub/end.", "sub/blank ", "sub/\u{1}", "ÄB", "äb", "a", &long, "good"];
    let files: Vec<(&str, usize)> = files.iter().map(|name| (*name, 1)).collect();
    let FatError::Names { names } = fat::write(&volume(4 * MIB), &tree(&files)).unwrap_err() else {
        panic!("other error")
    };
    let faults: Vec<(&str, &NameFault)> =
        names.iter().map(|error| (error.path.as_str(), &error.fault)).collect();
    let wanted = [
        ("a", &NameFault::Same { other: "A".to_owned() }),
        ("a:b", &NameFault::Character(':')),
        (long.as_str(), &NameFault::Long { length: 256 }),
        ("äb", &NameFault::Same { other: "ÄB".to_owned() }),
        ("sub/\u{1}", &NameFault::Character('\u{1}')),
        ("sub/blank ", &NameFault::End),
        ("sub/end.", &NameFault::End),
    ];
    assert_eq!(faults, wanted);
    let told = FatError::Names { names }.to_string();
    assert!(
        told.starts_with("7 names cannot be FAT names: `a` differs from `A` only in case; `a:b` has ':'"),
        "{told}"
    );
}

#[test]
fn refuses_what_does_not_fit() {
    let told = |volume: &Volume, tree: &Directory| fat::write(volume, tree).unwrap_err().to_string();
    let big = tree(&[("UKI.EFI", 5 << 20)]);
    let refused = fat::write(&volume(5 * MIB), &big).unwrap_err();
    assert_eq!(refused, FatError::TooSmall { needed: 6 * MIB, size: 5 * MIB });
    assert_eq!(fat::least_size(&big, Sector::B512).unwrap(), 6 * MIB);
    fat::write(&volume(6 * MIB), &big).unwrap();

    let mut huge = Directory::new();
    huge.add_file("a/b", Content::zeros(1 << 32)).unwrap();
    assert!(told(&volume(8 << 30), &huge).contains("`a/b` has 4294967296 bytes"));
    for size in [0, 100, MIB, (3 * MIB) + 1, 3 << 40] {
        assert!(told(&volume(size), &esp()).contains("a FAT volume has"), "{size}");
    }
    for label in ["", "lower", "TWELVELETTER", " A", "A*B", "Ä"] {
        let told = told(&Volume { label: label.to_owned(), ..volume(4 * MIB) }, &esp());
        assert!(told.contains("volume label"), "{label}: {told}");
    }
    let names: Vec<String> = (0..70_000).map(|number| format!("F{number}")).collect();
    let many: Vec<(&str, usize)> = names.iter().map(|name| (name.as_str(), 0)).collect();
    assert!(told(&volume(600 * MIB), &tree(&many)).contains("`/` needs 70002 entries"));
    assert!(
        told(&volume(4 * MIB), &tree(&many[..512])).contains("`/` needs 513 entries for its names; 512 fit")
    );
    fat::write(&volume(4 * MIB), &tree(&many[..511])).unwrap();
}

#[test]
fn clocks_of_fat_have_a_start_and_an_end() {
    let table = [
        (0, FatTime::FIRST),
        (315_532_799, FatTime::FIRST),
        (315_532_800, FatTime::FIRST),
        (951_782_400, FatTime { date: 0x285D, time: 0 }),
        (1_559_424_892, FatTime { date: 0x4EC1, time: 0xAC5A }),
        (4_354_819_199, FatTime::LAST),
        (u64::MAX, FatTime::LAST),
    ];
    for (seconds, wanted) in table {
        assert_eq!(FatTime::from_unix(seconds), wanted, "{seconds}");
    }
}
