#![allow(clippy::unwrap_used, reason = "a test, in functions of its own too")]

use oci::{Descriptor, media_type};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::{Artifact, BUNDLE_TYPE, Predicate, SIGNATURE_PREDICATE, SigningKey, Subject, attest, sign_both};

fn key(seed: u8) -> SigningKey {
    SigningKey::generate(&[seed; 32]).unwrap()
}

fn subject() -> Subject {
    Subject {
        repository: "registry.example.org/lab/app".to_owned(),
        digest: Digest::of(b"manifest"),
        size: 8,
        media_type: media_type::MANIFEST.to_owned(),
    }
}

fn signature() -> Artifact {
    sign_both(&key(1), &subject()).unwrap().referrer
}

fn check(artifact: &Artifact) -> Result<Statement, VerifyError> {
    let public = key(1).verifying_key();
    verify_bundle(&public, &subject().digest, &artifact.manifest, &artifact.blobs[0].1)
}

/// The referrer with another manifest.
fn with_manifest(artifact: &Artifact, change: impl Fn(&mut Manifest)) -> Artifact {
    let mut manifest = Manifest::parse(&artifact.manifest).unwrap();
    change(&mut manifest);
    Artifact { manifest: manifest.to_bytes().unwrap(), ..artifact.clone() }
}

/// The referrer with another bundle, that its manifest names properly.
fn with_bundle(artifact: &Artifact, change: impl Fn(&mut Value)) -> Artifact {
    let mut bundle: Value = serde_json::from_slice(&artifact.blobs[0].1).unwrap();
    change(&mut bundle);
    let bytes = oci::canonical(&bundle);
    let mut changed = with_manifest(artifact, |manifest| {
        manifest.layers = vec![Descriptor::of(BUNDLE_TYPE, &bytes)];
    });
    changed.blobs[0] = (Digest::of(&bytes), bytes);
    changed
}

#[test]
fn a_bundle_is_for_one_key_and_one_digest() {
    let signature = signature();
    let (manifest, bundle) = (&signature.manifest, &signature.blobs[0].1);
    let said = check(&signature).unwrap();
    assert_eq!((said.predicate_type.as_str(), said.predicate), (SIGNATURE_PREDICATE, json!({})));
    let refused = verify_bundle(&key(2).verifying_key(), &subject().digest, manifest, bundle);
    assert!(matches!(refused, Err(VerifyError::Refused { .. })), "{refused:?}");
    let refused = verify_bundle(&key(1).verifying_key(), &Digest::of(b""), manifest, bundle);
    assert!(matches!(refused, Err(VerifyError::Subject { .. })), "{refused:?}");
    // Attached to another image by somebody else.
    let moved = with_manifest(&signature, |manifest| {
        manifest.subject = Some(Descriptor::of(media_type::MANIFEST, b""));
    });
    let refused = verify_bundle(&key(1).verifying_key(), &Digest::of(b""), &moved.manifest, bundle);
    assert!(matches!(refused, Err(VerifyError::Subject { .. })), "{refused:?}");
    for position in 0..bundle.len() {
        let mut changed = bundle.clone();
        changed[position] ^= 1;
        let refused = verify_bundle(&key(1).verifying_key(), &subject().digest, manifest, &changed);
        assert!(matches!(refused, Err(VerifyError::Payload { .. })), "{refused:?}");
    }
}

