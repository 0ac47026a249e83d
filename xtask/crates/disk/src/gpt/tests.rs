use hashing::Digest;
use proptest::prelude::*;

use crate::gpt::{self, Disk, GptError, Partition, ReadError};
use crate::{Content, Guid, Image, Sector, Source as _};

fn partition(name: &str, size: u64) -> Partition {
    let guid = Guid::derived(Guid::NIL, name);
    Partition { kind: Guid::LINUX_DATA, guid, name: name.into(), attributes: 0, content: Image::new(size) }
}

fn disk(partitions: Vec<Partition>) -> Disk {
    let guid = Guid::derived(Guid::NIL, "talos-image-disk");
    Disk { sector: Sector::B512, guid, size: None, partitions }
}

/// The disk of Talos 1.11 with systemd-boot.
fn talos() -> Disk {
    let mut efi = partition("EFI", 2101 << 20);
    efi.kind = Guid::EFI_SYSTEM;
    Disk { size: Some(2246 << 20), ..disk(vec![efi, partition("META", 1 << 20)]) }
}

#[test]
fn lies_where_talos_puts_it() {
    let image = gpt::assemble(&talos()).unwrap();
    assert_eq!(image.size(), 2_355_101_696);
    assert!(image.allocated() < 40_000);
    let table = gpt::read(&image).unwrap();
    let places: Vec<_> =
        table.entries.iter().map(|entry| (entry.name.as_str(), entry.first, entry.last)).collect();
    assert_eq!(places, [("EFI", 2048, 4_304_895), ("META", 4_304_896, 4_306_943)]);
    assert_eq!((table.first_usable, table.last_usable), (2048, 4_599_808 - 34));
}

#[test]
fn bytes_stay_as_they_are() {
    let image = gpt::assemble(&talos()).unwrap();
    let digests: Vec<String> = image
        .extents()
        .map(|(at, content)| {
            let mut bytes = vec![0; usize::try_from(content.len()).unwrap()];
            content.read_at(0, &mut bytes).unwrap();
            format!("{at} {}", Digest::of(&bytes).short())
        })
        .collect();
    assert_eq!(
        digests,
        ["0 970ebf49d692", "1024 f61564445d40", "2355084800 f61564445d40", "2355101184 5a0248bc13dd"]
    );
}

#[test]
fn refuses_what_cannot_be() {
    let told = |disk: &Disk| gpt::assemble(disk).unwrap_err().to_string();
    let many = (0..129).map(|number| partition(&number.to_string(), 512)).collect();
    assert!(told(&disk(many)).contains("at most 128 partitions, not 129"));
    assert!(told(&disk(vec![partition(&"n".repeat(37), 512)])).contains("37 UTF-16 units"));
    assert!(told(&disk(vec![partition("a", 0)])).contains("`a` has 0 bytes"));
    assert!(told(&disk(vec![partition("a", 513)])).contains("513 bytes"));
    assert!(told(&disk(vec![partition("a", u64::MAX - 511)])).contains("`a` has"));
    assert!(told(&disk(vec![partition("a", 512), partition("a", 512)])).contains("nil or taken"));
    let nil = Partition { guid: Guid::NIL, ..partition("a", 512) };
    assert!(told(&disk(vec![nil])).contains("nil or taken"));
    let small = Disk { size: Some(2 << 20), ..disk(vec![partition("a", 2 << 20)]) };
    let wanted = GptError::TooSmall { needed: 4 << 20, size: 2 << 20 };
    assert_eq!(gpt::assemble(&small).unwrap_err(), wanted);
    let part = Disk { size: Some((9 << 20) + 1), ..disk(Vec::new()) };
    assert!(told(&part).contains("no number of sectors"));
    let large = Disk { sector: Sector::B4096, ..disk(vec![partition("a", 512)]) };
    assert!(told(&large).contains("512 bytes"));
}

#[test]
fn refuses_damaged_tables() {
    let image = gpt::assemble(&disk(vec![partition("a", 1 << 20)])).unwrap();
    let mut bytes = vec![0; 40_000];
    image.read_at(0, &mut bytes).unwrap();
    let read = |bytes: &[u8]| gpt::read(&Content::bytes(bytes));
    assert!(read(&bytes).is_ok());
    for length in [0, 512, 1000] {
        assert!(matches!(read(&bytes[..length]), Err(ReadError::Absent)), "{length}");
    }
    assert!(matches!(read(&bytes[..2000]), Err(ReadError::Io { part: "entries", .. })));
    for at in [512 + 12, 512 + 40, 512 + 80, 512 + 91, 1024, 1024 + 60] {
        let mut damaged = bytes.clone();
        damaged[at] ^= 0x80;
        assert!(matches!(read(&damaged), Err(ReadError::Damaged { .. })), "{at}");
    }
}

proptest! {
    #[test]
    fn is_read_as_it_was_written(
        sizes in prop::collection::vec((1_u64..40, "[a-zA-Z0-9äπ𝄞 -]{0,18}", any::<u64>()), 0..128),
        is_large: bool,
        more in 0_u64..100,
    ) {
        let sector = if is_large { Sector::B4096 } else { Sector::B512 };
        let partitions: Vec<Partition> = sizes.iter().enumerate().map(|(index, (size, name, attributes))| Partition {
            guid: Guid::derived(Guid::NIL, &index.to_string()),
            attributes: *attributes,
            name: name.clone(),
            ..partition("", size * 100 * sector.bytes())
        }).collect();
        let mut disk = Disk { sector, ..disk(partitions) };
        disk.size = Some(gpt::least_size(&disk).unwrap() + more * sector.bytes());
        let table = gpt::read(&gpt::assemble(&disk).unwrap()).unwrap();
        prop_assert_eq!(table.sectors * sector.bytes(), disk.size.unwrap());
        prop_assert_eq!(table.entries.len(), disk.partitions.len());
        for (entry, partition) in table.entries.iter().zip(&disk.partitions) {
            prop_assert_eq!(&entry.name, &partition.name);
            prop_assert_eq!((entry.guid, entry.attributes), (partition.guid, partition.attributes));
            prop_assert_eq!((entry.last + 1 - entry.first) * sector.bytes(), partition.content.size());
            prop_assert_eq!(entry.first * sector.bytes() % gpt::ALIGNMENT, 0);
        }
    }

    #[test]
    fn garbage_is_no_panic(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        let image = [&[0; 512][..], b"EFI PART", &bytes].concat();
        prop_assert!(gpt::read(&Content::bytes(image)).is_err());
    }
}
