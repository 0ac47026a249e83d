//! The base `lab` in machines: eight at once come up, each sees its layers in their order and what was measured.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use disk::{Content, Image};
use end_to_end::{Dice, debian, skip};
use filetree::{Node, Tree};
use hashing::Digest;
use initramfs::{
    Extension, Layer, Microcode, assemble, layer_name, layer_order, layers_yaml, parts, prepare,
};
use qemu::{Boot, Bus, Firmware, Format, Running};
use quirks::{Quirks, Version};
use secureboot::{Key, enroll, sign, sign_policies};
use uki::{Measurements, Phase, Stub, Uki, os_release, pcr_11};

use crate::secure::{pair, trust};
use crate::{LONG, images, uefi};

const VERSION: &str = "v1.11.3";
const EXTENSIONS: usize = 12;
const UP: &str = "lab: up, Linux ";

/// Parts of an image, and what a guest must say of it.
struct Lab {
    stub: Vec<u8>,
    kernel: Vec<u8>,
    initramfs: Vec<u8>,
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
    let layers: Vec<String> = (0..=EXTENSIONS).map(|number| format!("/run/layers/{number}")).collect();
    Ok(Lab { stub: base.stub, kernel: base.kernel, initramfs, files, layers: layers.join(":") })
}

/// The parts, made once for all tests; `None` when they cannot be made here, which is told then.
fn lab(test: &str) -> Option<&'static Lab> {
    static LAB: OnceLock<Result<Lab, String>> = OnceLock::new();
    crate::guest_or_skip(test)?;
    LAB.get_or_init(make).as_ref().map_err(|reason| skip(test, reason)).ok()
}

impl Lab {
    /// The image, with measurements that a key has signed.
    fn unified(&self, key: Option<&Key>) -> Vec<u8> {
        let (release, public) = (os_release(VERSION), key.map(Key::public_pem));
        let uki = Uki {
            os_release: &release,
            cmdline: "console=ttyS0 panic=-1 lab.poweroff",
            uname: None,
            splash: None,
            pcr_key: public.as_deref(),
            kernel: &self.kernel,
            initrd: &self.initramfs,
            profiled: false,
            profiles: &[],
        };
        let stub = Stub::without_symbols(&self.stub).unwrap();
        let image = uki.assemble(&stub, 0).unwrap().to_vec();
        let Some(key) = key else { return image };
        let measured = Measurements::of(&image).unwrap();
        let signatures = [sign_policies(key, &measured.policies(0)).unwrap()];
        uki.assemble_signed(&stub, 0, &signatures).unwrap().to_vec()
    }

    /// Whether a guest sees the layers and the files of this image.
    fn check(&self, text: &str) {
        assert_eq!(said(text, "lab: layers "), [self.layers.as_str()]);
        let seen: BTreeMap<String, String> = said(text, "lab: file ")
            .into_iter()
            .map(|line| line.split_once("  ").unwrap())
            .map(|(digest, path)| (path.to_owned(), digest.to_owned()))
            .collect();
        assert_eq!(seen, self.files);
    }
}

/// The system partition with an image that firmware starts by itself.
fn partition(unified: &[u8]) -> Image {
    images::partition(&[("EFI/BOOT/BOOTX64.EFI".to_owned(), Content::bytes(unified.to_vec()))])
}

fn predicted(unified: &[u8]) -> String {
    pcr_11(unified, 0, Phase::Kernel).unwrap().hex()
}

/// What follows a word on the lines of a guest.
fn said<'a>(text: &'a str, word: &str) -> Vec<&'a str> {
    text.lines().filter_map(|line| Some(line.split_once(word)?.1.trim())).collect()
}

#[test]
fn eight_machines_come_up_from_every_medium_and_see_what_is_in_the_image() {
    const TEST: &str = "eight_machines_come_up_from_every_medium_and_see_what_is_in_the_image";
    let Some(lab) = lab(TEST) else { return };
    let has_tpm = process::find("swtpm").is_some();
    if !has_tpm {
        skip(TEST, "there is no `swtpm`, so that nothing is measured");
    }
    let temporary = tempfile::tempdir().unwrap();
    let unified = lab.unified(None);
    let write = |name: &str, image: &Image| images::file(temporary.path(), name, image);
    let disk = images::raw(partition(&unified));
    let (raw, cd) = (write("raw", &disk), write("iso", &images::cd(partition(&unified))));
    let qcow2 = images::packed(temporary.path(), partition(&unified));
    let media = [
        (&raw, Format::Raw, Bus::Nvme),
        (&raw, Format::Raw, Bus::Virtio),
        (&raw, Format::Raw, Bus::Sata),
        (&raw, Format::Raw, Bus::Nvme),
        (&qcow2, Format::Qcow2, Bus::Nvme),
        (&qcow2, Format::Qcow2, Bus::Virtio),
        (&cd, Format::Raw, Bus::Cd),
        (&cd, Format::Raw, Bus::Sata),
    ];
    let running: Vec<Running> = (0_u8..)
        .zip(media)
        .map(|(number, (file, format, bus))| {
            let directory = temporary.path().join(format!("m-{number}"));
            fs::create_dir(&directory).unwrap();
            let mut machine = uefi(&format!("lab-{number}"), file, format, bus);
            machine.tpm = has_tpm && number == 0;
            Running::start(&machine, &directory).unwrap()
        })
        .collect();
    for machine in &running {
        machine.wait_for(UP, LONG).unwrap();
        lab.check(&machine.serial().text());
    }
    if has_tpm {
        assert_eq!(said(&running[0].serial().text(), "lab: PCR 11 "), [predicted(&unified)]);
    }
}

#[test]
fn a_signed_image_with_signed_measurements_boots_and_is_measured_as_predicted() {
    const TEST: &str = "a_signed_image_with_signed_measurements_boots_and_is_measured_as_predicted";
    let Some(lab) = lab(TEST) else { return };
    if process::find("swtpm").is_none() {
        return skip(TEST, "there is no `swtpm`");
    }
    let temporary = tempfile::tempdir().unwrap();
    let Some(ours) = pair(TEST, &temporary, "ours", "rsa:2048") else { return };
    let unified = sign(&lab.unified(Some(&ours.key)), &ours.key, &ours.certificate).unwrap();
    let mut firmware = Firmware::find().unwrap();
    let enrolled = enroll(&fs::read(&firmware.variables).unwrap(), &trust(&ours, 1)).unwrap();
    firmware.variables = temporary.path().join("enrolled.fd");
    fs::write(&firmware.variables, enrolled).unwrap();
    let raw = images::file(temporary.path(), "raw", &images::raw(partition(&unified)));
    let mut machine = uefi("measured", &raw, Format::Raw, Bus::Virtio);
    machine.boot = Boot::Uefi(firmware);
    machine.tpm = true;
    let running = Running::start(&machine, temporary.path()).unwrap();
    running.wait_for(UP, LONG).unwrap();
    let text = running.serial().text();
    assert!(text.contains("secureboot: Secure boot enabled"), "{text}");
    lab.check(&text);
    assert_eq!(said(&text, "lab: PCR 11 "), [predicted(&unified)]);
    assert_ne!(predicted(&unified), predicted(&lab.unified(None)));
}
