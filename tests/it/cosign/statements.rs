//! Attestations and bundles.

use std::collections::BTreeMap;

use attest::{Bom, Component, ComponentKind, Material, Predicate, Provenance, Subject};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hashing::Digest;
use oci::{Descriptor, Manifest, media_type};
use serde_json::{Value, json};

use crate::questions::Questions;
use crate::{REPOSITORY, cosign, digest, image, key, with_payload};

#[test]
fn attestations_are_accepted_with_their_key_only() {
    let Some(cosign) = cosign("attestations_are_accepted_with_their_key_only") else { return };
    let (image, key) = (image("content"), key(1));
    let said = [provenance(), bill()];
    let attestations = attest::attest(&key, &subject(&image), &said).unwrap();
    let mut bundles = vec![&image];
    bundles.extend(&attestations.referrers);
    let mut questions = Questions::new();
    for key in [&key, &crate::key(2)] {
        let layout = questions.layout(&[&image, &attestations.tag]);
        questions.verify(&layout, "attestation", &digest(&image), key, false);
        let layout = questions.layout(&bundles);
        questions.verify(&layout, "bundle", &digest(&image), key, true);
    }
    let answers = questions.ask(cosign);
    for accepted in &answers[..2] {
        assert_eq!(accepted["error"], "");
        let mut read: Vec<_> = accepted["payloads"].as_array().unwrap().iter().map(statement).collect();
        read.sort_by_key(|statement| statement["predicateType"].to_string());
        assert_eq!(read.len(), said.len());
        for (read, said) in read.iter().zip([&said[1], &said[0]]) {
            assert_eq!(read["predicateType"], said.kind);
            assert_eq!(read["predicate"], Value::Object(said.body.clone()));
            assert_eq!(read["subject"][0]["digest"]["sha256"], digest(&image).hex());
        }
    }
    for refused in &answers[2..] {
        assert!(refused["error"].as_str().unwrap().contains("no matching attestations"), "{refused}");
    }
}

#[test]
fn every_changed_byte_of_an_envelope_is_refused() {
    let Some(cosign) = cosign("every_changed_byte_of_an_envelope_is_refused") else { return };
    let (image, key) = (image("content"), key(1));
    let small = Predicate { kind: "https://example.org/nothing".to_owned(), body: serde_json::Map::new() };
    let attestations = attest::attest(&key, &subject(&image), &[small]).unwrap();
    let mut questions = Questions::new();
    for field in ["payload", "sig"] {
        for position in 0..in_envelope(&attestations.tag.blobs[0].1, field).len() {
            let change = |blob: &mut Vec<u8>| *blob = altered_envelope(blob, field, position);
            let altered = with_payload(&attestations.tag, change);
            let layout = questions.layout(&[&image, &altered]);
            questions.verify(&layout, "attestation", &digest(&image), &key, false);
            let altered = with_payload(&attestations.referrers[0], change);
            let layout = questions.layout(&[&image, &altered]);
            questions.verify(&layout, "bundle", &digest(&image), &key, true);
        }
    }
    for (answer, position) in questions.ask(cosign).iter().zip(0..) {
        assert_ne!(answer["error"], "", "change {position}");
    }
}

#[test]
fn a_signature_in_both_layouts_is_accepted_in_each() {
    let Some(cosign) = cosign("a_signature_in_both_layouts_is_accepted_in_each") else { return };
    let (image, other, key) = (image("content"), crate::image("contents"), key(1));
    let signatures = attest::sign_both(&key, &subject(&image)).unwrap();
    // A referrer that claims another image, whose statement speaks of the first.
    let mut moved = signatures.referrer.clone();
    let mut manifest = Manifest::parse(&moved.manifest).unwrap();
    manifest.subject = Some(Descriptor::of(media_type::MANIFEST, &other.manifest));
    moved.manifest = manifest.to_bytes().unwrap();
    let mut questions = Questions::new();
    let layout = questions.layout(&[&image, &other, &signatures.tag, &signatures.referrer, &moved]);
    questions.verify(&layout, "signature", &digest(&image), &key, true);
    questions.verify(&layout, "bundle", &digest(&image), &key, true);
    questions.verify(&layout, "bundle", &digest(&image), &crate::key(2), true);
    questions.verify(&layout, "bundle", &digest(&other), &key, true);
    let answers = questions.ask(cosign);
    for accepted in &answers[..2] {
        assert_eq!(accepted["error"], "");
        assert_eq!(accepted["payloads"].as_array().unwrap().len(), 1);
    }
    let signed = statement(&answers[1]["payloads"][0]);
    assert_eq!(signed["predicateType"], "https://sigstore.dev/cosign/sign/v1");
    for refused in &answers[2..] {
        assert!(refused["error"].as_str().unwrap().contains("no matching attestations"), "{refused}");
    }
}

fn subject(image: &attest::Artifact) -> Subject {
    Subject {
        repository: REPOSITORY.to_owned(),
        digest: digest(image),
        size: image.manifest.len() as u64,
        media_type: media_type::MANIFEST.to_owned(),
    }
}

fn provenance() -> Predicate {
    attest::provenance(&Provenance {
        build_type: "https://example.org/build/v1".to_owned(),
        external_parameters: serde_json::Map::from_iter([("cluster".to_owned(), json!("lab <&>"))]),
        internal_parameters: serde_json::Map::new(),
        dependencies: vec![Material::file("chart podinfo 6.9.0", &Digest::of(b"chart"))],
        builder: "https://example.org/xtask".to_owned(),
        builder_versions: BTreeMap::new(),
        invocation: None,
    })
    .unwrap()
}

fn bill() -> Predicate {
    let component = |kind, name: &str| Component {
        kind,
        name: name.to_owned(),
        version: "1.0.0".to_owned(),
        digest: Some(Digest::of(name.as_bytes())),
        source: None,
        properties: Vec::new(),
    };
    attest::bom(&Bom {
        name: "lab".to_owned(),
        version: "1".to_owned(),
        components: vec![
            component(ComponentKind::Chart, "podinfo"),
            component(ComponentKind::Image, "ghcr.io/stefanprodan/podinfo"),
        ],
    })
}

/// The statement in an envelope.
fn statement(envelope: &Value) -> Value {
    let envelope: Value = serde_json::from_str(envelope.as_str().unwrap()).unwrap();
    let payload = STANDARD.decode(envelope["payload"].as_str().unwrap()).unwrap();
    serde_json::from_slice(&payload).unwrap()
}

/// The envelope of a layer, which in a bundle lies deeper.
fn envelope(layer: &mut Value) -> &mut Value {
    match layer.get("dsseEnvelope").is_some() {
        true => &mut layer["dsseEnvelope"],
        false => layer,
    }
}

/// The field of an envelope that holds bytes.
fn in_envelope(layer: &[u8], field: &str) -> Vec<u8> {
    let mut layer: Value = serde_json::from_slice(layer).unwrap();
    let envelope = envelope(&mut layer);
    let text = envelope.get(field).unwrap_or(&envelope["signatures"][0][field]);
    STANDARD.decode(text.as_str().unwrap()).unwrap()
}

fn altered_envelope(layer: &[u8], field: &str, position: usize) -> Vec<u8> {
    let mut bytes = in_envelope(layer, field);
    bytes[position] ^= 1;
    let mut layer: Value = serde_json::from_slice(layer).unwrap();
    let envelope = envelope(&mut layer);
    let place = match envelope.get(field).is_some() {
        true => &mut envelope[field],
        false => &mut envelope["signatures"][0][field],
    };
    *place = STANDARD.encode(bytes).into();
    layer.to_string().into_bytes()
}
