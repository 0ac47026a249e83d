//! Partition tables against `sgdisk`.

use disk::gpt::{self, Disk, Partition};
use disk::{Content, Guid, Image, Sector};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use crate::tool::{cases, file, have, run};

fn layouts() -> impl Strategy<Value = Disk> {
    let partition = ("[A-Za-z0-9 äπ-]{1,36}", 1_u64..9000, any::<u64>(), 0_usize..3, any::<[u8; 16]>());
    let more = prop::option::of(0_u64..5000);
    (prop::collection::vec(partition, 0..20), more, any::<[u8; 16]>()).prop_map(|(partitions, more, guid)| {
        let kinds = [Guid::EFI_SYSTEM, Guid::LINUX_DATA, Guid::BIOS_BOOT];
        let partition =
            |(index, (name, sectors, attributes, kind, guid)): (usize, (String, u64, u64, usize, _))| {
                Partition {
                    kind: kinds[kind],
                    guid: Guid::derived(Guid::from_bytes(guid), &index.to_string()),
                    name: name.trim().to_owned(),
                    attributes,
                    content: image(sectors * 512, index),
                }
            };
        let partitions = partitions.into_iter().enumerate().map(partition).collect();
        let guid = Guid::derived(Guid::from_bytes(guid), "disk");
        let mut disk = Disk { sector: Sector::B512, guid, size: None, partitions };
        disk.size = more.map(|more| gpt::least_size(&disk).unwrap() + more * 512);
        disk
    })
}

/// An image with a mark at its start and at its end.
fn image(size: u64, index: usize) -> Image {
    let mut image = Image::new(size);
    image.put(0, Content::bytes(format!("{index} starts"))).unwrap();
    image.put(size - 16, Content::bytes(format!("{index:3} ends"))).unwrap();
    image
}

#[test]
fn sgdisk_finds_no_problem_in_generated_layouts() {
    if !have("sgdisk_finds_no_problem_in_generated_layouts", &["sgdisk"]) {
        return;
    }
    let temporary = tempfile::tempdir().unwrap();
    TestRunner::new(cases(200))
        .run(&layouts(), |disk| {
            let image = gpt::assemble(&disk).unwrap();
            let path = file(&temporary, "disk", &image);
            let said = run("sgdisk", &["-v", &path]);
            prop_assert!(said.contains("No problems found"), "{}", said);
            let printed = run("sgdisk", &["-p", &path]);
            let guid = format!("Disk identifier (GUID): {}", disk.guid.to_string().to_uppercase());
            prop_assert!(printed.contains(&guid), "{}", printed);
            let bytes = std::fs::read(&path).unwrap();
            for (index, partition) in disk.partitions.iter().enumerate() {
                let said = run("sgdisk", &["-i", &(index + 1).to_string(), &path]);
                for wanted in [
                    format!("Partition GUID code: {}", partition.kind.to_string().to_uppercase()),
                    format!("Partition unique GUID: {}", partition.guid.to_string().to_uppercase()),
                    format!("Partition size: {} sectors", partition.content.size() / 512),
                    format!("Attribute flags: {:016X}", partition.attributes),
                    format!("Partition name: '{}'", partition.name),
                ] {
                    prop_assert!(said.contains(&wanted), "{}\n{}", wanted, said);
                }
                let first = said.split("First sector: ").nth(1).unwrap().split(' ').next().unwrap();
                let start = first.parse::<usize>().unwrap() * 512;
                let mark = format!("{index} starts");
                prop_assert!(bytes[start..].starts_with(mark.as_bytes()));
            }
            Ok(())
        })
        .unwrap();
}
