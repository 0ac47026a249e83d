//! Cosign's own code reads what `attest` writes, and the reverse.
//!
//! `tests/cosign` is a Go program that asks the packages behind `cosign verify --key`, which are also those behind
//! Flux's `verify`, about images in a registry on loopback. A test writes an OCI layout, lets the program fill the
//! registry with it, byte for byte, and compares what is accepted.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test, in functions of its own too")]
#![allow(clippy::disallowed_methods, reason = "a test runs programs as a shell would")]

mod questions;
mod statements;

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use attest::{Artifact, Label, SigningKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use end_to_end::skip;
use hashing::Digest;
use oci::{Descriptor, Manifest, media_type};
use questions::Questions;
use serde_json::json;

const REPOSITORY: &str = "registry.example.org/lab/image";

#[test]
fn a_signature_is_accepted_with_its_key_only() {
    let Some(cosign) = cosign("a_signature_is_accepted_with_its_key_only") else { return };
    let (image, key) = (image("content"), key(1));
    let signature = attest::sign(&key, REPOSITORY, &digest(&image)).unwrap();
    let payload = text(&signature.blobs[0].1);
    let mut questions = Questions::new();
    for referrers in [false, true] {
        let layout = questions.layout(&[&image, &signature]);
        questions.verify(&layout, "signature", &digest(&image), &key, referrers);
        questions.verify(&layout, "signature", &digest(&image), &self::key(2), referrers);
    }
    let layout = questions.layout(&[&image]);
    questions.verify(&layout, "signature", &digest(&image), &key, false);
    let answers = questions.ask(cosign);
    for answers in answers[..4].chunks(2) {
        assert_eq!(answers[0], json!({"error": "", "payloads": [payload]}));
        assert!(answers[1]["error"].as_str().unwrap().contains("invalid signature"), "{}", answers[1]);
    }
    assert!(answers[4]["error"].as_str().unwrap().contains("no signatures found"), "{}", answers[4]);
}

#[test]
fn every_changed_byte_of_a_signature_is_refused() {
    let Some(cosign) = cosign("every_changed_byte_of_a_signature_is_refused") else { return };
    let (image, key) = (image("content"), key(1));
    let subject = digest(&image);
    let signature = attest::sign(&key, REPOSITORY, &subject).unwrap();
    let mut altered = Vec::new();
    for position in 0..signature.blobs[0].1.len() {
        altered.push(with_payload(&signature, |payload| payload[position] ^= 1));
    }
    for position in 0..signed_bytes(&signature).len() {
        altered.push(with_signature(&signature, |bytes| bytes[position] ^= 1));
    }
    let mut questions = Questions::new();
    for altered in &altered {
        let ours = attest::verify(&key.verifying_key(), &subject, &altered.manifest, &altered.blobs[0].1);
        ours.unwrap_err();
        let layout = questions.layout(&[&image, altered]);
        questions.verify(&layout, "signature", &subject, &key, false);
    }
    for (answer, position) in questions.ask(cosign).iter().zip(0..) {
        assert_ne!(answer["error"], "", "change {position}");
    }
}

#[test]
fn a_changed_manifest_has_no_signature() {
    let Some(cosign) = cosign("a_changed_manifest_has_no_signature") else { return };
    let (image, other, key) = (image("content"), self::image("contents"), key(1));
    let signature = attest::sign(&key, REPOSITORY, &digest(&image)).unwrap();
    let moved = Artifact { tag: Some(attest::signature_tag(&digest(&other))), ..signature.clone() };
    let mut questions = Questions::new();
    let layout = questions.layout(&[&other, &signature]);
    questions.verify(&layout, "signature", &digest(&other), &key, false);
    let layout = questions.layout(&[&other, &moved]);
    questions.verify(&layout, "signature", &digest(&other), &key, false);
    let answers = questions.ask(cosign);
    assert!(answers[0]["error"].as_str().unwrap().contains("no signatures found"), "{}", answers[0]);
    assert!(answers[1]["error"].as_str().unwrap().contains("missing digest in claim"), "{}", answers[1]);
}

#[test]
fn payload_and_config_are_those_of_cosign() {
    let Some(cosign) = cosign("payload_and_config_are_those_of_cosign") else { return };
    let subject = Digest::of(b"any");
    let mut questions = Questions::new();
    questions.list.push(json!({"payload": {"reference": format!("{REPOSITORY}@{subject}")}}));
    let answers = questions.ask(cosign);
    let signature = attest::sign(&key(1), REPOSITORY, &subject).unwrap();
    assert_eq!(answers[0]["payload"], text(&signature.blobs[0].1));
    assert_eq!(answers[0]["config"], text(&signature.blobs[1].1));
}

#[test]
fn encrypted_keys_open_on_both_sides() {
    let Some(cosign) = cosign("encrypted_keys_open_on_both_sides") else { return };
    let key = key(7);
    let mut questions = Questions::new();
    for label in [Label::Sigstore, Label::Cosign] {
        let sealed = key.to_sealed_pem(label, b"correct", &[3; 32], &[4; 24]).unwrap();
        for password in ["correct", "wrong"] {
            questions.list.push(json!({"open": {"key": sealed, "password": password}}));
        }
    }
    questions.list.push(json!({"generate": {"password": "theirs"}}));
    questions.list.push(json!({"generate": {"password": ""}}));
    let answers = questions.ask(cosign);
    for label in 0..2 {
        assert_eq!(answers[2 * label]["public"], key.verifying_key().to_pem());
        assert_eq!(answers[2 * label + 1]["error"], "decrypt: encrypted: decryption failed");
    }
    for (answer, password) in answers[4..].iter().zip(["theirs", ""]) {
        let private = answer["private"].as_str().unwrap();
        let opened = SigningKey::from_pem(private, Some(password.as_bytes())).unwrap();
        assert_eq!(answer["public"], opened.verifying_key().to_pem());
        SigningKey::from_pem(private, Some(b"another")).unwrap_err();
    }
}

/// The program; `None` when it cannot be built here.
fn cosign(test: &str) -> Option<&'static Path> {
    static PROGRAM: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    let built = PROGRAM.get_or_init(|| {
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cosign");
        end_to_end::go::build(&Path::new(env!("CARGO_MANIFEST_DIR")).join("cosign"), &target)?;
        Ok(target)
    });
    built.as_deref().map_err(|reason| skip(test, reason)).ok()
}