#[test]
fn bundles_that_we_cannot_use_say_why() {
    let signature = signature();
    for (artifact, reason) in [
        (with_manifest(&signature, |manifest| manifest.subject = None), "its manifest refers to nothing"),
        (
            with_manifest(&signature, |manifest| manifest.layers[0].media_type = "text/plain".to_owned()),
            "does not name the payload",
        ),
        (with_bundle(&signature, |bundle| *bundle = json!({})), "missing field `mediaType`"),
        (with_bundle(&signature, |bundle| bundle["mediaType"] = "x".into()), "its media type is `x`"),
        (
            with_bundle(&signature, |bundle| bundle["verificationMaterial"] = json!({"certificate": {}})),
            "it was signed for a certificate",
        ),
        (with_bundle(&signature, |bundle| bundle["dsseEnvelope"] = Value::Null), "it signs a plain file"),
        (
            with_bundle(&signature, |bundle| bundle["dsseEnvelope"]["signatures"] = json!([])),
            "it has 0 signatures",
        ),
        (
            with_bundle(&signature, |bundle| bundle["dsseEnvelope"]["payload"] = "%".into()),
            "its payload is not base64",
        ),
        (
            with_bundle(&signature, |bundle| bundle["dsseEnvelope"]["payload"] = "e30=".into()),
            "was not made by the key",
        ),
        (
            with_bundle(&signature, |bundle| bundle["dsseEnvelope"] = envelope("text/plain", b"{}")),
            "is no in-toto statement: its type is `text/plain`",
        ),
        (
            with_bundle(&signature, |bundle| {
                bundle["dsseEnvelope"] = envelope(statement::PAYLOAD_TYPE, b"{}");
            }),
            "is no in-toto statement: missing field",
        ),
        (
            with_bundle(&signature, |bundle| {
                let other = Statement::new(None, &Digest::of(b"other"), "p", json!({}));
                bundle["dsseEnvelope"] = envelope(statement::PAYLOAD_TYPE, &other.to_bytes().unwrap());
            }),
            "the signature is for `sha256:",
        ),
    ] {
        let refused = check(&artifact).unwrap_err().to_string();
        assert!(refused.contains(reason), "expected {reason}: {refused}");
    }
}

#[test]
fn attestations_give_what_was_said() {
    let said = ["https://example.org/a", "https://example.org/b"]
        .map(|kind| Predicate::of(kind, json!({"kind": kind})));
    let attestations = attest(&key(1), &subject(), &said).unwrap();
    let (manifest, public) = (&attestations.tag.manifest, key(1).verifying_key());
    for (position, said) in said.iter().enumerate() {
        let layer = &attestations.tag.blobs[position].1;
        let read = verify_attestation(&public, &subject().digest, manifest, layer).unwrap();
        assert_eq!((&read.predicate_type, &read.predicate["kind"]), (&said.kind, &said.body["kind"]));
        assert_eq!(check(&attestations.referrers[position]).unwrap(), read);
        let refused = verify_attestation(&key(2).verifying_key(), &subject().digest, manifest, layer);
        assert!(matches!(refused, Err(VerifyError::Refused { .. })), "{refused:?}");
    }
    let config = &attestations.tag.blobs[2].1;
    let refused = verify_attestation(&public, &subject().digest, manifest, config);
    assert!(matches!(refused, Err(VerifyError::Payload { .. })), "{refused:?}");
    let layer = Descriptor::of(ENVELOPE_TYPE, b"{}");
    let manifest = Manifest::new(layer.clone(), vec![layer]).to_bytes().unwrap();
    let refused = verify_attestation(&public, &subject().digest, &manifest, b"{}");
    assert!(matches!(refused, Err(VerifyError::Envelope { .. })), "{refused:?}");
}

proptest! {
    #[test]
    fn any_bytes_are_refused(manifest: Vec<u8>, layer: Vec<u8>) {
        let (signature, public) = (signature(), key(1).verifying_key());
        let digest = subject().digest;
        for verify in [verify_bundle, verify_attestation] {
            prop_assert!(verify(&public, &digest, &manifest, &signature.blobs[0].1).is_err());
            prop_assert!(verify(&public, &digest, &signature.manifest, &layer).is_err());
        }
    }
}

fn envelope(kind: &str, payload: &[u8]) -> Value {
    serde_json::to_value(Envelope::seal(&key(1), kind, payload).unwrap()).unwrap()
}
