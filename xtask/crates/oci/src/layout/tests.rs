use hashing::Digest;

use super::{Layout, blob_path};

#[test]
fn the_marker_and_the_blob_paths_are_those_of_the_specification() {
    assert_eq!(Layout::default().to_bytes().unwrap(), br#"{"imageLayoutVersion":"1.0.0"}"#);
    let empty = "blobs/sha256/e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    assert_eq!(blob_path(&Digest::of(b"")), empty);
}
