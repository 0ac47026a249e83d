//! Unified kernel images: the imager makes the same, and the programs of others read ours.

use std::fs;
use std::path::Path;
use std::process::Command;

use cmdline::{Arch, Output, Platform, Request};
use end_to_end::{Dice, skip};
use hashing::Digest;
use quirks::{Quirks, Version};
use serde_json::json;
use uki::{Profile, Stub, Uki, os_release};

use crate::imager::{Imager, TIME, VERSION};
use crate::trees::installed;

/// What Talos' imager says of a kernel of its own release, without looking.
const OWN_KERNEL: &str = "6.18.2-talos";

/// A file that is a kernel as far as headers go: `MZ`, a boot header with a version, a PE header.
pub(crate) fn kernel(version: &str, length: usize) -> Vec<u8> {
    let mut bytes = Dice::new(7).bytes(length.max(0x2000));
    bytes[..2].copy_from_slice(b"MZ");
    bytes[0x3c..0x40].copy_from_slice(&0x40_u32.to_le_bytes());
    bytes[0x40..0x44].copy_from_slice(b"PE\0\0");
    bytes[0x44..0x46].copy_from_slice(&0x8664_u16.to_le_bytes());
    bytes[0x1f1] = 4;
    bytes[0x202..0x206].copy_from_slice(b"HdrS");
    bytes[0x20e..0x210].copy_from_slice(&0x300_u16.to_le_bytes());
    let text = format!("{version} (builder@example) #1\0");
    bytes[0x500..0x500 + text.len()].copy_from_slice(text.as_bytes());
    bytes
}

/// systemd's stub from the package `systemd-boot-efi`.
fn debian_stub() -> Option<Vec<u8>> {
    fs::read("/usr/lib/systemd/boot/efi/linuxx64.efi.stub").ok()
}

/// A stub without its symbols, by another hand than ours: both fields of the file header are cleared.
fn cleared(mut stub: Vec<u8>) -> Vec<u8> {
    let start = u32::from_le_bytes(stub[0x3c..0x40].try_into().unwrap()) as usize;
    stub[start + 12..start + 20].fill(0);
    stub
}

struct Parts {
    stub: Vec<u8>,
    kernel: Vec<u8>,
    initrd: Vec<u8>,
    splash: Vec<u8>,
}

impl Parts {
    fn new(imager: &Imager, stub: Vec<u8>, initrd: usize) -> Self {
        let kernel = kernel("6.12.62-talos", 0x9001);
        let initrd = Dice::new(8).bytes(initrd);
        imager.write("kernel", &kernel);
        imager.write("initrd", &initrd);
        imager.write("stub", &stub);
        imager.write("boot", b"boot loader");
        let splash = fs::read(imager.module.join("pkg/splash/sidero.bmp")).unwrap();
        Self { stub, kernel, initrd, splash }
    }

    fn image(&self, version: &str, output: Output, extra: &[&str]) -> Vec<u8> {
        let quirks = Quirks::new(Version::parse(version).unwrap());
        let extra: Vec<String> = extra.iter().map(|argument| (*argument).to_owned()).collect();
        let request = Request {
            quirks,
            platform: Platform::METAL,
            arch: Arch::Amd64,
            output,
            secure_boot: false,
            overlay: &[],
            meta: &[],
            extra: &extra,
        };
        let line = cmdline::talos(&request).unwrap();
        let reset = cmdline::reset_line(output, &line);
        let profiles: Vec<Profile> =
            reset.iter().map(|line| Profile::new("reset", "Reset system disk", line).unwrap()).collect();
        let profiles = if quirks.has_uki_profiles() { profiles } else { Vec::new() };
        let own = uki::kernel_version(&self.kernel);
        let uki = Uki {
            os_release: &os_release(version),
            cmdline: &line.to_string(),
            uname: if version == VERSION { Some(OWN_KERNEL) } else { own.as_deref() },
            splash: Some(&self.splash),
            pcr_key: None,
            kernel: &self.kernel,
            initrd: &self.initrd,
            profiled: Uki::profiled(quirks, &profiles).unwrap(),
            profiles: &profiles,
        };
        uki.assemble(&Stub::parse(&self.stub).unwrap(), TIME).unwrap().to_vec()
    }
}

