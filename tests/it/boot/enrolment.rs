//! Keys that systemd-boot brings to firmware that has none.
#![allow(clippy::disallowed_methods, reason = "a test runs programs as a shell would")]

use std::fs;
use std::process::Command;

use disk::{Content, Guid, Moment};
use end_to_end::skip;
use qemu::{Boot, Bus, Disk, Firmware, Format, Machine, QemuError, Running};
use secureboot::{Authority, Enrolment, SecureBootError};
use tempfile::TempDir;

use crate::guest::{Guest, UP, guest};
use crate::secure::{Pair, pair, signed_file};
use crate::{LONG, images};

fn enrolment<'a>(platform: &'a Pair, exchange: &'a Pair, signer: &Pair) -> Enrolment<'a> {
    let authority = |pair: &'a Pair| Authority { key: &pair.key, certificate: &pair.certificate };
    Enrolment {
        platform: authority(platform),
        exchange: authority(exchange),
        signers: vec![signer.certificate.clone()],
        owner: Guid::derived(Guid::NIL, "owner"),
        time: Moment::from_unix(1_700_000_000),
    }
}

/// Three pairs of keys; nothing where programs are absent.
fn pairs(test: &str, directory: &TempDir) -> Option<[Pair; 3]> {
    let make = |name| pair(test, directory, name, "rsa:2048");
    Some([make("platform")?, make("exchange")?, make("signer")?])
}

#[test]
fn openssl_accepts_the_signatures_of_keys() {
    let temporary = tempfile::tempdir().unwrap();
    let Some([platform, exchange, signer]) = pairs("openssl_accepts_the_signatures_of_keys", &temporary)
    else {
        return;
    };
    let enrolment = enrolment(&platform, &exchange, &signer);
    let files = enrolment.files().unwrap();
    assert_eq!(enrolment.files().unwrap(), files);
    for ((name, file), by) in files.iter().zip([&platform, &platform, &exchange]) {
        let (time, rest) = file.split_at(16);
        assert_eq!(time[..7], [0xe7, 0x07, 11, 14, 22, 13, 20]);
        let length = u32::from_le_bytes(rest[..4].try_into().unwrap()) as usize;
        let (signature, list) = rest.split_at(length);
        let vendor = if name.starts_with("db") {
            "cbb219d73a3d9645a3bcdad00e67656f"
        } else {
            "61dfe48bca93d211aa0d00e098032b8c"
        };
        let vendor: Vec<u8> =
            (0..16).map(|at| u8::from_str_radix(&vendor[2 * at..2 * at + 2], 16).unwrap()).collect();
        let variable = name.strip_suffix(".auth").unwrap().encode_utf16().flat_map(u16::to_le_bytes);
        let covered = [&variable.collect::<Vec<u8>>(), &vendor[..], &[0x27, 0, 0, 0], time, list].concat();
        // What programs want around the bare signature: its kind, and a tag.
        let bare = &signature[24..];
        let size = |more: usize| u16::try_from(bare.len() + more).unwrap().to_be_bytes();
        let kind = [0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02];
        let whole = [&[0x30, 0x82][..], &size(15), &kind, &[0xa0, 0x82], &size(0), bare].concat();
        let put = |name: &str, content: &[u8]| {
            let path = temporary.path().join(name);
            fs::write(&path, content).unwrap();
            path
        };
        let (whole, content) = (put("signature", &whole), put("content", &covered));
        let verify = || {
            let mut openssl = Command::new("openssl");
            openssl.args(["cms", "-verify", "-binary", "-inform", "DER", "-purpose", "any", "-in"]);
            openssl.arg(&whole).arg("-content").arg(&content).arg("-CAfile").arg(&by.file);
            openssl.args(["-out", "/dev/null"]).output().unwrap()
        };
        let said = verify();
        assert!(said.status.success(), "{name}: {}", String::from_utf8_lossy(&said.stderr));
        put("content", &covered[1..]);
        assert!(!verify().status.success(), "{name}");
    }
    let mixed = Enrolment {
        exchange: Authority { key: &exchange.key, certificate: &platform.certificate },
        ..enrolment
    };
    assert_eq!(mixed.files().unwrap_err(), SecureBootError::OtherKey);
}

#[test]
fn keys_are_enrolled_and_from_then_on_nothing_else_starts() {
    let test = "keys_are_enrolled_and_from_then_on_nothing_else_starts";
    let temporary = tempfile::tempdir().unwrap();
    let Some([platform, exchange, signer]) = pairs(test, &temporary) else { return };
    let plain = match guest() {
        Ok(plain) => plain,
        Err(reason) => return skip(test, reason),
    };
    let trusted = Guest {
        kernel: signed_file(&temporary, "kernel", &plain.kernel, &signer),
        loader: signed_file(&temporary, "loader", &plain.loader, &signer),
        initrd: plain.initrd.clone(),
    };
    let mut files = images::files(&trusted, "timeout 0\nsecure-boot-enroll force\n");
    for (name, content) in enrolment(&platform, &exchange, &signer).files().unwrap() {
        files.push((format!("loader/keys/auto/{name}"), Content::bytes(content)));
    }
    let start = |name: &str, firmware: Firmware, files: &[(String, Content)]| {
        let image = images::raw(images::partition(files));
        let file = images::file(temporary.path(), &format!("{name}.raw"), &image);
        let mut machine = Machine::new(name, Boot::Uefi(firmware));
        machine.reboots = true;
        machine.disks.push(Disk {
            file,
            format: Format::Raw,
            bus: Bus::Virtio,
            serial: name.to_owned(),
            keep: false,
        });
        let directory = temporary.path().join(format!("m-{name}"));
        fs::create_dir(&directory).unwrap();
        (Running::start(&machine, &directory).unwrap(), directory)
    };
    let firmware = Firmware::find().unwrap();
    let (first, directory) = start("enrols", firmware.clone(), &files);
    first.wait_for(UP, LONG).unwrap();
    let said = first.serial().text();
    assert!(said.contains("secureboot: Secure boot enabled"), "{said}");
    first.end();

    // Another machine with what the firmware of the first one keeps.
    let variables = temporary.path().join("kept.fd");
    fs::copy(directory.join("variables.fd"), &variables).unwrap();
    let (second, _) =
        start("refuses", Firmware { variables, ..firmware }, &images::files(plain, "timeout 0\n"));
    let told = second.wait_for(UP, LONG).unwrap_err();
    assert!(matches!(told, QemuError::Failed { .. }), "{told}");
    assert!(!second.serial().text().contains("Linux version"));
}
