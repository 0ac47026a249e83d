//! Secure Boot by the commands that people use: media bring their keys, firmware refuses what was altered, and a TPM
//! measures what was predicted.
#![allow(clippy::disallowed_methods, reason = "a test runs programs as a shell would")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use end_to_end::{Program, skip, user_store};
use hashing::Digest;
use serde_json::Value;
use uki::{Phase, pcr_11};

use crate::{UP, boot, program};

const ENABLED: &str = "secureboot: Secure boot enabled";

/// An image that ends its machine when it is up, and brings keys to firmware everywhere.
fn describe(directory: &Path) {
    let lab = fs::read_to_string(directory.join("images/lab.yaml")).unwrap();
    let secured = lab
        .replace("  - console=ttyS0\n", "  - console=ttyS0\n  - lab.poweroff\n")
        .replace("[uki, raw, raw.zst, qcow2, iso, installer]", "[uki, raw, iso]")
        + "secureBoot: true\nenrollKeys: force\n";
    fs::write(directory.join("images/secured.yaml"), secured).unwrap();
}

/// Keys as `talosctl gen secureboot` names them; nothing when there is no openssl.
fn keys(directory: &Path) -> Option<PathBuf> {
    let keys = directory.join("keys");
    fs::create_dir_all(&keys).unwrap();
    let openssl = |words: &str| {
        let made = Command::new("openssl").args(words.split(' ')).current_dir(&keys).output();
        made.is_ok_and(|made| made.status.success())
    };
    let certificate = "req -x509 -newkey rsa:2048 -nodes -days 3650 -subj /CN=test -sha256 -keyout uki-signing-key.pem -out uki-signing-cert.pem";
    (openssl(certificate) && openssl("genrsa -out pcr-signing-key.pem 2048")).then_some(keys)
}

/// Starts a medium and gives what was seen.
fn start(program: &Program, words: &[&str]) -> end_to_end::Run {
    boot(program, &[words, &["--snapshot", "--until", UP, "--timeout", "900"]].concat(), "640")
}

#[test]
fn media_bring_keys_and_only_what_is_signed_starts() {
    const TEST: &str = "media_bring_keys_and_only_what_is_signed_starts";
    let temporary = tempfile::tempdir().unwrap();
    let Some(program) = program(TEST, temporary.path()) else { return };
    if process::find("swtpm").is_none() {
        return skip(TEST, "there is no `swtpm`");
    }
    let Some(keys) = keys(temporary.path()) else { return skip(TEST, "there is no `openssl`") };
    describe(&program.directory);
    let keys_flag = keys.display().to_string();
    let signing = ["--secure-boot-keys", &keys_flag];
    let report =
        program.run(&[&["build", "images/secured", "--format", "json"][..], &signing].concat()).json();
    let unified = fs::read(path(&report, "uki.efi")).unwrap();
    let raw = path(&report, "disk.raw");

    // Firmware that has no keys gets those of the medium, and from then on it starts what they have signed.
    for medium in [&raw, &path(&report, "cd.iso")] {
        let run = start(&program, &[&medium.display().to_string()]);
        assert_eq!(run.code, 0, "{}", run.text());
        assert!(run.stdout.contains(ENABLED), "{}: {}", medium.display(), run.stdout);
    }

    // Firmware that has them from the start; a TPM tells what was started.
    let run = start(&program, &[&["images/secured", "--tpm"][..], &signing].concat());
    assert_eq!(run.code, 0, "{}", run.text());
    assert!(run.stdout.contains(ENABLED), "{}", run.stdout);
    let wanted = format!("lab: PCR 11 {}", pcr_11(&unified, 0, Phase::Kernel).unwrap().hex());
    assert!(run.stdout.contains(&wanted), "{wanted} is not in\n{}", run.stdout);
    let names: Vec<String> =
        uki::sections(&unified).unwrap().into_iter().map(|section| section.name).collect();
    assert!([".pcrpkey", ".pcrsig"].iter().all(|name| names.iter().any(|found| found == name)), "{names:?}");

    // One byte of the kernel is another.
    let altered = temporary.path().join("altered.raw");
    let mut bytes = fs::read(&raw).unwrap();
    let mark =
        &uki::sections(&unified).unwrap().into_iter().find(|section| section.name == ".linux").unwrap();
    let inside = mark.content[mark.content.len() / 2..][..64].to_vec();
    let at = bytes.windows(64).position(|window| window == inside).unwrap();
    bytes[at] ^= 1;
    fs::write(&altered, bytes).unwrap();
    let certificate = keys.join("uki-signing-cert.pem").display().to_string();
    let run = start(&program, &[&altered.display().to_string(), "--secure-boot", &certificate]);
    assert_eq!(run.code, 1, "{}", run.text());
    assert!(!run.stdout.contains("Linux version") && !run.stdout.contains(UP), "{}", run.stdout);

    // No line of a key is in the store.
    for name in ["uki-signing-key.pem", "pcr-signing-key.pem"] {
        let key = fs::read_to_string(keys.join(name)).unwrap();
        let line = key.lines().nth(3).unwrap();
        for output in report[0]["outputs"].as_array().unwrap() {
            let content = fs::read(output["path"].as_str().unwrap()).unwrap();
            let content = String::from_utf8_lossy(&content);
            assert!(!content.contains(line), "{name} is in {}", output["name"]);
        }
        let whole = Digest::of(key.as_bytes()).hex();
        assert!(!user_store().join("objects").join(&whole[..2]).join(&whole).exists(), "{name}");
    }
}

fn path(report: &Value, name: &str) -> PathBuf {
    let outputs = report[0]["outputs"].as_array().unwrap();
    let output = outputs.iter().find(|output| output["name"] == name).unwrap();
    PathBuf::from(output["path"].as_str().unwrap())
}
