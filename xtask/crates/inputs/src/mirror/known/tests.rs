use std::fs;

use hashing::Digest;

use super::Known;

#[test]
fn a_digest_is_known_until_the_file_is_touched() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("file");
    fs::write(&path, "one").unwrap();
    let mut known = Known::default();
    known.note("file", &fs::metadata(&path).unwrap(), Digest::of(b"one"));
    let mut known = Known::from_bytes(&known.to_bytes());
    assert_eq!(known.digest("file", &fs::metadata(&path).unwrap()), Some(Digest::of(b"one")));
    assert_eq!(known.digest("other", &fs::metadata(&path).unwrap()), None);
    let other = directory.path().join("other");
    fs::write(&other, "two").unwrap();
    fs::rename(&other, &path).unwrap();
    assert_eq!(known.digest("file", &fs::metadata(&path).unwrap()), None, "another file of that length");
    known.note("file", &fs::metadata(&path).unwrap(), Digest::of(b"two"));
    fs::write(&path, "longer").unwrap();
    assert_eq!(known.digest("file", &fs::metadata(&path).unwrap()), None);
    assert_eq!(Known::from_bytes(b"nonsense").len(), 0);
}
