//! Signed programs against `sbverify`, and firmware that starts nothing else.
#![allow(clippy::disallowed_methods, reason = "a test runs programs as a shell would")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use disk::Guid;
use end_to_end::skip;
use qemu::{Boot, Bus, Disk, Firmware, Format, Machine, QemuError, Running};
use secureboot::{Certificate, Key, SecureBootError, Trust, enroll, sign, strip};
use tempfile::TempDir;

use crate::LONG;
use crate::guest::{Guest, UP, guest};
use crate::images;

const PROGRAMS: [&str; 2] =
    ["/usr/lib/systemd/boot/efi/systemd-bootx64.efi", "/usr/lib/systemd/boot/efi/linuxx64.efi.stub"];

/// A key with its certificate, fresh for each test.
pub(crate) struct Pair {
    pub(crate) key: Key,
    pub(crate) certificate: Certificate,
    pub(crate) file: PathBuf,
}

/// Makes a pair; nothing, and a word why, where programs are absent.
pub(crate) fn pair(test: &str, directory: &TempDir, name: &str, kind: &str) -> Option<Pair> {
    for program in ["openssl", "sbverify"] {
        if process::find(program).is_none() {
            skip(test, &format!("there is no `{program}`"));
            return None;
        }
    }
    if !PROGRAMS.iter().all(|program| Path::new(program).is_file()) {
        skip(test, "there are no EFI programs of systemd");
        return None;
    }
    let (key, file) = made(directory, name, kind);
    let certificate = fs::read_to_string(&file).unwrap();
    Some(Pair {
        key: Key::from_pem(&key).unwrap(),
        certificate: Certificate::from_pem(&certificate).unwrap(),
        file,
    })
}

/// The text of a key, and the file of its certificate.
fn made(directory: &TempDir, name: &str, kind: &str) -> (String, PathBuf) {
    let [key, file] = ["key", "crt"].map(|end| directory.path().join(format!("{name}.{end}")));
    let subject = format!("/CN={name}/O=lab");
    let words = ["req", "-x509", "-nodes", "-days", "3650", "-subj", &subject, "-newkey", kind, "-keyout"];
    let mut openssl = Command::new("openssl");
    if kind == "ec" {
        openssl.args(["req", "-x509", "-nodes", "-subj", &subject, "-newkey", "ec", "-pkeyopt"]);
        openssl.args(["ec_paramgen_curve:P-256", "-keyout"]);
    } else {
        openssl.args(words);
    }
    let output = openssl.arg(&key).arg("-out").arg(&file).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    (fs::read_to_string(key).unwrap(), file)
}

fn sbverify(directory: &TempDir, certificate: &Path, program: &[u8]) -> Output {
    let file = directory.path().join("program.efi");
    fs::write(&file, program).unwrap();
    Command::new("sbverify").arg("--cert").arg(certificate).arg(file).output().unwrap()
}

#[test]
fn sbverify_accepts_what_is_signed_and_nothing_else() {
    let test = "sbverify_accepts_what_is_signed_and_nothing_else";
    let temporary = tempfile::tempdir().unwrap();
    for kind in ["rsa:2048", "rsa:4096"] {
        let Some(ours) = pair(test, &temporary, "ours", kind) else { return };
        let Some(other) = pair(test, &temporary, "other", "rsa:2048") else { return };
        for program in PROGRAMS {
            let program = fs::read(program).unwrap();
            let signed = sign(&program, &ours.key, &ours.certificate).unwrap();
            let said = sbverify(&temporary, &ours.file, &signed);
            assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
            assert!(!sbverify(&temporary, &other.file, &signed).status.success());
            assert!(!sbverify(&temporary, &ours.file, &program).status.success());
            for at in [0x200, program.len() / 2, program.len() - 1] {
                let mut altered = signed.clone();
                altered[at] ^= 1;
                assert!(!sbverify(&temporary, &ours.file, &altered).status.success(), "{at}");
            }
            // No clock, no random number.
            assert_eq!(sign(&program, &ours.key, &ours.certificate).unwrap(), signed);
            assert_eq!(sign(&signed, &ours.key, &ours.certificate), Err(SecureBootError::Signed));
            let stripped = strip(&signed).unwrap();
            assert!(stripped.starts_with(&program) && stripped.len() < program.len() + 8);
            assert_eq!(strip(&program).unwrap(), program);
        }
    }
}

