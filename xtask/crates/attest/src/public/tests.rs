#![allow(clippy::unwrap_used, reason = "a test, in functions of its own too")]

use proptest::prelude::*;

use super::*;
use crate::SigningKey;

fn key() -> VerifyingKey {
    SigningKey::generate(&[1; 32]).unwrap().verifying_key()
}

#[test]
fn a_key_comes_back_from_its_text() {
    let text = key().to_pem();
    assert!(text.starts_with("-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE"), "{text}");
    assert_eq!(VerifyingKey::from_pem(&text).unwrap(), key());
}

#[test]
fn what_is_no_public_key_of_ours_is_named() {
    let rsa = b"\x30\x12\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00\x03\x01\x00";
    let p384 =
        b"\x30\x15\x30\x10\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x05\x2b\x81\x04\x00\x22\x03\x01\x00";
    let cases: [(&str, &[u8], &str); 8] = [
        ("PRIVATE KEY", b"", "a private key (`PRIVATE KEY`)"),
        ("ENCRYPTED SIGSTORE PRIVATE KEY", b"", "a private key (`ENCRYPTED SIGSTORE PRIVATE KEY`)"),
        ("CERTIFICATE", b"", "a certificate"),
        ("RSA PUBLIC KEY", b"", "a public key for RSA"),
        ("PUBLIC KEY", rsa, "a public key for RSA"),
        ("PUBLIC KEY", p384, "a public key for ECDSA on P-384"),
        ("PUBLIC KEY", b"nothing", "damaged"),
        ("PGP MESSAGE", b"", "`PGP MESSAGE` is no public key"),
    ];
    for (label, bytes, said) in cases {
        let error = VerifyingKey::from_pem(&pem::write(label, bytes)).unwrap_err().to_string();
        assert!(error.contains(said), "{label}: {error}");
    }
}

proptest! {
    #[test]
    fn no_signature_but_the_right_one_is_accepted(message: Vec<u8>, bytes: Vec<u8>, position: usize, bit in 0_u32..8) {
        let private = SigningKey::generate(&[1; 32]).unwrap();
        let mut signature = private.sign_bytes(&message);
        prop_assert!(key().accepts(&message, &signature));
        prop_assert!(!key().accepts(&message, &bytes));
        let position = position % signature.len();
        signature[position] ^= 1_u8 << bit;
        prop_assert!(!key().accepts(&message, &signature));
    }

    #[test]
    fn any_block_is_a_key_or_an_error(bytes: Vec<u8>) {
        let _ = VerifyingKey::from_pem(&pem::write(SPKI, &bytes));
    }
}
