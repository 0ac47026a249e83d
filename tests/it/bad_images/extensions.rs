//! Mistakes in extensions.

use end_to_end::image_stage::{ImageStage, extension};
use tar::{Builder, EntryType, Header};

use crate::{Case, GOOD, all_are_told, check};

/// An extension with one entry of a kind that archives of files do not have.
fn with_entry(kind: EntryType, path: &str, target: &str) -> Vec<u8> {
    let mut tar = Builder::new(Vec::new());
    let manifest = b"version: v1alpha1\nmetadata: {name: second, version: v1}\n";
    let mut header = Header::new_ustar();
    header.set_size(manifest.len() as u64);
    header.set_mode(0o644);
    tar.append_data(&mut header, "manifest.yaml", &manifest[..]).unwrap();
    let mut header = Header::new_ustar();
    header.set_entry_type(kind);
    header.set_size(0);
    header.set_mode(0o666);
    let name = &mut header.as_old_mut().name;
    name[..path.len()].copy_from_slice(path.as_bytes());
    header.as_old_mut().linkname[..target.len()].copy_from_slice(target.as_bytes());
    header.set_cksum();
    tar.append(&header, std::io::empty()).unwrap();
    tar.into_inner().unwrap()
}

fn archive(files: &[(&str, &str)]) -> Vec<u8> {
    let files: Vec<(String, Vec<u8>)> =
        files.iter().map(|(path, content)| ((*path).to_owned(), content.as_bytes().to_vec())).collect();
    archive::write_tar(&files).unwrap()
}

#[test]
fn mistakes_in_extensions() {
    let for_other = "  compatibility:\n    talos:\n      version: '>= v1.12.0'\n";
    let no_range = "  compatibility:\n    talos:\n      version: 'newer'\n";
    let good: &[(&str, &[u8])] = &[("usr/local/second", b"x")];
    let cut = archive::gzip(&extension("second", "", good));
    let table: Vec<(&'static str, Vec<u8>, &[&'static str])> = vec![
        ("no archive", b"something else".to_vec(), &["tar archive cannot be read"]),
        ("cut archive", cut[..cut.len() / 2].to_vec(), &["siderolabs/second"]),
        ("no manifest", archive(&[("rootfs/usr/local/x", "x")]), &["has no `manifest.yaml`"]),
        (
            "no root",
            archive(&[("manifest.yaml", "version: v1alpha1\nmetadata: {name: a}\n")]),
            &["has no `rootfs`"],
        ),
        (
            "bad manifest",
            archive(&[("manifest.yaml", "{"), ("rootfs/usr/local/x", "x")]),
            &["the manifest of extension"],
        ),
        (
            "format of the manifest",
            archive(&[("manifest.yaml", "version: v2\n"), ("rootfs/usr/local/x", "x")]),
            &["its format is `v2`"],
        ),
        (
            "no name",
            archive(&[("manifest.yaml", "version: v1alpha1\n"), ("rootfs/usr/local/x", "x")]),
            &["no `metadata.name`"],
        ),
        (
            "something beside",
            archive(&[
                ("manifest.yaml", "version: v1alpha1\nmetadata: {name: a}\n"),
                ("rootfs/usr/local/x", "x"),
                ("bin/sh", "x"),
            ]),
            &["holds `bin`"],
        ),
        (
            "for another release",
            extension("second", for_other, good),
            &["is for Talos `>= v1.12.0`, not for 1.11.3", "take its version from the catalogue"],
        ),
        ("no range of releases", extension("second", no_range, good), &["newer"]),
        ("outside", extension("second", "", &[("bin/sh", b"x")]), &["has `/bin/sh`", "may have files below"]),
        ("device", with_entry(EntryType::Char, "rootfs/usr/local/null", ""), &["is a character device"]),
        ("block device", with_entry(EntryType::Block, "rootfs/usr/local/disk", ""), &["is a block device"]),
        ("pipe", with_entry(EntryType::Fifo, "rootfs/usr/local/pipe", ""), &["is a named pipe"]),
        (
            "link to nothing",
            with_entry(EntryType::Link, "rootfs/usr/local/a", "rootfs/usr/local/b"),
            &["does not come before it"],
        ),
        ("way out", with_entry(EntryType::Regular, "rootfs/../../etc/passwd", ""), &["paths are relative"]),
        (
            "writable by all",
            with_entry(EntryType::Regular, "rootfs/usr/local/open", ""),
            &["can be written by everybody"],
        ),
        ("two of one name", extension("first", "", good), &["two extensions are called `first`"]),
        (
            "the name of the schematic",
            extension("schematic", "", good),
            &["two extensions are called `schematic`"],
        ),
    ];
    let mut stage = ImageStage::new();
    let description = format!("{GOOD}extensions: [siderolabs/first, siderolabs/second]\n");
    let mut wrong = Vec::new();
    for (name, bytes, told) in table {
        stage.parts.insert("siderolabs/second".to_owned(), bytes);
        let description = description.clone();
        wrong.push(check(&stage, &Case { name, description, flags: Vec::new(), place: "7:", told }));
    }
    all_are_told(wrong);
}
