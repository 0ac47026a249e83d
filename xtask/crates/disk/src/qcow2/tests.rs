use hashing::Digest;

use crate::qcow2::{CLUSTER, Qcow2Error, WriteError, write};
use crate::{Content, Image};

#[test]
fn refuses_what_cannot_be() {
    let told = |size| write(&Image::new(size), 3, &mut std::io::Cursor::new(Vec::new())).unwrap_err();
    assert!(matches!(told(513), WriteError::Disk(Qcow2Error::Size { size: 513 })), "{}", told(513));
    assert!(told(1 << 62).to_string().contains("too large"), "{}", told(1 << 62));
}

#[test]
fn compressed_clusters_take_less_and_stay_as_they_are() {
    let mut disk = Image::new(3 << 30);
    disk.put(512, Content::bytes(vec![1; 512])).unwrap();
    disk.put(1 << 30, Content::bytes(vec![2; 1_000_000])).unwrap();
    disk.put(2 << 30, Content::bytes(vec![0; 300_000])).unwrap();
    let packed = || {
        let mut file = std::io::Cursor::new(Vec::new());
        write(&disk, 3, &mut file).unwrap();
        file.into_inner()
    };
    let file = packed();
    assert_eq!(file, packed());
    // Header, data, two tables of level 2, level 1, counts twice; what is only zeros is nowhere.
    assert_eq!(file.len() as u64, 7 * CLUSTER);
    let wanted = "92c02cb48039ce658e982edb0e225e9dc97914b9b34ce4f4942073144405d5a5";
    assert_eq!(Digest::of(&file).hex(), wanted);
}
