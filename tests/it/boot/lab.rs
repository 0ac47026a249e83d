//! The base `lab` in machines: eight at once come up, each sees its layers in their order and what was measured.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use disk::Content;
use end_to_end::{Dice, debian, skip};
use filetree::{Node, Tree};
use hashing::Digest;
use initramfs::{
    Extension, Layer, Microcode, assemble, layer_name, layer_order, layers_yaml, parts, prepare,
};
use qemu::{Bus, Format, Running};
use quirks::{Quirks, Version};
use uki::{Phase, Stub, Uki, os_release, pcr_11};

use crate::{LONG, images, uefi};

const VERSION: &str = "v1.11.3";
const EXTENSIONS: usize = 12;
const UP: &str = "lab: up, Linux ";

/// An image, and what a guest must say of it.
struct Lab {
    unified: Vec<u8>,
    /// The digests of files by their paths.
    files: BTreeMap<String, String>,
    layers: String,
}

/// Extensions of which each hides a file of the next one; the fourth has microcode and a large file.
fn extensions() -> Vec<Extension> {
    let order = layer_order(EXTENSIONS);
    let mut dice = Dice::new(5);
    let extension = |number: usize| {
        let place = order.iter().position(|other| *other == number).unwrap();
        let mut root = Tree::new();
        let mut add = |path: String, content: Vec<u8>| {
            root.insert(&path, Node::file(0o644, content)).unwrap();
        };
        add(format!("usr/local/own/{number}"), dice.bytes(100 * number));
        for pair in [place.checked_sub(1), Some(place)].into_iter().flatten() {
            add(format!("usr/local/pair/{pair}"), format!("of {number}\n").into_bytes());
        }
        if number == 3 {
            add("usr/lib/firmware/intel-ucode/06-55-04".to_owned(), dice.bytes(2048));
            add("usr/local/large".to_owned(), dice.bytes(3 << 20));
        }
        let manifest = format!("version: v1alpha1\nmetadata: {{name: e{number}, version: v1}}\n");
        let mut tree = Tree::new();
        tree.insert("manifest.yaml", Node::file(0o644, manifest.into_bytes())).unwrap();
        tree.insert("rootfs", Node::directory(0o755)).unwrap();
        let mut extension = Extension::read(&tree, "e").unwrap();
        extension.root = root;
        extension
    };
    (0..EXTENSIONS).map(extension).collect()
}

fn make() -> Result<Lab, String> {
    let cache = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let package = |name: &str| debian::package(cache, name).map(|file| fs::read(file).unwrap());
    let (kernel, boot) = (package(&debian::cloud_kernel_name()?)?, package("systemd-boot-efi")?);
    let base = machine::lab_parts(&kernel, &boot, &package("busybox-static")?).unwrap();
    let quirks = Quirks::new(Version::parse(VERSION).unwrap());
    let (mut layers, mut firmware, mut microcode) = (Vec::new(), Tree::new(), Microcode::default());
    let (extensions, mut files) = (extensions(), BTreeMap::new());
    for index in layer_order(EXTENSIONS) {
        let prepared = prepare(&extensions[index], quirks).unwrap();
        for (path, content) in prepared.layer.iter().filter_map(|(path, node)| Some((path, node.bytes()?))) {
            // Of two layers the earlier one is seen.
            files.entry(format!("/{path}")).or_insert_with(|| Digest::of(content).hex());
        }
        firmware.merge(prepared.firmware).unwrap();
        microcode.intel.extend(prepared.microcode.intel);
        let (file, manifest) = (layer_name(index), extensions[index].manifest.clone());
        layers.push(Layer { file, manifest, image: squash::write(&prepared.layer).unwrap() });
    }
    let initramfs = assemble(&base.initramfs, &layers, firmware, &microcode).unwrap().to_vec();
    let found = parts(&initramfs).unwrap();
    assert!(!found[0].packed && found[0].tree.get("kernel/x86/microcode/GenuineIntel.bin").is_some());
    assert!(layers_yaml(&layers).find("10.sqsh") < layers_yaml(&layers).find("2.sqsh"));
    let uki = Uki {
        os_release: &os_release(VERSION),
        cmdline: "console=ttyS0 panic=-1 lab.poweroff",
        uname: None,
        splash: None,
        pcr_key: None,
        kernel: &base.kernel,
        initrd: &initramfs,
        profiled: false,
        profiles: &[],
    };
    let unified = uki.assemble(&Stub::without_symbols(&base.stub).unwrap(), 0).unwrap().to_vec();
    let layers: Vec<String> = (0..=EXTENSIONS).map(|number| format!("/run/layers/{number}")).collect();
    Ok(Lab { unified, files, layers: layers.join(":") })
}

/// What follows a word on the lines of a guest.
fn said<'a>(text: &'a str, word: &str) -> Vec<&'a str> {
    text.lines().filter_map(|line| Some(line.split_once(word)?.1.trim())).collect()
}

#[test]
fn eight_machines_come_up_and_see_what_is_in_the_image() {
    const TEST: &str = "eight_machines_come_up_and_see_what_is_in_the_image";
    if crate::guest_or_skip(TEST).is_none() {
        return;
    }
    let lab = match make() {
        Ok(lab) => lab,
        Err(reason) => return skip(TEST, &reason),
    };
    let has_tpm = process::find("swtpm").is_some();
    if !has_tpm {
        skip(TEST, "there is no `swtpm`, so that nothing is measured");
    }
    let temporary = tempfile::tempdir().unwrap();
    let files = [("EFI/BOOT/BOOTX64.EFI".to_owned(), Content::bytes(lab.unified.clone()))];
    let raw = images::file(temporary.path(), "raw", &images::raw(images::partition(&files)));
    let running: Vec<Running> = (0..8)
        .map(|number| {
            let directory = temporary.path().join(format!("m-{number}"));
            fs::create_dir(&directory).unwrap();
            let bus = [Bus::Nvme, Bus::Virtio, Bus::Sata][number % 3];
            let mut machine = uefi(&format!("lab-{number}"), &raw, Format::Raw, bus);
            machine.tpm = has_tpm && number == 0;
            Running::start(&machine, &directory).unwrap()
        })
        .collect();
    for machine in &running {
        machine.wait_for(UP, LONG).unwrap();
        let text = machine.serial().text();
        assert_eq!(said(&text, "lab: layers "), [lab.layers.as_str()]);
        let seen: BTreeMap<String, String> = said(&text, "lab: file ")
            .into_iter()
            .map(|line| line.split_once("  ").unwrap())
            .map(|(digest, path)| (path.to_owned(), digest.to_owned()))
            .collect();
        assert_eq!(seen, lab.files);
    }
    if has_tpm {
        let predicted = pcr_11(&lab.unified, 0, Phase::Kernel).unwrap().hex();
        assert_eq!(said(&running[0].serial().text(), "lab: PCR 11 "), [predicted]);
    }
}
