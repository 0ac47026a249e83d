use hashing::Digest;
use proptest::prelude::*;

use crate::meta::{Meta, MetaError};

#[test]
fn bytes_stay_as_they_are() {
    let mut meta = Meta::new();
    meta.set(0x11, *b"dual-boot").unwrap();
    meta.set(0x0A, *b"addresses: []\n").unwrap();
    let block = meta.block().unwrap();
    assert_eq!(block.len(), 256 << 10);
    assert_eq!(block[..16], *b"\x5a\x4b\x3c\x2d\0\0\0\x0a\0\0\0\x0eaddr");
    let wanted = "sha256:1692c18e07449b1b534b97db744361f29f2851e4c572627ebeddb4204996f398";
    assert_eq!(Digest::of(&block).to_string(), wanted);
}

#[test]
fn refuses_what_does_not_fit() {
    let mut meta = Meta::new();
    assert_eq!(meta.set(0, *b"x"), Err(MetaError::Key));
    let room = (256 << 10) - 0x24 - 8 - 8;
    meta.set(1, vec![7; room]).unwrap();
    assert_eq!(Meta::read(&meta.block().unwrap()).unwrap(), meta);
    meta.set(1, vec![7; room + 1]).unwrap();
    let told = meta.image().unwrap_err().to_string();
    assert!(told.contains("262101") && told.contains("262100"), "{told}");
}

#[test]
fn refuses_damaged_blocks() {
    let mut meta = Meta::new();
    meta.set(6, *b"A").unwrap();
    let block = meta.block().unwrap();
    for at in [0, 5, 12, 1000, block.len() - 0x24, block.len() - 1] {
        let mut damaged = block.clone();
        damaged[at] ^= 1;
        assert!(matches!(Meta::read(&damaged), Err(MetaError::Damaged { .. })), "{at}");
    }
    for length in [0, 4, block.len() - 1] {
        let told = Meta::read(&block[..length]).unwrap_err().to_string();
        assert!(told.contains("shorter"), "{told}");
    }
}

proptest! {
    #[test]
    fn is_read_as_it_was_written(
        values in prop::collection::btree_map(1_u8.., prop::collection::vec(any::<u8>(), 0..50), 0..9)
    ) {
        let mut meta = Meta::new();
        for (key, value) in &values {
            meta.set(*key, value.clone()).unwrap();
        }
        let mut partition = vec![0; 1 << 20];
        crate::Source::read_at(&meta.image().unwrap(), 0, &mut partition).unwrap();
        prop_assert_eq!(Meta::read(&partition), Ok(meta.clone()));
        prop_assert_eq!(Meta::read(&partition[256 << 10..]), Ok(meta));
    }

    #[test]
    fn garbage_is_no_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), key: u32, length: u32) {
        let _ = Meta::read(&bytes);
        // A block with a right checksum around wrong content.
        let mut content = [&[0x5A, 0x4B, 0x3C, 0x2D][..], &key.to_be_bytes(), &length.to_be_bytes(), &bytes].concat();
        content.resize((256 << 10) - 0x24, 0);
        content.extend(super::checksum(&content.clone()));
        content.extend([0xA5, 0xB4, 0xC3, 0xD2]);
        if let Ok(meta) = Meta::read(&content) {
            prop_assert!(Meta::read(&meta.block().unwrap()).is_ok());
        }
    }
}
