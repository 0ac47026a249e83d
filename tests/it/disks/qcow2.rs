//! qcow2 files and compressed images against `qemu-img` and `zstd`.

use std::fs::File;

use disk::{Content, Image, qcow2, zst};
use end_to_end::Dice;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use crate::tool::{cases, file, have, run};

/// Disks with extents of every size, at every distance from the borders of clusters.
fn disks() -> impl Strategy<Value = Image> {
    let length = prop_oneof![1_u64..600, 65_000_u64..66_000, 60_000_u64..300_000, Just(6_000_000)];
    let gap = prop_oneof![0_u64..600, 65_000_u64..66_000, 1_000_000_u64..2_000_000, Just(600 << 20)];
    let extents = prop::collection::vec((gap, length, any::<u8>()), 0..12);
    (extents, 0_u64..200_000).prop_map(|(extents, rest)| {
        let end: u64 = extents.iter().map(|(gap, length, _)| gap + length).sum();
        let mut image = Image::new((end + rest).next_multiple_of(512));
        let mut at = 0;
        for (gap, length, byte) in extents {
            let length = usize::try_from(length).unwrap();
            // Some of what lies on disks cannot be compressed.
            let bytes: Vec<u8> = match byte {
                ..100 => (0..=u8::MAX).cycle().skip(byte.into()).take(length).collect(),
                _ => Dice::new(byte.into()).bytes(length),
            };
            let length = length as u64;
            image.put(at + gap, Content::bytes(bytes)).unwrap();
            at += gap + length;
        }
        image
    })
}

#[test]
fn qemu_reads_generated_disks() {
    if !have("qemu_reads_generated_disks", &["qemu-img"]) {
        return;
    }
    let temporary = tempfile::tempdir().unwrap();
    TestRunner::new(cases(200))
        .run(&disks(), |image| {
            let raw = file(&temporary, "raw", &image);
            let path = temporary.path().join("qcow2");
            qcow2::write(&image, 1, &mut File::create(&path).unwrap()).unwrap();
            let path = path.display().to_string();
            let said = run("qemu-img", &["check", "-f", "qcow2", &path]);
            prop_assert!(said.contains("No errors were found"), "{}", said);
            if image.size() > 0 {
                let said = run("qemu-img", &["compare", "-f", "raw", "-F", "qcow2", &raw, &path]);
                prop_assert!(said.contains("Images are identical"), "{}", said);
            }
            Ok(())
        })
        .unwrap();
}

#[test]
fn zstd_reads_generated_disks() {
    if !have("zstd_reads_generated_disks", &["zstd", "cmp"]) {
        return;
    }
    let temporary = tempfile::tempdir().unwrap();
    TestRunner::new(cases(40))
        .run(&disks().prop_filter("large", |image| image.size() < 80 << 20), |image| {
            let raw = file(&temporary, "raw", &image);
            let packed = temporary.path().join("raw.zst");
            zst::write(&image, zst::LEVEL, &mut File::create(&packed).unwrap()).unwrap();
            let (packed, unpacked) = (packed.display().to_string(), temporary.path().join("unpacked"));
            let unpacked = unpacked.display().to_string();
            run("zstd", &["-d", "-q", "-f", "--sparse", &packed, "-o", &unpacked]);
            run("cmp", &[&raw, &unpacked]);
            Ok(())
        })
        .unwrap();
}
