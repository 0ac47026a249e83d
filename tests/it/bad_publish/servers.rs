//! Registries that refuse, fail, or are something else.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use end_to_end::{Registry, Sandbox, canned};

use crate::{Case, SURROUNDINGS, assert_told, program, words};

#[test]
fn servers() {
    let Some(sandbox) = Sandbox::new() else { return };
    sandbox.program().build();
    let basic = "www-authenticate: Basic realm=\"x\"\r\n";
    let bearer = "www-authenticate: Bearer realm=\"http://127.0.0.1:1/token\",service=\"x\"\r\n";
    let denied = r#"{"errors": [{"code": "DENIED", "message": "not yours"}]}"#;
    let table: [(&str, &str, &str, &str, &[&str]); 14] = [
        ("no login", "401 x", basic, "", &["wants a login", "docker login"]),
        ("a token server that is down", "401 x", bearer, "", &["http://127.0.0.1:1/token"]),
        ("401 without a word", "401 x", "", "", &["401", "docker login"]),
        ("no rights", "403 x", "", denied, &["403", "not yours", "docker login"]),
        ("read-only", "405 x", "", "", &["405", "read-only"]),
        ("too large", "413 x", "", "", &["413", "limits the size"]),
        ("too many requests", "429 x", "retry-after: 0\r\n", "", &["429"]),
        ("broken", "500 x", "retry-after: 0\r\n", "oh no", &["500", "oh no"]),
        ("busy", "503 x", "retry-after: 0\r\n", "<html>", &["503"]),
        ("a web page", "200 x", "content-type: text/html\r\n", "<html>hello</html>", &["no list of tags"]),
        ("something else in JSON", "200 x", "", "[1, 2]", &["no list of tags"]),
        ("a redirect in a circle", "307 x", "location: /v2/lab/x\r\n", "", &["/v2/"]),
        (
            "a journal that is no manifest",
            "200 x",
            "",
            r#"{"tags": ["journal-1"]}"#,
            &["journal-1", "cannot be read"],
        ),
        ("legal reasons", "451 x", "", "", &["451"]),
    ];
    let mut cases = Vec::new();
    for (name, status, headers, body, says) in table {
        // A tag list that is one for manifests too needs no more than the same answer.
        let place = canned(
            Box::leak(status.to_owned().into_boxed_str()),
            Box::leak(headers.to_owned().into_boxed_str()),
            Box::leak(body.to_owned().into_boxed_str()),
        );
        for line in ["publish --channel staging", "promote staging production"] {
            let run = program(&sandbox, &place).run(&words(line));
            let name = format!("{name}: {line}");
            cases.push(Case { name, code: SURROUNDINGS, says: says.to_vec(), run });
        }
    }
    assert_told(&cases);
}

#[test]
fn logins_that_a_helper_keeps() {
    let Some(sandbox) = Sandbox::new() else { return };
    sandbox.program().build();
    // It takes no login at all, so that what is told shows which one was used.
    let place = canned("401 x", "www-authenticate: Basic realm=\"x\"\r\n", "");
    let host = place.trim_start_matches("oci://").split('/').next().unwrap().to_owned();
    let settings = format!("{{\"credHelpers\": {{\"{host}\": \"test\"}}}}");
    let home = sandbox.path("home");
    fs::create_dir_all(home.join(".docker")).unwrap();
    fs::create_dir_all(home.join("bin")).unwrap();
    fs::write(home.join(".docker/config.json"), settings).unwrap();
    let helper = home.join("bin/docker-credential-test");
    let run = |script: Option<&str>| {
        if let Some(script) = script {
            fs::write(&helper, format!("#!/bin/sh\n{script}\n")).unwrap();
            fs::set_permissions(&helper, fs::Permissions::from_mode(0o755)).unwrap();
        }
        let path = format!("{}:/usr/bin:/bin", home.join("bin").display());
        program(&sandbox, &place).env("PATH", &path).run(&["publish"])
    };
    let absent = run(None);
    let good = run(Some("read server; echo '{\"Username\": \"ada\", \"Secret\": \"hidden-word\"}'"));
    let none = run(Some("echo credentials not found in native keychain; exit 1"));
    let broken = run(Some("echo locked; exit 1"));
    for run in [&absent, &good, &none, &broken] {
        assert!(!run.text().contains("hidden-word"), "{}", run.text());
    }
    let case = |name: &str, says: &[&'static str], run| Case {
        name: name.to_owned(),
        code: SURROUNDINGS,
        says: says.to_vec(),
        run,
    };
    assert_told(&[
        case("no such helper", &["docker-credential-test", "no program"], absent),
        case("a login that is not taken", &["docker-credential-test", "does not take the login"], good),
        case("a helper without a login", &["wants a login", "docker login"], none),
        case("a helper that fails", &["docker-credential-test", "locked"], broken),
    ]);
}

#[test]
fn a_registry_that_takes_nothing() {
    let Some(registry) = Registry::start_with("  maintenance: {readonly: {enabled: true}}\n") else { return };
    let Some(sandbox) = Sandbox::new() else { return };
    let run = program(&sandbox, &registry.place("lab")).run(&["publish"]);
    let says = vec!["405", "read-only"];
    assert_told(&[Case { name: "read-only".to_owned(), code: SURROUNDINGS, says, run }]);
}
