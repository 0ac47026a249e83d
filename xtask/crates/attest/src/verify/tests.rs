#![allow(clippy::unwrap_used, reason = "a test, in functions of its own too")]

use hashing::Digest;

use crate::{SigningKey, sign, verify};

#[test]
fn a_signature_holds_for_its_key_and_digest_alone() {
    let key = SigningKey::generate(&[7; 32]).unwrap();
    let digest = Digest::of(b"a manifest");
    let signed = sign(&key, "registry.example.org/lab/app", &digest).unwrap();
    assert_eq!(signed, sign(&key, "registry.example.org/lab/app", &digest).unwrap(), "the same bytes again");
    let payload = &signed.blobs[0].1;
    let public = key.verifying_key();
    verify(&public, &digest, &signed.manifest, payload).unwrap();

    let other = SigningKey::generate(&[8; 32]).unwrap().verifying_key();
    assert!(verify(&other, &digest, &signed.manifest, payload).is_err());
    assert!(verify(&public, &Digest::of(b"another"), &signed.manifest, payload).is_err());
    for index in 0..payload.len() {
        let mut changed = payload.clone();
        changed[index] ^= 1;
        assert!(verify(&public, &digest, &signed.manifest, &changed).is_err(), "byte {index} of the payload");
    }
}