#[test]
fn what_cannot_be_signed_or_trusted_is_told() {
    let test = "what_cannot_be_signed_or_trusted_is_told";
    let temporary = tempfile::tempdir().unwrap();
    let Some(ours) = pair(test, &temporary, "ours", "rsa:2048") else { return };
    let Some(other) = pair(test, &temporary, "other", "rsa:2048") else { return };
    let program = fs::read(PROGRAMS[0]).unwrap();
    let told = |program: &[u8]| sign(program, &ours.key, &ours.certificate).unwrap_err().to_string();
    assert_eq!(sign(&program, &ours.key, &other.certificate), Err(SecureBootError::OtherKey));
    assert!(told(b"").contains("does not start with `MZ`"));
    assert!(told(b"#!/bin/sh").contains("does not start with `MZ`"));
    assert!(told(&program[..0x50]).contains("no PE header") || told(&program[..0x50]).contains("cut"));
    for length in (0..0x400).step_by(7).chain([program.len() / 2]) {
        assert!(sign(&program[..length], &ours.key, &ours.certificate).is_err(), "{length}");
    }

    let (elliptic, certificate) = made(&temporary, "elliptic", "ec");
    assert!(Key::from_pem(&elliptic).unwrap_err().to_string().contains("the key is of no use"));
    assert!(Certificate::from_pem(&fs::read_to_string(certificate).unwrap()).is_ok());
    let (short, _) = made(&temporary, "short", "rsa:1024");
    assert!(Key::from_pem(&short).unwrap_err().to_string().contains("2048 to 4096 bits"));
    let label = SecureBootError::Pem("PRIVATE KEY");
    for text in [
        "",
        "no key",
        "-----BEGIN PRIVATE KEY-----\nAAAA",
        "-----BEGIN PRIVATE KEY-----\n*\n-----END PRIVATE KEY-----",
    ] {
        assert_eq!(Key::from_pem(text).unwrap_err(), label, "{text}");
    }
    let whole = ours.certificate.der();
    for length in 0..whole.len() {
        assert!(Certificate::from_der(&whole[..length]).is_err(), "{length}");
    }
    assert!(Certificate::from_der(&[whole, b"x"].concat()).unwrap_err().to_string().contains("more or less"));

    let trust = trust(&ours, 1);
    for (store, wanted) in [(vec![0; 10], "no firmware volume"), (vec![0; 9000], "no firmware volume")] {
        assert!(enroll(&store, &trust).unwrap_err().to_string().contains(wanted));
    }
    let Ok(firmware) = Firmware::find() else { return skip(test, "there is no firmware") };
    let store = fs::read(firmware.variables).unwrap();
    assert!(enroll(&store[..5000], &trust).unwrap_err().to_string().contains("it is cut"));
    let mut other_kind = store.clone();
    other_kind[0x48] ^= 1;
    assert!(enroll(&other_kind, &trust).unwrap_err().to_string().contains("not authenticated"));
    let full = enroll(&store, &self::trust(&ours, 500)).unwrap_err();
    assert!(matches!(full, SecureBootError::StoreFull { .. }), "{full}");
    let enrolled = enroll(&store, &trust).unwrap();
    assert_eq!(enrolled.len(), store.len());
    assert_eq!(enroll(&store, &trust).unwrap(), enrolled);
}

pub(crate) fn trust(pair: &Pair, signers: usize) -> Trust {
    Trust {
        platform: pair.certificate.clone(),
        exchange: pair.certificate.clone(),
        signers: vec![pair.certificate.clone(); signers],
        owner: Guid::derived(Guid::NIL, "owner"),
    }
}

#[test]
fn firmware_starts_what_is_signed_and_refuses_the_rest() {
    let test = "firmware_starts_what_is_signed_and_refuses_the_rest";
    let temporary = tempfile::tempdir().unwrap();
    let Some(ours) = pair(test, &temporary, "ours", "rsa:2048") else { return };
    let Some(other) = pair(test, &temporary, "other", "rsa:2048") else { return };
    let plain = match guest() {
        Ok(plain) => plain,
        Err(reason) => return skip(test, reason),
    };
    let mut firmware = Firmware::find().unwrap();
    let enrolled = enroll(&fs::read(&firmware.variables).unwrap(), &trust(&ours, 1)).unwrap();
    firmware.variables = temporary.path().join("enrolled.fd");
    fs::write(&firmware.variables, enrolled).unwrap();
    let start = |name: &str, guest: &Guest| {
        let raw = images::file(temporary.path(), &format!("{name}.raw"), &images::raw(images::esp(guest, 0)));
        let mut machine = Machine::new(name, Boot::Uefi(firmware.clone()));
        let serial = name.to_owned();
        machine.disks.push(Disk { file: raw, format: Format::Raw, bus: Bus::Virtio, serial, keep: false });
        let directory = temporary.path().join(format!("m-{name}"));
        fs::create_dir(&directory).unwrap();
        Running::start(&machine, &directory).unwrap()
    };
    let signed = |name: &str, pair: &Pair| Guest {
        kernel: signed_file(&temporary, &format!("{name}-kernel"), &plain.kernel, pair),
        loader: signed_file(&temporary, &format!("{name}-loader"), &plain.loader, pair),
        initrd: plain.initrd.clone(),
    };
    let trusted = start("trusted", &signed("trusted", &ours));
    let mut altered = signed("altered", &ours);
    let mut bytes = fs::read(&altered.loader).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    altered.loader = temporary.path().join("altered-by-a-bit");
    fs::write(&altered.loader, bytes).unwrap();
    let refused =
        [start("unsigned", plain), start("foreign", &signed("foreign", &other)), start("altered", &altered)];
    trusted.wait_for(UP, LONG).unwrap();
    let said = trusted.serial().text();
    assert!(said.contains("secureboot: Secure boot enabled"), "{said}");
    for machine in refused {
        let told = machine.wait_for(UP, LONG).unwrap_err();
        assert!(matches!(told, QemuError::Failed { .. }), "{told}");
        assert!(!machine.serial().text().contains("Linux version"));
    }
}

/// A program signed anew.
pub(crate) fn signed_file(directory: &TempDir, name: &str, program: &Path, pair: &Pair) -> PathBuf {
    let file = directory.path().join(name);
    let stripped = strip(&fs::read(program).unwrap()).unwrap();
    fs::write(&file, sign(&stripped, &pair.key, &pair.certificate).unwrap()).unwrap();
    file
}
