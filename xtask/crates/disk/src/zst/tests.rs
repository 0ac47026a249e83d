use std::io::Read as _;

use hashing::Digest;

use crate::{Content, Image, zst};

fn packed(image: &Image) -> Vec<u8> {
    let mut out = Vec::new();
    zst::write(image, zst::LEVEL, &mut out).unwrap();
    out
}

#[test]
fn gives_the_image_back() {
    let mut image = Image::new(200 << 20);
    image.put(0, Content::bytes(*b"start")).unwrap();
    image.put(70 << 20, Content::bytes(vec![5; 3 << 20])).unwrap();
    image.put((200 << 20) - 3, Content::bytes(*b"end")).unwrap();
    let packed = packed(&image);
    assert!(packed.len() < 50_000, "{}", packed.len());
    let mut unpacked = hashing::Hasher::new();
    let mut decoder = zstd::Decoder::new(&packed[..]).unwrap();
    std::io::copy(&mut decoder, &mut unpacked).unwrap();
    let mut whole = hashing::Hasher::new();
    std::io::copy(&mut image.reader(), &mut whole).unwrap();
    assert_eq!(unpacked.finish(), whole.finish());
}

#[test]
fn bytes_stay_as_they_are() {
    let mut image = Image::new(65 << 20);
    image.put(4096, Content::bytes((0..=255).cycle().take(10_000).collect::<Vec<u8>>())).unwrap();
    let wanted = "sha256:6e406fb3be5f96d6ce6b3e04ab2097c3ea739faab612e1a347e632e8c06e23eb";
    assert_eq!(Digest::of(&packed(&image)).to_string(), wanted);
}

#[test]
fn nothing_is_a_frame_too() {
    let mut read = Vec::new();
    let packed = packed(&Image::new(0));
    assert!(!packed.is_empty());
    zstd::Decoder::new(&packed[..]).unwrap().read_to_end(&mut read).unwrap();
    assert_eq!(read, b"");
}

#[test]
fn is_unpacked_with_holes() {
    let mut image = Image::new((3 << 20) + 512);
    image.put(1 << 20, Content::bytes(vec![5; 100])).unwrap();
    let packed = packed(&image);
    let mut file = std::io::Cursor::new(Vec::new());
    assert_eq!(zst::unpack(&packed[..], &mut file).unwrap(), image.size());
    let mut whole = Vec::new();
    image.reader().read_to_end(&mut whole).unwrap();
    // The file ends with the last block that is not zeros.
    assert_eq!(file.get_ref().len(), (1 << 20) + (64 << 10));
    assert!(whole.starts_with(file.get_ref()));
}

#[test]
fn what_is_cut_or_changed_is_refused() {
    let packed =
        packed(&Image::from_content(Content::bytes((0..=255).cycle().take(9000).collect::<Vec<u8>>())));
    let unpack = |bytes: &[u8]| zst::unpack(bytes, &mut std::io::Cursor::new(Vec::new()));
    assert!(unpack(&packed).is_ok());
    for length in [1, 4, 20, packed.len() - 1] {
        assert!(unpack(&packed[..length]).is_err(), "{length}");
    }
    let mut changed = packed.clone();
    changed[30] ^= 1;
    assert!(unpack(&changed).is_err());
    assert!(unpack(b"no zstd at all").is_err());
}
