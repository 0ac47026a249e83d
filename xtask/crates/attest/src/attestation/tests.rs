#![allow(clippy::unwrap_used, reason = "a test, in functions of its own too")]

use oci::{Manifest, media_type};
use serde_json::json;

use super::*;
use crate::SigningKey;
use crate::{BUNDLE_TYPE, payload};

fn subject() -> Subject {
    Subject {
        repository: "registry.example.org/lab/app".to_owned(),
        digest: Digest::of(b"manifest"),
        size: 8,
        media_type: media_type::MANIFEST.to_owned(),
    }
}

fn key() -> SigningKey {
    SigningKey::generate(&[1; 32]).unwrap()
}

/// The manifest, when all that it names is there and nothing else.
fn whole(artifact: &Artifact) -> Manifest {
    let manifest = Manifest::parse(&artifact.manifest).unwrap();
    let named: Vec<_> =
        manifest.layers.iter().chain([&manifest.config]).map(|blob| (blob.digest, blob.size)).collect();
    let there: Vec<_> =
        artifact.blobs.iter().map(|(_, blob)| (Digest::of(blob), blob.len() as u64)).collect();
    assert_eq!(named, there);
    manifest
}

#[test]
fn a_signature_is_in_both_layouts() {
    let signatures = sign_both(&key(), &subject()).unwrap();
    assert_eq!(signatures, sign_both(&key(), &subject()).unwrap());
    assert_eq!(signatures.tag, sign(&key(), &subject().repository, &subject().digest).unwrap());
    assert_eq!(signatures.tag.blobs[0].1, payload(&subject().repository, &subject().digest).unwrap());
    let manifest = whole(&signatures.referrer);
    assert_eq!(signatures.referrer.tag, None);
    assert_eq!(manifest.artifact_type.as_deref(), Some(BUNDLE_TYPE));
    assert_eq!(manifest.config.media_type, media_type::EMPTY);
    assert_eq!(manifest.layers[0].media_type, BUNDLE_TYPE);
    let (subject, named) = (subject(), manifest.subject.unwrap());
    assert_eq!(
        (named.digest, named.size, named.media_type),
        (subject.digest, subject.size, subject.media_type)
    );
    assert_eq!(manifest.annotations["dev.sigstore.bundle.predicateType"], SIGNATURE_PREDICATE);
}

#[test]
fn a_tag_holds_all_attestations() {
    let said = ["https://example.org/a", "https://example.org/b"]
        .map(|kind| Predicate::of(kind, json!({"kind": kind})));
    let attestations = attest(&key(), &subject(), &said).unwrap();
    assert_eq!(attestations.tag.tag, Some(format!("sha256-{}.att", subject().digest.hex())));
    let manifest = whole(&attestations.tag);
    assert_eq!(attestations.referrers.len(), 2);
    for (position, predicate) in said.iter().enumerate() {
        let layer = &manifest.layers[position];
        assert_eq!(layer.media_type, ENVELOPE_TYPE);
        assert_eq!(layer.annotations["predicateType"], predicate.kind);
        let referrer = whole(&attestations.referrers[position]);
        assert_eq!(referrer.annotations["dev.sigstore.bundle.predicateType"], predicate.kind);
    }
    assert_eq!(whole(&attest(&key(), &subject(), &[]).unwrap().tag).layers, []);
}