/// An image of one layer.
fn image(content: &str) -> Artifact {
    let layer = content.as_bytes().to_vec();
    let config = b"{}".to_vec();
    let descriptors = vec![Descriptor::of(media_type::LAYER_TAR_GZIP, &layer)];
    let manifest = Manifest::new(Descriptor::of(media_type::FLUX_CONFIG, &config), descriptors);
    let blobs = [layer, config].map(|blob| (Digest::of(&blob), blob)).to_vec();
    Artifact { tag: Some("1.0.0".to_owned()), blobs, manifest: manifest.to_bytes().unwrap() }
}

fn key(seed: u8) -> SigningKey {
    SigningKey::generate(&[seed; 32]).unwrap()
}

fn digest(artifact: &Artifact) -> Digest {
    Digest::of(&artifact.manifest)
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

/// A signature with another payload that its manifest names properly.
fn with_payload(signature: &Artifact, change: impl Fn(&mut Vec<u8>)) -> Artifact {
    let mut altered = signature.clone();
    let (digest, payload) = &mut altered.blobs[0];
    change(payload);
    *digest = Digest::of(payload);
    let mut manifest = Manifest::parse(&signature.manifest).unwrap();
    manifest.layers[0].digest = *digest;
    altered.manifest = manifest.to_bytes().unwrap();
    altered
}

fn with_signature(signature: &Artifact, change: impl Fn(&mut Vec<u8>)) -> Artifact {
    let mut bytes = signed_bytes(signature);
    change(&mut bytes);
    let mut manifest = Manifest::parse(&signature.manifest).unwrap();
    let annotations = &mut manifest.layers[0].annotations;
    annotations.insert(attest::SIGNATURE_ANNOTATION.to_owned(), STANDARD.encode(bytes));
    Artifact { manifest: manifest.to_bytes().unwrap(), ..signature.clone() }
}

fn signed_bytes(signature: &Artifact) -> Vec<u8> {
    let manifest = Manifest::parse(&signature.manifest).unwrap();
    STANDARD.decode(&manifest.layers[0].annotations[attest::SIGNATURE_ANNOTATION]).unwrap()
}
