#![allow(clippy::unwrap_used, reason = "a test, in functions of its own too")]

use super::*;
use crate::pem;

/// The key of RFC 6979, appendix A.2.5.
const RFC6979: [u8; 32] = [
    0xc9, 0xaf, 0xa9, 0xd8, 0x45, 0xba, 0x75, 0x16, 0x6b, 0x5c, 0x21, 0x57, 0x67, 0xb1, 0xd6, 0x93, 0x4e,
    0x50, 0xc3, 0xdb, 0x36, 0xe8, 0x9b, 0x12, 0x7b, 0x8a, 0x62, 0x2b, 0x12, 0x0f, 0x67, 0x21,
];

fn read(label: &str, bytes: &[u8]) -> Result<SigningKey, PrivateKeyError> {
    SigningKey::from_pem(&pem::write(label, bytes), None)
}

/// PKCS#8 around nothing, for an algorithm that `der` names.
fn pkcs8(algorithm: &[u8]) -> Vec<u8> {
    let mut inner = vec![2, 1, 0, 0x30, u8::try_from(algorithm.len()).unwrap()];
    inner.extend(algorithm);
    inner.extend([4, 2, 0x30, 0]);
    let mut outer = vec![0x30, u8::try_from(inner.len()).unwrap()];
    outer.extend(inner);
    outer
}

#[test]
fn signatures_are_those_of_rfc_6979() {
    let key = SigningKey::generate(&RFC6979).unwrap();
    let hex = key.sign_bytes(b"sample").iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
    let r = "00efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716";
    let s = "00f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8";
    assert_eq!(hex, format!("30460221{r}0221{s}"));
    assert!(key.verifying_key().accepts(b"sample", &key.sign_bytes(b"sample")));
}

#[test]
fn keys_come_back_from_every_form() {
    let key = SigningKey::generate(&RFC6979).unwrap();
    assert_eq!(SigningKey::from_pem(&key.to_pem(), None).unwrap(), key);
    // Text around the block, other line ends and the parameters that OpenSSL writes in front.
    let parameters = "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";
    let text = format!("a key\n{parameters}{}\nmore", key.to_pem().replace('\n', "\r\n"));
    assert_eq!(SigningKey::from_pem(&text, None).unwrap(), key);
    let sec1 = SecretKey::from_slice(&RFC6979).unwrap().to_sec1_der().unwrap();
    assert_eq!(read(SEC1, &sec1).unwrap(), key);
    let sealed = key.to_sealed_pem(Label::Sigstore, b"word", &[1; 32], &[2; 24]).unwrap();
    assert_eq!(SigningKey::from_pem(&sealed, Some(b"word")).unwrap(), key);
}

#[test]
fn what_is_no_key_of_ours_is_named() {
    let rsa = pkcs8(b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00");
    let p384 = pkcs8(b"\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x05\x2b\x81\x04\x00\x22");
    let ed25519 = pkcs8(b"\x06\x03\x2b\x65\x70");
    let sec1_p384 = b"\x30\x09\x06\x05\x2b\x81\x04\x00\x22\x00\x00";
    let cases: [(&str, &[u8], &str); 13] = [
        ("PRIVATE KEY", &rsa, "a private key for RSA, not"),
        ("PRIVATE KEY", &p384, "a private key for ECDSA on P-384, not"),
        ("PRIVATE KEY", &ed25519, "a private key for Ed25519, not"),
        ("RSA PRIVATE KEY", b"", "a private key for RSA, not"),
        ("EC PRIVATE KEY", sec1_p384, "a private key for ECDSA on P-384, not"),
        ("OPENSSH PRIVATE KEY", b"", "a private key for SSH, not"),
        ("PUBLIC KEY", b"", "this is a public key, not a private one"),
        ("CERTIFICATE", b"", "this is a certificate, not a private key"),
        ("ENCRYPTED PRIVATE KEY", b"", "encrypted by OpenSSL (`ENCRYPTED PRIVATE KEY`)"),
        ("ENCRYPTED SIGSTORE PRIVATE KEY", b"", "encrypted: give its password"),
        ("PRIVATE KEY", b"nothing", "damaged: `PRIVATE KEY` does not hold"),
        ("EC PRIVATE KEY", b"nothing", "damaged: `EC PRIVATE KEY` does not hold"),
        ("X509 CRL", b"", "`X509 CRL` is no private key"),
    ];
    for (label, bytes, said) in cases {
        let error = read(label, bytes).unwrap_err().to_string();
        assert!(error.contains(said), "{label}: {error}");
    }
    for (text, said) in [
        ("", "there is no PEM block"),
        ("-----BEGIN PRIVATE KEY-----\nAAAA", "is cut off"),
        ("-----BEGIN PRIVATE KEY-----\n!!!!\n-----END PRIVATE KEY-----", "is not base64"),
        (
            "-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nAAAA\n-----END EC PRIVATE KEY-----",
            "encrypted by OpenSSL (`EC PRIVATE KEY`)",
        ),
    ] {
        let error = SigningKey::from_pem(text, None).unwrap_err().to_string();
        assert!(error.contains(said), "{error}");
    }
    assert_eq!(SigningKey::generate(&[0; 32]).unwrap_err(), PrivateKeyError::Random);
    assert_eq!(SigningKey::generate(&[255; 32]).unwrap_err(), PrivateKeyError::Random);
}

#[test]
fn debug_shows_the_public_key_only() {
    let key = SigningKey::generate(&RFC6979).unwrap();
    let text = format!("{key:?}");
    assert_eq!(text, format!("SigningKey(of {})", key.verifying_key().fingerprint()));
}

#[test]
fn any_text_is_a_key_or_an_error_that_shows_no_secret() {
    use proptest::prelude::*;
    let key = SigningKey::generate(&RFC6979).unwrap();
    let text = key.to_pem();
    let secret: Vec<&str> = text.lines().filter(|line| !line.starts_with('-')).collect();
    proptest!(|(position in 0..text.len(), byte in 0x20_u8..0x7f, cut in any::<bool>())| {
        let mut changed = text.as_bytes().to_vec();
        if cut { changed.truncate(position) } else { changed[position] = byte }
        if let Err(error) = SigningKey::from_pem(std::str::from_utf8(&changed).unwrap(), None) {
            let said = format!("{error} {error:?}");
            prop_assert!(secret.iter().all(|line| !said.contains(&line[..16])), "{}", said);
        }
    });
    proptest!(|(text in ".*", bytes in proptest::collection::vec(any::<u8>(), 0..200))| {
        let _ = SigningKey::from_pem(&text, Some(b""));
        for label in [PKCS8, SEC1, "ENCRYPTED SIGSTORE PRIVATE KEY"] {
            let _ = SigningKey::from_pem(&pem::write(label, &bytes), Some(b""));
        }
    });
}
