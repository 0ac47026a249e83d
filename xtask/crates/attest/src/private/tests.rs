#![allow(clippy::unwrap_used, reason = "a test, in functions of its own too")]

use crate::{Label, SigningKey};

fn key() -> SigningKey {
    SigningKey::generate(&[7; 32]).unwrap()
}

#[test]
fn keys_are_read_back_from_every_form_that_is_written() {
    let pem = key().to_pem();
    let read = SigningKey::from_pem(&pem, None).unwrap();
    assert_eq!(read.verifying_key().to_pem(), key().verifying_key().to_pem());
    let sealed = key().to_sealed_pem(Label::Sigstore, b"secret", &[1; 32], &[2; 24]).unwrap();
    assert!(sealed.starts_with("-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----"), "{sealed}");
    let opened = SigningKey::from_pem(&sealed, Some(b"secret")).unwrap();
    assert_eq!(opened.verifying_key().to_pem(), key().verifying_key().to_pem());
}

#[test]
fn what_is_no_private_key_is_refused_without_showing_it() {
    let sealed = key().to_sealed_pem(Label::Sigstore, b"secret", &[1; 32], &[2; 24]).unwrap();
    let public = key().verifying_key().to_pem();
    for (text, password) in [
        ("", None),
        ("hello", None),
        (public.as_str(), None),
        (sealed.as_str(), None),
        (sealed.as_str(), Some(&b"wrong"[..])),
    ] {
        let error = SigningKey::from_pem(text, password).map(|_| ()).unwrap_err().to_string();
        assert!(!error.is_empty() && !error.contains("secret"), "{error}");
    }
    assert!(!format!("{:?}", key()).contains(&key().to_pem()[30..60]));
}
