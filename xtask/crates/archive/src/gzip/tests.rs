use std::fs;
use std::io::Write as _;

use flate2::{Compression, GzBuilder};
use hashing::Digest;
use proptest::prelude::*;

use super::{GZIP_IDENTITY, LEVEL, gunzip, gzip};
use crate::ArchiveError;

/// Text like that of rendered manifests, longer than the compressor's window.
fn manifests() -> Vec<u8> {
    let object = |number: u32| {
        let colour = number.wrapping_mul(2_654_435_761);
        format!(
            "---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: map-{number}\ndata:\n  key: {colour:x}\n"
        )
    };
    (0..4000).map(object).collect::<String>().into_bytes()
}

#[test]
fn the_identity_names_the_locked_compressor() {
    let lock = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../Cargo.lock");
    let lock = fs::read_to_string(lock).unwrap();
    let (_, after) = lock.split_once("name = \"zlib-rs\"\nversion = \"").unwrap();
    let (version, _) = after.split_once('"').unwrap();
    assert_eq!(GZIP_IDENTITY, format!("zlib-rs {version} level {LEVEL}"));
}

#[test]
fn the_bytes_are_those_of_the_identity() {
    // When this changes, every published bundle changes: then `GZIP_IDENTITY` must have changed too.
    let packed = gzip(&manifests());
    assert_eq!(
        (GZIP_IDENTITY, Digest::of(&packed).short().as_str()),
        ("zlib-rs 0.6.8 level 4", "93ea43c95927")
    );
}

#[test]
fn the_header_is_fixed() {
    // RFC 1952: magic, deflate, no flags, no time, no extra flags, unknown system.
    assert_eq!(gzip(b"x")[..10], [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);
}

#[test]
fn the_level_does_not_depend_on_write_sizes() {
    let text = manifests();
    for size in [1, 7, 512, 4096, 65_521, text.len()] {
        let mut encoder =
            GzBuilder::new().mtime(0).operating_system(255).write(Vec::new(), Compression::new(LEVEL));
        for piece in text.chunks(size) {
            encoder.write_all(piece).unwrap();
        }
        assert_eq!(encoder.finish().unwrap(), gzip(&text), "in writes of {size} bytes");
    }
}

#[test]
fn unpacking_stops_at_the_limit() {
    let packed = gzip(&vec![0; 100_000]);
    assert_eq!(gunzip(&packed, 100_000).unwrap().len(), 100_000);
    for limit in [0, 99_999] {
        assert!(
            matches!(gunzip(&packed, limit), Err(ArchiveError::TooLarge { limit: given }) if given == limit)
        );
    }
}

#[test]
fn members_follow_each_other() {
    let packed = [gzip(b"one "), gzip(b"two")].concat();
    assert_eq!(gunzip(&packed, 100).unwrap(), b"one two");
}

proptest! {
    #[test]
    fn unpacking_gives_back_what_was_packed(bytes: Vec<u8>) {
        prop_assert_eq!(gunzip(&gzip(&bytes), u64::MAX).unwrap(), bytes);
    }

    #[test]
    fn damage_is_found(bytes in prop::collection::vec(any::<u8>(), 1..200), at: prop::sample::Index) {
        let mut packed = gzip(&bytes);
        let at = at.index(packed.len() - 10) + 10;
        packed[at] ^= 0x40;
        let unpacked = gunzip(&packed, 10_000);
        prop_assert!(unpacked.is_err() || unpacked.unwrap() == bytes);
        packed.truncate(at);
        prop_assert!(gunzip(&packed, 10_000).is_err());
    }

    #[test]
    fn junk_never_panics(bytes: Vec<u8>) {
        let _ = gunzip(&bytes, 1000);
        let _ = gunzip(&[b"\x1f\x8b\x08\0".as_slice(), &bytes].concat(), 1000);
    }
}