fn module_stub(imager: &Imager) -> Vec<u8> {
    fs::read(imager.module.join("internal/pkg/uki/internal/pe/testdata/linuxx64.efi.stub")).unwrap()
}

#[test]
fn the_imager_makes_the_same_images() {
    let Some(imager) = Imager::new("the_imager_makes_the_same_images") else { return };
    let mut stubs = vec![module_stub(&imager)];
    match debian_stub() {
        Some(stub) => stubs.push(cleared(stub)),
        None => skip("the_imager_makes_the_same_images", "package `systemd-boot-efi` is not installed"),
    }
    for stub in stubs {
        // One byte around each alignment, and something larger than a buffer.
        for length in [1, 511, 512, 513, 4096, 4097, 300_000] {
            let parts = Parts::new(&imager, stub.clone(), length);
            let versions: &[&str] = if length == 4097 {
                &["v1.5.0", "v1.7.9", "v1.9.0", "v1.10.0", "v1.11.3", "v1.12.0", VERSION, "v1.13.0-alpha.0"]
            } else {
                &["v1.11.3"]
            };
            for version in versions {
                // What 1.13 does differently the imager of 1.12 does not know.
                let extra: &[&str] =
                    if version.starts_with("v1.13") { &["-proc_mem.force_override"] } else { &["a=b", "c"] };
                let theirs: &[&str] = if version.starts_with("v1.13") { &[] } else { extra };
                let told = imager.run(&imager.profile(version, "uki", theirs));
                let ours = parts.image(version, Output::Uki, extra);
                assert!(ours == told, "{version}, initramfs of {length} bytes: {}", difference(&ours, &told));
            }
        }
    }
}

/// Where two images differ.
fn difference(ours: &[u8], theirs: &[u8]) -> String {
    let at = ours.iter().zip(theirs).position(|(left, right)| left != right);
    format!("ours has {} bytes, theirs {}, first difference at {at:?}", ours.len(), theirs.len())
}

#[test]
fn the_image_within_an_iso_is_the_same() {
    const TEST: &str = "the_image_within_an_iso_is_the_same";
    for program in ["xorrisofs", "mcopy", "mkfs.vfat"] {
        if !installed(program) {
            return skip(TEST, &format!("there is no `{program}`"));
        }
    }
    let Some(imager) = Imager::new(TEST) else { return };
    // FAT32 begins at 33 MB, below which the imager fails with the programs of Debian.
    let parts = Parts::new(&imager, module_stub(&imager), 40_000_000);
    let mut profile = imager.profile("v1.12.0", "iso", &["a=b"]);
    profile["output"]["isoOptions"] = json!({ "bootloader": "sd-boot" });
    let iso = imager.run(&profile);
    let ours = parts.image("v1.12.0", Output::Iso, &["a=b"]);
    // The FAT file system within lays a small file down in one run.
    let found = iso.windows(64).position(|window| window == &ours[..64]).unwrap();
    assert!(iso[found..found + ours.len()] == ours, "{}", difference(&ours, &iso[found..]));
}

