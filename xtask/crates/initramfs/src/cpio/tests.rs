//! Archives and what is added to an initramfs.

use filetree::Tree;
use quirks::{Quirks, Version};

use super::*;
use crate::{
    Extension, ExtensionError, Layer, Manifest, Microcode, assemble, check_names, layer_order, parts,
    prepare, root_image,
};

const MANIFEST: &str = "version: v1alpha1\nmetadata:\n  name: test\n  version: 1.0\n  author: me\n  description: >\n    a\n    b\n  compatibility:\n    talos:\n      version: '>= v1.5.0'\n";

fn quirks() -> Quirks {
    Quirks::new(Version::new(1, 11, 3))
}

fn tree(files: &[(&str, &str)]) -> Tree {
    let mut tree = Tree::new();
    for (path, content) in files {
        tree.insert(path, Node::file(0o644, content.as_bytes().to_vec())).unwrap();
    }
    tree
}

fn extension(files: &[(&str, &str)]) -> Extension {
    let mut tree = tree(files);
    tree.insert("manifest.yaml", Node::file(0o644, MANIFEST.as_bytes().to_vec())).unwrap();
    Extension::read(&tree, "test").unwrap()
}

#[test]
fn round_trip() {
    let mut tree = tree(&[("init", "x"), ("a/b/c", ""), ("a/d", "four")]);
    tree.insert("l", Node::link("a/d")).unwrap();
    tree.insert("e", Node::directory(0o700)).unwrap();
    let archive = write_archive(&tree).unwrap();
    assert_eq!(archive.len() % 512, 0);
    let (read, end) = read_archive(&archive, "it").unwrap();
    assert_eq!(read, tree);
    assert!(archive[end..].iter().all(|byte| *byte == 0));
}

#[test]
fn broken_archives() {
    let archive = write_archive(&tree(&[("init", "content")])).unwrap();
    for length in [0, 5, 109, 113, 118, 240] {
        let told = read_archive(&archive[..length], "it").unwrap_err().to_string();
        assert!(told.contains("is cut off"), "{length}: {told}");
    }
    let mut wrong = archive.clone();
    wrong[5] = b'7';
    assert!(read_archive(&wrong, "it").unwrap_err().to_string().contains("no cpio archive"));
    wrong[5] = b'1';
    wrong[60] = b'x';
    assert!(read_archive(&wrong, "it").unwrap_err().to_string().contains("`size` is no hexadecimal number"));
    let mut device = archive;
    device[14..22].copy_from_slice(b"000021A4");
    assert!(read_archive(&device, "it").unwrap_err().to_string().contains("character device"));
    assert!(parts(b"\x1f\x8b\x08 gzip").unwrap_err().to_string().contains("no known format"));
    assert!(
        parts(&[0x28, 0xb5, 0x2f, 0xfd, 0xff, 0xff]).unwrap_err().to_string().contains("cannot be unpacked")
    );
    assert!(
        root_image(&write_archive(&tree(&[("init", "")])).unwrap())
            .unwrap_err()
            .to_string()
            .contains("`rootfs.sqsh`")
    );
}

