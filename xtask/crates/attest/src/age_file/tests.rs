#![allow(clippy::unwrap_used, reason = "a test")]

use std::io::Write;

use age::secrecy::ExposeSecret;

use super::*;
use crate::SigningKey;

fn sealed(armored: bool) -> (Vec<u8>, String) {
    let identity = x25519::Identity::generate();
    let recipient = identity.to_public();
    let key = SigningKey::generate(&[3; 32]).unwrap().to_pem();
    let file = if armored {
        age::encrypt_and_armor(&recipient, key.as_bytes()).unwrap().into_bytes()
    } else {
        age::encrypt(&recipient, key.as_bytes()).unwrap()
    };
    (file, identity.to_string().expose_secret().to_owned())
}

#[test]
fn keys_come_out_of_both_forms() {
    for armored in [false, true] {
        let (file, identity) = sealed(armored);
        assert!(is_age(&file));
        let other = x25519::Identity::generate().to_string().expose_secret().to_owned();
        let identities = format!("# created: today\n# public key: age1…\n\n{other}\n{identity}\n");
        let opened = open_age(&file, &identities).unwrap();
        let key = SigningKey::from_pem(std::str::from_utf8(&opened).unwrap(), None).unwrap();
        assert_eq!(key, SigningKey::generate(&[3; 32]).unwrap());
        assert!(matches!(open_age(&file, &other), Err(AgeError::Closed(_))));
    }
    assert!(!is_age(b"-----BEGIN PRIVATE KEY-----"));
}

#[test]
fn what_is_damaged_stays_closed() {
    let (file, identity) = sealed(false);
    for cut in [0, 10, file.len() / 2, file.len() - 1] {
        assert!(matches!(open_age(&file[..cut], &identity), Err(AgeError::Closed(_))), "{cut}");
    }
    let mut changed = file.clone();
    *changed.last_mut().unwrap() ^= 1;
    assert!(matches!(open_age(&changed, &identity), Err(AgeError::Closed(_))));
}

#[test]
fn identities_are_checked() {
    let (file, identity) = sealed(false);
    assert!(matches!(open_age(&file, "# none\n"), Err(AgeError::NoIdentity)));
    let mut broken = Vec::new();
    writeln!(broken, "{identity}\nAGE-SECRET-KEY-1NONSENSE").unwrap();
    let said = open_age(&file, std::str::from_utf8(&broken).unwrap()).unwrap_err().to_string();
    assert!(said.starts_with("line 2 of the age identities is no identity"), "{said}");
    assert!(!said.contains("NONSENSE"));
}
