//! A registry that wants a password.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use hashing::Digest;
use registry::distribution::{Credentials, Remote, RemoteOptions};
use registry::{Network, RegistryError};

use crate::artifact::{Artifact, Seeded};
use crate::options;
use crate::registries::{Kept, Running, debian};

/// User `me`, password `U*U`: a vector of the tests of `crypt_blowfish`.
const PASSWORDS: &str = "me:$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW\n";

fn remote(running: &Running, credentials: Credentials) -> Remote {
    let options = RemoteOptions { credentials, ..options() };
    Remote::new(&format!("oci://{}/base", running.address), options).unwrap()
}

fn file(directory: &Path, text: &str) -> Credentials {
    let path = directory.join("auth.json");
    fs::write(&path, text).unwrap();
    Credentials::from_files(&[path])
}

#[test]
fn a_password_is_asked_for_once_and_serves_every_repository() {
    let Some(running) = debian(Some(PASSWORDS), Kept::InMemory) else { return };
    let directory = tempfile::tempdir().unwrap();
    let entry = |user: &str, password: &str| {
        format!(
            r#"{{"auths": {{"{}/base": {{"username": "{user}", "password": "{password}"}}}}}}"#,
            running.address
        )
    };
    let right = remote(&running, file(directory.path(), &entry("me", "U*U")));
    for name in ["one", "two", "three"] {
        let before = right.requests();
        assert_eq!(right.head_manifest(name, "1.0.0").unwrap(), None);
        let refused = u64::from(name == "one");
        assert_eq!(right.requests() - before, 1 + refused, "{name}");
    }
    let artifact = Artifact::new(&mut Seeded::new(1), &[100, 100_000]);
    artifact.push(&right, "one", "1.0.0").unwrap();
    assert!(artifact.is_whole(&right, "one").unwrap());

    let nobody = remote(&running, Credentials::none());
    let error = nobody.push_blob("one", &Digest::of(b"x"), b"x", None).unwrap_err();
    assert!(matches!(error, RegistryError::Login { .. }), "{error}");
    assert!(error.to_string().contains(&format!("`docker login {}`", running.address)), "{error}");

    let wrong = remote(&running, file(directory.path(), &entry("me", "secret")));
    let error = wrong.tags("one").unwrap_err().to_string();
    assert!(error.contains("auth.json") && !error.contains("secret"), "{error}");
}

#[test]
fn a_helper_has_the_password() {
    let Some(running) = debian(Some(PASSWORDS), Kept::InMemory) else { return };
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&asked);
    let directory = tempfile::tempdir().unwrap();
    let own = running.address.to_string();
    let text = format!(r#"{{"credsStore": "desktop", "auths": {{"{own}": {{}}}}}}"#);
    let credentials = file(directory.path(), &text);
    let unasked = remote(&running, credentials.clone()).tags("one").unwrap_err().to_string();
    assert!(unasked.contains("leaves logins to a helper program"), "{unasked}");

    let failing = credentials.clone().with_helper(|_, _| Err("the keychain is locked".to_owned()));
    let error = remote(&running, failing).tags("one").unwrap_err().to_string();
    assert!(
        error.contains("docker-credential-desktop") && error.contains("the keychain is locked"),
        "{error}"
    );

    let helped = credentials.with_helper(move |program, server| {
        counted.fetch_add(1, Ordering::Relaxed);
        assert_eq!((program, server), ("docker-credential-desktop", own.as_str()));
        Ok(("me".to_owned(), "U*U".to_owned()))
    });
    let remote = remote(&running, helped);
    Artifact::new(&mut Seeded::new(2), &[10]).push(&remote, "one", "1.0.0").unwrap();
    assert_eq!(remote.tags("one").unwrap(), ["1.0.0"]);
    assert_eq!(asked.load(Ordering::Relaxed), 1);
}

#[test]
fn no_network_asks_no_registry_and_no_helper() {
    let credentials = Credentials::none().with_helper(|_, _| panic!("nobody is to be asked"));
    let options = RemoteOptions { credentials, ..RemoteOptions::new(Network::Denied) };
    let remote = Remote::new("oci://registry.test/base", options).unwrap();
    assert!(matches!(remote.tags("one"), Err(RegistryError::Offline { .. })));
    assert_eq!(remote.requests(), 0);
}