#[test]
fn what_goes_where() {
    let extension = extension(&[
        ("rootfs/usr/lib/firmware/intel-ucode/06-b", "two"),
        ("rootfs/usr/lib/firmware/intel-ucode/06-a", "one"),
        ("rootfs/usr/lib/firmware/amd-ucode/microcode_amd.bin", "amd"),
        ("rootfs/usr/lib/firmware/amd-ucode/README", "text"),
        ("rootfs/usr/lib/firmware/i915/x.bin", "gpu"),
        ("rootfs/usr/local/bin/tool", "tool"),
    ]);
    assert_eq!(extension.problems(quirks()), []);
    assert_eq!(extension.manifest.version, "1.0");
    assert_eq!(extension.manifest.description, "a b\n");
    let prepared = prepare(&extension, quirks()).unwrap();
    assert_eq!(prepared.microcode, Microcode { intel: b"onetwo".to_vec(), amd: b"amd".to_vec() });
    assert!(prepared.firmware.get("usr/lib/firmware/i915/x.bin").is_some());
    assert!(prepared.firmware.get("usr/lib/firmware/amd-ucode/README").is_some());
    assert!(prepared.layer.get("usr/lib/firmware").is_none());
    let base = write_archive(&tree(&[("init", "i"), ("rootfs.sqsh", "root")])).unwrap();
    let layers =
        [Layer { file: "0.sqsh".to_owned(), manifest: extension.manifest.clone(), image: b"layer".to_vec() }];
    let whole = assemble(&base, &layers, prepared.firmware, &prepared.microcode).unwrap().to_vec();
    let found = parts(&whole).unwrap();
    let names = |part: usize| found[part].tree.iter().map(|(path, _)| path).collect::<Vec<_>>();
    assert_eq!(found.iter().map(|part| part.packed).collect::<Vec<_>>(), [false, false, true]);
    assert_eq!(names(0).last(), Some(&"kernel/x86/microcode/GenuineIntel.bin"));
    assert_eq!(names(1), ["init", "rootfs.sqsh"]);
    assert_eq!(names(2)[..3], ["0.sqsh", "extensions.yaml", "usr"]);
    assert_eq!(root_image(&whole).unwrap(), b"root");
    let alone = assemble(&base, &[], Tree::new(), &Microcode::default()).unwrap();
    assert_eq!(alone.to_vec(), base);
}

#[test]
fn unusable_extensions() {
    let read = |files: &[(&str, &str)]| Extension::read(&tree(files), "test").unwrap_err().to_string();
    assert!(read(&[("manifest.yaml", MANIFEST), ("rootfs/a", ""), ("bin/x", "")]).contains("holds `bin`"));
    assert!(read(&[("rootfs/a", "")]).contains("no `manifest.yaml`"));
    assert!(read(&[("manifest.yaml", MANIFEST)]).contains("no `rootfs`"));
    let manifest = |text: &str| read(&[("manifest.yaml", text), ("rootfs/a", "")]);
    assert!(manifest("version: v2").contains("only `v1alpha1` is known"));
    assert!(manifest("a: b").contains("has no `version`"));
    assert!(manifest("version: v1alpha1").contains("no `metadata.name`"));
    assert!(manifest("version: v1alpha1\nmetadata: {name: [a]}").contains("`metadata.name` is no text"));
    assert!(manifest("a: [").contains("manifest of extension `test` is wrong"));
    let outside = extension(&[("rootfs/usr/bin/x", ""), ("rootfs/usr/localx", "")]);
    assert_eq!(outside.problems(quirks()).len(), 2);
    let old = Quirks::new(Version::new(1, 4, 0));
    assert!(
        extension(&[("rootfs/usr/local/x", "")]).problems(old)[0]
            .to_string()
            .contains("is for Talos `>= v1.5.0`, not for 1.4.0")
    );
    let mut open = extension(&[("rootfs/usr/local/x", "")]);
    open.root.insert("usr/local/x", Node::file(0o666, vec![])).unwrap();
    assert!(open.problems(quirks())[0].to_string().contains("mode 666"));
    open.manifest.talos = "latest".to_owned();
    assert!(open.problems(quirks())[0].to_string().contains("cannot be read"));
    let two = [extension(&[("rootfs/a", "")]), extension(&[("rootfs/a", "")])];
    assert_eq!(check_names(&two), [ExtensionError::Twice("test".to_owned())]);
    let modules = extension(&[("rootfs/usr/lib/modules/6.1.0/x.ko", "")]);
    assert!(
        modules
            .check_kernel(quirks(), "6.12.0")
            .unwrap_err()
            .to_string()
            .contains("for the kernel 6.1.0, the image has 6.12.0")
    );
    assert_eq!(modules.check_kernel(quirks(), "6.1.0"), Ok(()));
}

#[test]
fn order_of_layers() {
    assert_eq!(layer_order(12), [0, 1, 10, 11, 2, 3, 4, 5, 6, 7, 8, 9]);
    assert_eq!(Manifest::default(), Manifest::default());
}
