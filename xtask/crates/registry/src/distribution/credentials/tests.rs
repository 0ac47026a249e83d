use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};

use super::{Credentials, Login, read_helper_answer};

#[test]
fn finds_the_most_exact_login_of_the_first_file() {
    let directory = tempfile::tempdir().unwrap();
    let files = [
        ("first.json", r#"{"auths": {"quay.io": {"auth": "cQ=="}, "quay.io/org": {"auth": "b3Jn"}}}"#),
        ("broken.json", "{"),
        (
            "second.json",
            r#"{"auths": {"quay.io": {"auth": "c2Vjb25k"}, "https://index.docker.io/v1/": {"auth": "ZA=="},
                "https://old.example.org": {"auth": "bw=="}, "bad.example.org": {"auth": "x\r\ny: z"}},
                "credHelpers": {"helped.example.org": "pass"}}"#,
        ),
    ];
    let paths: Vec<_> = files
        .iter()
        .map(|(name, text)| {
            let path = directory.path().join(name);
            fs::write(&path, text).unwrap();
            path
        })
        .chain([directory.path().join("missing.json")])
        .collect();
    let credentials = Credentials::from_files(&paths);
    let cases = [
        ("quay.io/other/app", Some("Basic cQ==")),
        ("quay.io/org/app", Some("Basic b3Jn")),
        ("quay.io/organisation/app", Some("Basic cQ==")),
        ("nginx", Some("Basic ZA==")),
        ("old.example.org/a", Some("Basic bw==")),
        ("bad.example.org/a", None),
        ("ghcr.io/a/b", None),
    ];
    for (text, expected) in cases {
        let found = credentials.login(&text.parse().unwrap()).unwrap();
        let header = found.map(|found| match found.login {
            Login::Password(password) => format!("Basic {password}"),
            Login::Identity(token) => format!("identity {token}"),
            Login::Token(token) => format!("Bearer {token}"),
        });
        assert_eq!(header.as_deref(), expected, "{text}");
    }
    assert!(credentials.unasked("helped.example.org").is_some());
    assert!(credentials.unasked("quay.io").is_none());
    assert!(!format!("{credentials:?}").contains("cQ=="), "no login in debug output");
}

fn file(directory: &Path, text: &str) -> Credentials {
    let path = directory.join("config.json");
    fs::write(&path, text).unwrap();
    Credentials::from_files(&[path])
}

#[test]
fn helpers_are_asked_once_and_a_file_has_the_rest() {
    let directory = tempfile::tempdir().unwrap();
    let text = r#"{"credsStore": "desktop", "credHelpers": {"ecr.example.org": "ecr-login", "evil.example.org": "../x"},
        "auths": {"quay.io": {"auth": "cQ=="}, "token.example.org": {}}}"#;
    let asked = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&asked);
    let credentials = file(directory.path(), text).with_helper(move |program, server| {
        seen.lock().unwrap().push(format!("{program} {server}"));
        match server {
            "ecr.example.org" => Ok(("AWS".to_owned(), "secret".to_owned())),
            "token.example.org" => Ok(("<token>".to_owned(), "identity".to_owned())),
            "locked.example.org" => Err("the keychain is locked\n".to_owned()),
            _ => Err("credentials not found in native keychain".to_owned()),
        }
    });
    let login =
        |name: &str| credentials.login(&name.parse().unwrap()).map(|found| found.map(|found| found.login));
    for _ in 0..2 {
        assert!(login("ecr.example.org/a/b") == Ok(Some(Login::password("AWS", "secret"))));
        assert!(login("token.example.org/a") == Ok(Some(Login::Identity("identity".to_owned()))));
        assert!(login("quay.io/a") == Ok(Some(Login::Password("cQ==".to_owned()))));
        assert!(login("nginx") == Ok(None));
        assert!(login("evil.example.org/a") == Ok(None));
        let error = login("locked.example.org/a").err().unwrap();
        assert!(error.ends_with("for `locked.example.org`: the keychain is locked"), "{error}");
    }
    let expected = [
        "docker-credential-ecr-login ecr.example.org",
        "docker-credential-desktop token.example.org",
        "docker-credential-desktop quay.io",
        "docker-credential-desktop https://index.docker.io/v1/",
        "docker-credential-desktop locked.example.org",
    ];
    assert_eq!(*asked.lock().unwrap(), expected);
    assert!(credentials.unasked("quay.io").is_none());
}

#[test]
fn an_entry_holds_a_login_in_any_of_its_forms() {
    let directory = tempfile::tempdir().unwrap();
    let cases = [
        (r#"{"auth": "bWU6c2VjcmV0"}"#, Some(Login::Password("bWU6c2VjcmV0".to_owned()))),
        (r#"{"username": "me", "password": "secret"}"#, Some(Login::Password("bWU6c2VjcmV0".to_owned()))),
        (r#"{"auth": "eA==", "identitytoken": "i"}"#, Some(Login::Identity("i".to_owned()))),
        (r#"{"registrytoken": "r"}"#, Some(Login::Token("r".to_owned()))),
        (r#"{"registrytoken": "r\r\nx: y"}"#, None),
        (r#"{"auth": ""}"#, None),
        ("{}", None),
        ("7", None),
    ];
    for (entry, expected) in cases {
        let credentials = file(directory.path(), &format!(r#"{{"auths": {{"quay.io": {entry}}}}}"#));
        let found = credentials.login(&"quay.io/a".parse().unwrap()).unwrap().map(|found| found.login);
        assert!(found == expected, "{entry}");
    }
}

#[test]
fn answers_of_helpers_are_read_and_never_repeated() {
    let answer = br#"{"ServerURL": "https://x", "Username": "me", "Secret": "s3cret"}"#;
    assert_eq!(read_helper_answer(answer), Ok(("me".to_owned(), "s3cret".to_owned())));
    let error = read_helper_answer(b"credentials not found in native keychain\n").unwrap_err();
    assert_eq!(error, "credentials not found in native keychain");
    let error = read_helper_answer(br#"{"Username": "me", "Secret": ["s3cret"]}"#).unwrap_err();
    assert!(!error.contains("s3cret"), "{error}");
    assert!(!read_helper_answer(b"").unwrap_err().is_empty());
}
