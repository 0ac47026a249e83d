#![allow(clippy::unwrap_used, reason = "a test, in functions of its own too")]

use oci::Descriptor;
use proptest::prelude::*;

use super::*;
use crate::{Artifact, SigningKey, sign};

fn key(seed: u8) -> SigningKey {
    SigningKey::generate(&[seed; 32]).unwrap()
}

fn signed() -> (Digest, Artifact) {
    let digest = Digest::of(b"manifest");
    (digest, sign(&key(1), "registry.example.org/lab/app", &digest).unwrap())
}

#[test]
fn a_signature_is_what_cosign_expects() {
    let (digest, signature) = signed();
    assert_eq!(signature.tag.as_deref(), Some(&*format!("sha256-{}.sig", digest.hex())));
    let manifest = Manifest::parse(&signature.manifest).unwrap();
    let names: Vec<_> = manifest.layers.iter().chain([&manifest.config]).map(|blob| blob.digest).collect();
    let blobs: Vec<_> = signature.blobs.iter().map(|(_, blob)| Digest::of(blob)).collect();
    assert_eq!(names, blobs);
    assert_eq!(
        std::str::from_utf8(&signature.blobs[0].1).unwrap(),
        format!(
            r#"{{"critical":{{"identity":{{"docker-reference":"registry.example.org/lab/app"}},"image":{{"docker-manifest-digest":"{digest}"}},"type":"cosign container image signature"}},"optional":null}}"#
        )
    );
    assert_eq!(signed(), (digest, signature));
}

#[test]
fn a_signature_is_for_one_key_and_one_digest() {
    let (digest, signature) = signed();
    let payload = &signature.blobs[0].1;
    verify(&key(1).verifying_key(), &digest, &signature.manifest, payload).unwrap();
    let refused = verify(&key(2).verifying_key(), &digest, &signature.manifest, payload);
    assert!(matches!(refused, Err(VerifyError::Refused { .. })), "{refused:?}");
    let other = verify(&key(1).verifying_key(), &Digest::of(b""), &signature.manifest, payload);
    assert!(matches!(other, Err(VerifyError::Subject { .. })), "{other:?}");
    let other = verify(&key(1).verifying_key(), &digest, &signature.manifest, b"{}");
    assert!(matches!(other, Err(VerifyError::Payload { .. })), "{other:?}");
    for position in 0..payload.len() {
        let mut changed = payload.clone();
        changed[position] ^= 1;
        verify(&key(1).verifying_key(), &digest, &signature.manifest, &changed).unwrap_err();
    }
    let other = verify(&key(1).verifying_key(), &digest, b"{}", payload);
    assert!(matches!(other, Err(VerifyError::Manifest { .. })), "{other:?}");
}

#[test]
fn a_signed_document_of_another_kind_is_refused() {
    let digest = Digest::of(b"manifest");
    let other = format!(
        r#"{{"critical":{{"identity":{{"docker-reference":""}},"image":{{"docker-manifest-digest":"{digest}"}},"type":"atomic container signature"}},"optional":null}}"#
    );
    for payload in ["{}", &other] {
        let layer = Descriptor::of(PAYLOAD_TYPE, payload.as_bytes())
            .annotated(SIGNATURE_ANNOTATION, STANDARD.encode(key(1).sign_bytes(payload.as_bytes())));
        let manifest = Manifest::new(layer.clone(), vec![layer]).to_bytes().unwrap();
        let refused = verify(&key(1).verifying_key(), &digest, &manifest, payload.as_bytes());
        assert!(matches!(refused, Err(VerifyError::Kind { .. })), "{refused:?}");
    }
}

#[test]
fn annotations_of_the_signer_are_no_obstacle() {
    let digest = Digest::of(b"manifest");
    let plain = crate::payload("registry.example.org/app", &digest).unwrap();
    let payload = String::from_utf8(plain).unwrap().replace("null", r#"{"by":"someone"}"#);
    let layer = Descriptor::of(PAYLOAD_TYPE, payload.as_bytes())
        .annotated(SIGNATURE_ANNOTATION, STANDARD.encode(key(1).sign_bytes(payload.as_bytes())));
    let manifest = Manifest::new(layer.clone(), vec![layer]).to_bytes().unwrap();
    verify(&key(1).verifying_key(), &digest, &manifest, payload.as_bytes()).unwrap();
}

proptest! {
    #[test]
    fn any_bytes_are_refused(manifest: Vec<u8>, payload: Vec<u8>) {
        let (digest, signature) = signed();
        let key = key(1).verifying_key();
        prop_assert!(verify(&key, &digest, &manifest, &signature.blobs[0].1).is_err());
        prop_assert!(verify(&key, &digest, &signature.manifest, &payload).is_err());
    }
}
