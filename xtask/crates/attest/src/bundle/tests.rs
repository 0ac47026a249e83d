#![allow(clippy::unwrap_used, reason = "a test, in functions of its own too")]

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::SigningKey;

fn sealed() -> Value {
    let key = SigningKey::generate(&[1; 32]).unwrap();
    serde_json::to_value(Bundle::seal(&key, b"{}").unwrap()).unwrap()
}

#[test]
fn a_bundle_is_that_of_the_specification() {
    let key = SigningKey::generate(&[1; 32]).unwrap();
    let sealed = sealed();
    let fingerprint = STANDARD.encode(key.verifying_key().fingerprint().as_bytes());
    let envelope = sealed["dsseEnvelope"].clone();
    assert_eq!(
        sealed,
        json!({
            "mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json",
            "verificationMaterial": { "publicKey": { "hint": fingerprint } },
            "dsseEnvelope": envelope,
        })
    );
    assert_eq!(envelope["payloadType"], "application/vnd.in-toto+json");
    assert_eq!(envelope["payload"], "e30=");
    assert_eq!(envelope["signatures"].as_array().unwrap().len(), 1);
}

#[test]
fn other_bundles_are_told_apart() {
    let with = |change: &dyn Fn(&mut Value)| {
        let mut bundle = sealed();
        change(&mut bundle);
        Bundle::parse(bundle.to_string().as_bytes())
    };
    assert!(with(&|_| {}).unwrap().is_by_key());
    let old = with(&|bundle| bundle["mediaType"] = OLD_BUNDLE_TYPE.into());
    assert!(old.unwrap().is_by_key());
    let next = with(&|bundle| bundle["mediaType"] = "application/vnd.dev.sigstore.bundle.v0.4+json".into());
    assert!(next.unwrap_err().contains("bundle.v0.4"));
    let certificate =
        with(&|bundle| bundle["verificationMaterial"] = json!({"certificate": {"rawBytes": ""}}));
    assert!(!certificate.unwrap().is_by_key());
    let file = with(&|bundle| {
        let fields = bundle.as_object_mut().unwrap();
        fields.remove("dsseEnvelope");
        fields.insert("messageSignature".to_owned(), json!({}));
    });
    assert_eq!(file.unwrap().dsse_envelope, None);
}

proptest! {
    #[test]
    fn any_bytes_are_refused(bytes: Vec<u8>) {
        prop_assert!(Bundle::parse(&bytes).is_err());
    }
}
