use disk::{Content, Directory, Guid, Image};
use hashing::Hasher;

use crate::{Iso, IsoError, write};

fn iso() -> Iso {
    let mut files = Directory::new();
    files.add_file("EFI/BOOT/BOOTX64.EFI", Content::bytes(*b"MZ")).unwrap();
    files.add_file("EFI/Linux/Talos-v1.11.3.efi", Content::bytes(vec![7; 5000])).unwrap();
    files.add_file("loader/loader.conf", Content::bytes(*b"timeout 10\n")).unwrap();
    files.add_file(&"n".repeat(255), Content::bytes(*b"long")).unwrap();
    Iso {
        volume: "TALOS".to_owned(),
        volume_set: "Talos-v1.11.3".to_owned(),
        application: String::new(),
        time: 1_559_424_892,
        files,
        efi: Some(Image::from_content(Content::bytes(vec![9; 4096]))),
        disk: Guid::derived(Guid::NIL, "disk"),
        partitions: ["files", "EFI"].map(|name| Guid::derived(Guid::NIL, name)),
    }
}

#[test]
fn bytes_stay_as_they_are() {
    let mut hasher = Hasher::new();
    std::io::copy(&mut write(&iso()).unwrap().reader(), &mut hasher).unwrap();
    assert_eq!(hasher.finish().short(), "9c2ba9da59cd");
}

#[test]
fn files_beyond_4_gib_cost_nothing_but_entries() {
    let mut iso = iso();
    iso.files.add_file("large", Content::zeros(9 << 30)).unwrap();
    let image = write(&iso).unwrap();
    assert!(image.size() > 9 << 30);
    assert!(image.allocated() < 1 << 20, "{}", image.allocated());
}

#[test]
fn refuses_what_cannot_be() {
    for volume in ["", "lower", "A-B", "A B", &"A".repeat(33)] {
        let refused = write(&Iso { volume: volume.to_owned(), ..iso() }).unwrap_err();
        assert_eq!(refused, IsoError::VolumeId(volume.to_owned()));
    }
    let mut long = iso();
    long.files.add_file(&format!("dir/{}", "n".repeat(256)), Content::zeros(0)).unwrap();
    assert!(write(&long).unwrap_err().to_string().contains("is 256 bytes long"));
    for size in [0, 512, 2049] {
        let refused = write(&Iso { efi: Some(Image::new(size)), ..iso() }).unwrap_err();
        assert_eq!(refused, IsoError::EfiSize { size });
    }
    let mut large = iso();
    large.files.add_file("a", Content::zeros(9 << 40)).unwrap();
    assert!(matches!(write(&large), Err(IsoError::TooLarge { .. })));
    let twins = Guid::derived(Guid::NIL, "twin");
    assert!(write(&Iso { partitions: [twins, twins], ..iso() }).unwrap_err().to_string().contains("taken"));
}
