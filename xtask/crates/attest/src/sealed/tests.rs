#![allow(clippy::unwrap_used, reason = "a test, in functions of its own too")]

use serde_json::{Value, json};

use super::*;

fn sealed() -> Value {
    serde_json::from_slice(&seal(b"secret", b"word", &[1; 32], &[2; 24]).unwrap()).unwrap()
}

#[test]
fn what_is_sealed_opens_with_its_password() {
    let document = sealed().to_string();
    assert_eq!(*open(document.as_bytes(), b"word").unwrap(), b"secret");
    assert_eq!(open(document.as_bytes(), b"sword").unwrap_err(), SealError::Password);
    assert_eq!(open(document.as_bytes(), b"").unwrap_err(), SealError::Password);
}

#[test]
fn the_document_is_that_of_upstream() {
    let document = seal(b"", b"", &[0; 32], &[0; 24]).unwrap();
    let text = String::from_utf8(document).unwrap();
    let kdf = r#"{"kdf":{"name":"scrypt","params":{"N":65536,"r":8,"p":1},"salt":"AAAA"#;
    assert!(text.starts_with(kdf), "{text}");
    assert!(text.contains(r#""cipher":{"name":"nacl/secretbox","nonce":"AAAA"#), "{text}");
}

#[test]
fn a_changed_document_is_refused() {
    let cases = [
        ("/kdf/name", json!("pbkdf2"), "encrypted with `pbkdf2`"),
        ("/cipher/name", json!("aes"), "encrypted with `aes`"),
        ("/kdf/params/N", json!(1 << 30), "asks for scrypt with N=1073741824, r=8, p=1"),
        ("/kdf/params/r", json!(9), "asks for scrypt with N=65536, r=9, p=1"),
        ("/kdf/salt", json!("?"), "the salt is not base64"),
        ("/cipher/nonce", json!("AAAA"), "the nonce has not 24 bytes"),
        ("/ciphertext", json!("AAAA"), "the password is wrong, or the file is damaged"),
        ("/kdf", json!(1), "no JSON of cosign's"),
    ];
    for (pointer, value, said) in cases {
        let mut document = sealed();
        *document.pointer_mut(pointer).unwrap() = value;
        let error = open(document.to_string().as_bytes(), b"word").unwrap_err().to_string();
        assert!(error.contains(said), "{pointer}: {error}");
    }
}
