use super::Authority;
use crate::{Error, KeyKind, PrivateKey, Subject, Validity};

/// Bytes that differ from call to call and are the same in every run.
fn counting() -> impl FnMut(&mut [u8]) {
    let mut next = 0_u8;
    move |buffer: &mut [u8]| {
        for byte in buffer {
            next = next.wrapping_mul(5).wrapping_add(17);
            *byte = next;
        }
    }
}

#[test]
fn the_same_bytes_and_times_give_the_same_certificates() {
    for kind in [KeyKind::P256, KeyKind::Ed25519] {
        let made = || {
            let mut random = counting();
            let validity = Validity::hours(1_700_000_000, 87600);
            let authority = Authority::generate(kind, "etcd", validity, &mut random).unwrap();
            let subject = Subject { organization: "os:admin".to_owned(), common_name: "a, b".to_owned() };
            let (client, key) = authority.client(&subject, validity, &mut random).unwrap();
            [
                authority.certificate().to_owned(),
                authority.key().to_pem().unwrap().to_string(),
                client,
                key.to_pem().unwrap().to_string(),
            ]
        };
        assert_eq!(made(), made());
        let [certificate, key, client, client_key] = made();
        assert_ne!(key, client_key);
        assert!(certificate.starts_with("-----BEGIN CERTIFICATE-----\n"), "{client}");
        let read = Authority::from_pem(&certificate, &key).unwrap();
        assert_eq!(read.key().to_pem().unwrap().as_str(), key);
        assert_eq!(PrivateKey::from_pem(&client_key).unwrap().kind(), kind);
        let label = if kind == KeyKind::P256 { "EC PRIVATE KEY" } else { "ED25519 PRIVATE KEY" };
        assert!(key.starts_with(&format!("-----BEGIN {label}-----\n")));
    }
}

#[test]
fn what_is_no_key_is_refused_and_not_shown() {
    assert_eq!(PrivateKey::from_pem("hush").unwrap_err(), Error::Key);
    let rsa = "-----BEGIN RSA PRIVATE KEY-----\nMAA=\n-----END RSA PRIVATE KEY-----\n";
    assert_eq!(
        PrivateKey::from_pem(rsa).unwrap_err(),
        Error::KeyKind { label: "RSA PRIVATE KEY".to_owned() }
    );
    let broken = "-----BEGIN EC PRIVATE KEY-----\nMAA=\n-----END EC PRIVATE KEY-----\n";
    assert_eq!(PrivateKey::from_pem(broken).unwrap_err(), Error::Key);
    let key = PrivateKey::generate(KeyKind::P256, &mut counting());
    assert_eq!(format!("{key:?}"), "PrivateKey(P256, …)");
    let pem = key.to_pem().unwrap();
    assert!(matches!(Authority::from_pem("no certificate", &pem), Err(Error::Certificate { .. })));
}
