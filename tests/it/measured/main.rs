//! What will be measured of an image, and what is signed of it: Talos' imager and systemd's own calculator say the same.
//! What a guest has seen is in the test `boot`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test, in functions of its own too"
)]
#![allow(clippy::disallowed_methods, reason = "a test runs programs as a shell would")]

#[path = "../images/imager.rs"]
#[allow(dead_code, reason = "not every test needs all of it")]
mod imager;
mod keys;
#[path = "../images/oracle.rs"]
#[allow(dead_code, reason = "not every test needs all of it")]
mod oracle;

use std::fs;
use std::path::Path;
use std::process::Command;

use cmdline::{Arch, Output, Platform, Request};
use end_to_end::{Dice, skip};
use quirks::{Quirks, Version};
use secureboot::{sign, sign_policies, strip};
use serde_json::{Value, json};
use uki::{Bank, Measurements, Phase, Profile, Stub, Uki, os_release, sections};

use crate::imager::{Imager, TIME};
use crate::keys::Pair;

const LOADER: &str = "/usr/lib/systemd/boot/efi/systemd-bootx64.efi";
const DEBIAN_STUB: &str = "/usr/lib/systemd/boot/efi/linuxx64.efi.stub";
const MEASURE: &str = "/lib/systemd/systemd-measure";

/// The names and contents of an image's sections.
fn contents(image: &[u8]) -> Vec<(String, Vec<u8>)> {
    sections(image).unwrap().into_iter().map(|section| (section.name, section.content.to_vec())).collect()
}

/// An image with signed measurements as this project makes it, signed as a whole as well.
fn ours(stub: &[u8], uki: &Uki<'_>, witness: &Pair, signer: &Pair) -> Vec<u8> {
    let stub = Stub::parse(stub).unwrap();
    let public = witness.key.public_pem();
    let uki = Uki { pcr_key: Some(&public), ..*uki };
    let measured = Measurements::of(&uki.assemble(&stub, TIME).unwrap().to_vec()).unwrap();
    let signatures: Vec<String> = (0..measured.profiles().max(1))
        .map(|profile| sign_policies(&witness.key, &measured.policies(profile)).unwrap())
        .collect();
    let image = uki.assemble_signed(&stub, TIME, &signatures).unwrap().to_vec();
    sign(&image, &signer.key, &signer.certificate).unwrap()
}

#[test]
fn the_imager_signs_the_same() {
    const TEST: &str = "the_imager_signs_the_same";
    if !Path::new(LOADER).is_file() || process::find("openssl").is_none() {
        return skip(TEST, "there is no systemd-boot, or no `openssl`");
    }
    let Some(imager) = Imager::new(TEST) else { return };
    let [witness, signer] = ["pcr", "uki"].map(|name| Pair::new(&imager.directory, name));
    let stub =
        fs::read(imager.module.join("internal/pkg/uki/internal/pe/testdata/linuxx64.efi.stub")).unwrap();
    // The imager signs the kernel too, so that it must be a whole program.
    let kernel = fs::read(LOADER).unwrap();
    let initrd = Dice::new(3).bytes(70_001);
    let splash = fs::read(imager.module.join("pkg/splash/sidero.bmp")).unwrap();
    let inputs = [("stub", &stub), ("boot", &kernel), ("kernel", &kernel), ("initrd", &initrd)];
    for (name, content) in inputs {
        imager.write(name, content);
    }
    for version in ["v1.9.0", "v1.10.0", "v1.11.3", "v1.12.0"] {
        let mut profile = imager.profile(version, "uki", &[]);
        profile["secureboot"] = json!(true);
        profile["input"]["secureboot"] = json!({
            "secureBootSigner": { "keyPath": signer.key_file, "certPath": signer.file },
            "pcrSigner": { "keyPath": witness.key_file },
        });
        let theirs = imager.run(&profile);

        let quirks = Quirks::new(Version::parse(version).unwrap());
        let request = Request {
            quirks,
            platform: Platform::METAL,
            arch: Arch::Amd64,
            output: Output::Uki,
            secure_boot: true,
            overlay: &[],
            meta: &[],
            extra: &[],
        };
        let line = cmdline::talos(&request).unwrap().to_string();
        let uki = Uki {
            os_release: &os_release(version),
            cmdline: &line,
            uname: None,
            splash: Some(&splash),
            pcr_key: None,
            kernel: &kernel,
            initrd: &initrd,
            profiled: Uki::profiled(quirks, &[]).unwrap(),
            profiles: &[],
        };
        let ours = ours(&stub, &uki, &witness, &signer);
        for (one, other) in contents(&ours).iter().zip(contents(&theirs)) {
            let text = |bytes: &[u8]| String::from_utf8_lossy(&bytes[..bytes.len().min(500)]).into_owned();
            assert!(
                *one == other,
                "{version}: {} {} is not {} {}",
                one.0,
                text(&one.1),
                other.0,
                text(&other.1)
            );
        }
        // All but the signature, in which the imager has a time.
        assert!(strip(&ours).unwrap() == strip(&theirs).unwrap(), "{version}");
    }
}

#[test]
fn systemd_measures_the_same() {
    const TEST: &str = "systemd_measures_the_same";
    if !Path::new(MEASURE).is_file() || !Path::new(DEBIAN_STUB).is_file() {
        return skip(TEST, "there is no `systemd-measure`, or no stub of its release");
    }
    let stub = fs::read(DEBIAN_STUB).unwrap();
    let stub = Stub::without_symbols(&stub).unwrap();
    let kernel = fs::read(LOADER).unwrap();
    let temporary = tempfile::tempdir().unwrap();
    let profiles = [Profile::new("other", "", "a=b").unwrap()];
    for (splash, key, profiled) in [(None, None, false), (Some(&b"BM"[..]), Some("key\n"), true)] {
        let uki = Uki {
            os_release: &os_release("v1.11.3"),
            cmdline: "console=ttyS0",
            uname: Some("6.1.0"),
            splash,
            pcr_key: key,
            kernel: &kernel,
            initrd: b"initrd",
            profiled,
            profiles: if profiled { &profiles } else { &[] },
        };
        let image = uki.assemble(&stub, 0).unwrap().to_vec();
        let mut measure = Command::new(MEASURE);
        measure.args(["calculate", "--json=short"]);
        // Other sections this release does not know, nor does its stub measure them.
        for known in ["linux", "osrel", "cmdline", "initrd", "splash", "pcrpkey"] {
            let all = contents(&image);
            let Some((name, content)) = all.into_iter().find(|(name, _)| name[1..] == *known) else {
                continue;
            };
            let file = temporary.path().join(&name);
            fs::write(&file, content).unwrap();
            measure.arg(format!("--{known}={}", file.display()));
        }
        let output = measure.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let told: Value = serde_json::from_slice(&output.stdout).unwrap();
        let measured = Measurements::of(&image).unwrap();
        for bank in Bank::ALL {
            for (at, phase) in [Phase::EnterInitrd, Phase::LeaveInitrd].into_iter().enumerate() {
                let value = measured.pcr_11(bank, 99, phase);
                let value = value.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"));
                assert_eq!(told[bank.name()][at]["hash"], value, "{bank:?} {phase:?}");
            }
        }
    }
}
