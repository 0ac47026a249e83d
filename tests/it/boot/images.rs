//! Images of a guest, each with what the crates `disk` and `iso` make.

use std::fs::File;
use std::path::{Path, PathBuf};

use disk::fat::{self, FatTime, Volume};
use disk::gpt::{self, Partition};
use disk::meta::Meta;
use disk::{Content, Directory, Guid, Image, Sector, qcow2};
use iso::Iso;

use crate::guest::{Guest, content};

const COMMAND_LINE: &str = "console=ttyS0 panic=-1";

/// The EFI system partition: the loader, its entry, the kernel. `before` zeros lie in front of all of them.
pub(crate) fn esp(guest: &Guest, before: u64) -> Image {
    partition(
        &[&files(guest, "timeout 0\n")[..], &[("AHEAD.BIN".to_owned(), Content::zeros(before))]].concat(),
    )
}

/// The files from which a guest starts, with settings of the loader.
pub(crate) fn files(guest: &Guest, settings: &'static str) -> Vec<(String, Content)> {
    let entry = format!("title lab\nlinux /lab/vmlinuz\ninitrd /lab/initrd\noptions {COMMAND_LINE}\n");
    let files = [
        ("EFI/BOOT/BOOTX64.EFI", content(&guest.loader)),
        ("loader/loader.conf", Content::bytes(settings)),
        ("loader/entries/lab.conf", Content::bytes(entry)),
        ("lab/vmlinuz", content(&guest.kernel)),
        ("lab/initrd", content(&guest.initrd)),
    ];
    files.map(|(path, content)| (path.to_owned(), content)).to_vec()
}

/// An EFI system partition with some files.
pub(crate) fn partition(files: &[(String, Content)]) -> Image {
    let mut tree = Directory::new();
    for (path, content) in files {
        tree.add_file(path, content.clone()).unwrap();
    }
    let size = fat::least_size(&tree, Sector::B512).unwrap() + (8 << 20);
    let (label, time) = ("EFI".to_owned(), FatTime::FIRST);
    fat::write(&Volume { size, sector: Sector::B512, label, serial: 1, hidden: 0, time }, &tree).unwrap()
}

/// A disk as Talos has it: the system partition and META.
pub(crate) fn raw(esp: Image) -> Image {
    let partition = |name: &str, kind, content| Partition {
        kind,
        guid: Guid::derived(Guid::NIL, name),
        name: name.to_owned(),
        attributes: 0,
        content,
    };
    let mut meta = Meta::new();
    meta.set(0x0A, *b"addresses: []\n").unwrap();
    gpt::assemble(&gpt::Disk {
        sector: Sector::B512,
        guid: Guid::derived(Guid::NIL, "talos-image-disk"),
        size: Some(2 << 30),
        partitions: vec![
            partition("EFI", Guid::EFI_SYSTEM, esp),
            partition("META", Guid::LINUX_DATA, meta.image().unwrap()),
        ],
    })
    .unwrap()
}

/// The same disk as QEMU keeps it, in a directory.
pub(crate) fn packed(directory: &Path, esp: Image) -> PathBuf {
    let path = directory.join("qcow2");
    qcow2::write(&raw(esp), 1, &mut File::create(&path).unwrap()).unwrap();
    path
}

/// A CD with the system partition.
pub(crate) fn cd(esp: Image) -> Image {
    let mut files = Directory::new();
    files.add_file("README", Content::bytes(*b"boot me\n")).unwrap();
    iso::write(&Iso {
        volume: "LAB".to_owned(),
        volume_set: "lab".to_owned(),
        application: String::new(),
        time: 0,
        files,
        efi: Some(esp),
        disk: Guid::derived(Guid::NIL, "iso"),
        partitions: ["files", "EFI"].map(|name| Guid::derived(Guid::NIL, name)),
    })
    .unwrap()
}

/// An image as a file with holes.
pub(crate) fn file(directory: &Path, name: &str, image: &Image) -> PathBuf {
    let path = directory.join(name);
    let mut file = File::create(&path).unwrap();
    file.set_len(image.size()).unwrap();
    image.write_sparse(&mut file).unwrap();
    path
}
