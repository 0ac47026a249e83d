//! Mistakes in keys.

use std::fs;
use std::path::Path;
use std::process::Command;

use end_to_end::image_stage::ImageStage;
use end_to_end::skip;

use crate::{Case, GOOD, all_are_told, check};

/// A certificate authority's settings, which openssl wants for a certificate of the past.
const SETTINGS: &str = "[ca]
default_ca = own
[own]
database = index.txt
new_certs_dir = .
serial = serial
default_md = sha256
policy = any
[any]
commonName = supplied
[req]
distinguished_name = name
[name]
";

/// Runs openssl in a directory; false when it cannot.
fn openssl(directory: &Path, words: &str) -> bool {
    let output = Command::new("openssl").args(words.split(' ')).current_dir(directory).output();
    output.is_ok_and(|output| output.status.success())
}

#[test]
fn mistakes_in_keys() {
    const NEW: &str = "req -x509 -nodes -days 3650 -subj /CN=test -keyout uki-signing-key.pem -out uki-signing-cert.pem -newkey";
    let stage = ImageStage::new();
    let make = |name: &str| {
        let directory = stage.path("keys").join(name);
        fs::create_dir_all(&directory).unwrap();
        let made = openssl(&directory, &format!("{NEW} rsa:2048"));
        made.then_some(directory)
    };
    let (Some(good), Some(other)) = (make("good"), make("other")) else {
        return skip("mistakes_in_keys", "there is no `openssl`");
    };
    let copy = |name: &str| {
        let directory = stage.path("keys").join(name);
        fs::create_dir_all(&directory).unwrap();
        for file in ["uki-signing-key.pem", "uki-signing-cert.pem"] {
            fs::copy(good.join(file), directory.join(file)).unwrap();
        }
        directory
    };
    let (key, certificate) = ("uki-signing-key.pem", "uki-signing-cert.pem");
    fs::remove_file(copy("no-key").join(key)).unwrap();
    fs::write(copy("bad-key").join(key), "no key\n").unwrap();
    fs::remove_file(copy("no-certificate").join(certificate)).unwrap();
    fs::write(copy("bad-certificate").join(certificate), "no certificate\n").unwrap();
    let cut = fs::read_to_string(good.join(certificate)).unwrap().replacen("\nMII", "\nNII", 1);
    fs::write(copy("damaged-certificate").join(certificate), cut).unwrap();
    fs::copy(other.join(certificate), copy("other-certificate").join(certificate)).unwrap();
    fs::write(copy("bad-measuring-key").join("pcr-signing-key.pem"), "no key\n").unwrap();
    fs::write(copy("one-database").join("PK.auth"), "a database\n").unwrap();
    let short = copy("curve");
    assert!(openssl(&short, &format!("{NEW} ec -pkeyopt ec_paramgen_curve:P-256")));
    let old = copy("old");
    for (file, content) in [("settings", SETTINGS), ("index.txt", ""), ("serial", "01\n")] {
        fs::write(old.join(file), content).unwrap();
    }
    assert!(openssl(&old, "req -new -config settings -key uki-signing-key.pem -subj /CN=test -out request"));
    let dates = "-startdate 20200101000000Z -enddate 20210101000000Z";
    let signed =
        format!("ca -batch -config settings -selfsign -keyfile {key} -in request -out {certificate} {dates}");
    assert!(openssl(&old, &signed));
    let table: &[(&'static str, &[&'static str])] = &[
        ("nowhere", &["cannot read the certificate"]),
        ("no-key", &["cannot read the key", "uki-signing-key.pem"]),
        ("bad-key", &["BEGIN PRIVATE KEY"]),
        ("no-certificate", &["cannot read the certificate", "talosctl gen secureboot uki"]),
        ("bad-certificate", &["BEGIN CERTIFICATE"]),
        ("damaged-certificate", &["the certificate is damaged"]),
        ("other-certificate", &["the certificate is not for this key"]),
        ("curve", &["RSA of 2048 to 4096 bits"]),
        ("old", &["ended at"]),
        ("bad-measuring-key", &["pcr-signing-key.pem", "BEGIN PRIVATE KEY"]),
        ("one-database", &["cannot read", "KEK.auth", "or are made when none is"]),
    ];
    let description = format!("{GOOD}secureBoot: true\n");
    let mut wrong = Vec::new();
    for (name, told) in table {
        let flags =
            vec!["--secure-boot-keys".to_owned(), stage.path("keys").join(name).display().to_string()];
        wrong.push(check(
            &stage,
            &Case { name, description: description.clone(), flags, place: "7:13", told },
        ));
    }
    all_are_told(wrong);
    stage.describe("bad", &description);
    let run = stage.build("bad", &["--secure-boot-keys", &good.display().to_string()]);
    assert_eq!(run.code, 0, "{}", run.text());
}