#[test]
fn binutils_find_the_sections() {
    const TEST: &str = "binutils_find_the_sections";
    if !installed("objdump") || !installed("objcopy") {
        return skip(TEST, "there is no `objdump`");
    }
    let Some(stub) = debian_stub() else {
        return skip(TEST, "package `systemd-boot-efi` is not installed");
    };
    let directory = tempfile::TempDir::new().unwrap();
    let mut dice = Dice::new(3);
    for round in 0..40 {
        let (kernel, initrd) =
            (kernel("6.1.0-test", dice.below(70_000)), dice.bytes(1 + dice.clone().below(90_000)));
        let splash = dice.bytes(100 + round);
        let profiles: Vec<Profile> = (0..dice.below(4))
            .map(|number| Profile::new(&format!("p{number}"), "A title", &format!("line {number}")).unwrap())
            .collect();
        let uki = Uki {
            os_release: &os_release("v1.11.3"),
            cmdline: &"word ".repeat(dice.below(300)),
            uname: dice.once_in(2).then_some("6.1.0-test"),
            splash: dice.once_in(2).then_some(&splash),
            pcr_key: None,
            kernel: &kernel,
            initrd: &initrd,
            profiled: true,
            profiles: &profiles,
        };
        let image = uki.assemble(&Stub::without_symbols(&stub).unwrap(), 0).unwrap().to_vec();
        let path = directory.path().join("image.efi");
        fs::write(&path, &image).unwrap();
        let expected: Vec<(String, usize)> = uki::sections(&image)
            .unwrap()
            .iter()
            .map(|section| (section.name.clone(), section.content.len()))
            .collect();
        assert_eq!(listed(&path), expected);
        let ours: Vec<&[u8]> = uki.sections().iter().map(|section| section.content).collect();
        let read = uki::sections(&image).unwrap();
        let read: Vec<&[u8]> =
            read[read.len() - ours.len()..].iter().map(|section| section.content).collect();
        assert_eq!(ours, read);
        for (name, content) in [(".linux", &kernel), (".initrd", &initrd)] {
            let out = directory.path().join("section");
            let only = format!("--only-section={name}");
            let mut command = Command::new("objcopy");
            let told = command.args(["-O", "binary", &only]).arg(&path).arg(&out).output().unwrap();
            assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
            assert!(fs::read(&out).unwrap() == *content, "{name}");
        }
    }
}

/// Names and sizes of the sections that `objdump` finds.
fn listed(path: &Path) -> Vec<(String, usize)> {
    let output = Command::new("objdump").arg("-h").arg(path).output().unwrap();
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).unwrap();
    let rows = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
    let rows = rows.filter(|row| row.len() == 7 && row[0].parse::<u32>().is_ok());
    rows.map(|row| (row[1].to_owned(), usize::from_str_radix(row[2], 16).unwrap())).collect()
}

#[test]
fn an_image_never_changes() {
    let mut stub = vec![0; 0x400];
    stub[..2].copy_from_slice(b"MZ");
    stub[0x3c] = 0x80;
    stub[0x80..0x84].copy_from_slice(b"PE\0\0");
    stub[0x84..0x86].copy_from_slice(&0x8664_u16.to_le_bytes());
    stub[0x86] = 1;
    stub[0x94] = 240;
    stub[0x98..0x9a].copy_from_slice(&0x20b_u16.to_le_bytes());
    stub[0xb8..0xbc].copy_from_slice(&4096_u32.to_le_bytes());
    stub[0xbc..0xc0].copy_from_slice(&512_u32.to_le_bytes());
    stub[0x188..0x18d].copy_from_slice(b".sbat");
    stub[0x190] = 9;
    stub[0x195] = 0x10;
    let kernel = kernel("6.1.0", 0x2000);
    let profiles = [Profile::new("reset", "Reset", "a b=1").unwrap()];
    let uki = Uki {
        os_release: &os_release("v1.11.3"),
        cmdline: "a",
        uname: Some("6.1.0"),
        splash: None,
        pcr_key: None,
        kernel: &kernel,
        initrd: b"initrd",
        profiled: true,
        profiles: &profiles,
    };
    let image = uki.assemble(&Stub::parse(&stub).unwrap(), TIME).unwrap().to_vec();
    assert_eq!(Digest::of(&image).hex(), "55ddd0295a832e53654743abdad792793a6c0823e926f4518d3ac81182046460");
}
