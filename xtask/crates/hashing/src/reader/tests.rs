use std::io::Read;

use crate::{Digest, HashingReader};

#[test]
fn hashes_what_was_read_and_nothing_else() {
    let mut reader = HashingReader::new(&b"abcdef"[..]);
    let mut half = [0; 3];
    reader.read_exact(&mut half).unwrap();
    let (rest, digest, length) = reader.finish();
    assert_eq!((digest, length, rest), (Digest::of(b"abc"), 3, &b"def"[..]));
}

#[test]
fn passes_the_bytes_through() {
    let mut reader = HashingReader::new(&b"abcdef"[..]);
    let mut bytes = Vec::new();
    reader.read_to_end(&mut bytes).unwrap();
    assert_eq!(bytes, b"abcdef");
    let (_, digest, length) = reader.finish();
    assert_eq!((digest, length), (Digest::of(b"abcdef"), 6));
}
