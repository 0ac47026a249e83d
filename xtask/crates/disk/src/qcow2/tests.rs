use hashing::{Digest, Hasher};

use crate::qcow2::{CLUSTER, PackError, Qcow2Error, wrap, write_packed};
use crate::{Content, Image};

#[test]
fn refuses_what_cannot_be() {
    assert_eq!(wrap(&Image::new(513)).unwrap_err(), Qcow2Error::Size { size: 513 });
    let told = wrap(&Image::new(1 << 62)).unwrap_err().to_string();
    assert!(told.contains("too large"), "{told}");
}

#[test]
fn holds_used_clusters_only() {
    let mut disk = Image::new(2 << 30);
    disk.put(512, Content::bytes(vec![1; 512])).unwrap();
    disk.put(1 << 30, Content::bytes(vec![2; 100_000])).unwrap();
    let file = wrap(&disk).unwrap();
    // Header, level 1, counts twice, two tables of level 2, three clusters.
    assert_eq!(file.size(), 9 * CLUSTER);
}

#[test]
fn bytes_stay_as_they_are() {
    let mut disk = Image::new(3 << 30);
    disk.put(512, Content::bytes(vec![1; 512])).unwrap();
    disk.put(1024, Content::bytes(vec![3; 512])).unwrap();
    disk.put(1 << 30, Content::bytes(vec![2; 100_000])).unwrap();
    let mut hasher = Hasher::new();
    std::io::copy(&mut wrap(&disk).unwrap().reader(), &mut hasher).unwrap();
    let wanted: Digest =
        "sha256:108f81adda464a2f83837c24baaa058c013f66d671622e2c1b11b7bb0cd26125".parse().unwrap();
    assert_eq!(hasher.finish(), wanted);
}

#[test]
fn compressed_clusters_take_less_and_stay_as_they_are() {
    let mut disk = Image::new(3 << 30);
    disk.put(512, Content::bytes(vec![1; 512])).unwrap();
    disk.put(1 << 30, Content::bytes(vec![2; 1_000_000])).unwrap();
    disk.put(2 << 30, Content::bytes(vec![0; 300_000])).unwrap();
    let packed = || {
        let mut file = std::io::Cursor::new(Vec::new());
        write_packed(&disk, 3, &mut file).unwrap();
        file.into_inner()
    };
    let file = packed();
    assert_eq!(file, packed());
    // Header, data, two tables of level 2, level 1, counts twice; what is only zeros is nowhere.
    assert_eq!(file.len() as u64, 7 * CLUSTER);
    let wanted = "92c02cb48039ce658e982edb0e225e9dc97914b9b34ce4f4942073144405d5a5";
    assert_eq!(Digest::of(&file).hex(), wanted);
    let told = write_packed(&Image::new(1), 3, &mut std::io::Cursor::new(Vec::new())).unwrap_err();
    assert!(matches!(told, PackError::Disk(Qcow2Error::Size { size: 1 })), "{told}");
}
