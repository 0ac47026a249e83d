//! A registry that hands out tokens, and one that wants a password.

#![allow(clippy::unwrap_used, reason = "the server is part of the tests")]

mod fake;

use std::fs;
use std::path::Path;
use std::time::Duration;

use fake::{Reply, Request, Server};
use hashing::Digest;
use registry::distribution::{Credentials, Reference, Registries};
use registry::{Client, Network, Patience, RegistryError};

const CHART: &[u8] = b"a chart, packed";

fn client() -> Client {
    let patience = Patience { pause: Duration::from_millis(1), ..Patience::default() };
    Client::with_patience(Network::Allowed, patience).unwrap()
}

fn manifest() -> Vec<u8> {
    format!(
        r#"{{"schemaVersion":2,"config":{{"mediaType":"application/vnd.cncf.helm.config.v1+json"}},"layers":[
        {{"mediaType":"application/vnd.cncf.helm.chart.provenance.v1.prov","digest":"{}","size":1}},
        {{"mediaType":"application/vnd.cncf.helm.chart.content.v1.tar+gzip","digest":"{}","size":15}}]}}"#,
        Digest::of(b"provenance"),
        Digest::of(CHART)
    )
    .into_bytes()
}

/// What the registry has, login aside.
fn content(request: &Request) -> Reply {
    let manifest = manifest();
    let by_digest = format!("/v2/org/chart/manifests/{}", Digest::of(&manifest));
    let blob = format!("/v2/org/chart/blobs/{}", Digest::of(CHART));
    match request.path.as_str() {
        path if path == "/v2/org/chart/manifests/1.0.0" || path == by_digest => {
            let digest = Digest::of(&manifest).to_string();
            Reply::new(200, manifest).with("docker-content-digest", digest)
        }
        "/v2/org/chart/manifests/unnamed" => Reply::new(200, manifest),
        "/v2/org/chart/manifests/lying" => {
            Reply::new(200, manifest).with("docker-content-digest", Digest::of(b"other").to_string())
        }
        path if path == blob => Reply::new(200, CHART),
        "/v2/org/chart/tags/list?n=1000" => Reply::new(200, r#"{"tags": ["1.0.0", "1.1.0"]}"#)
            .with("link", "</v2/org/chart/tags/list?n=1000&last=1.1.0>; rel=\"next\""),
        "/v2/org/chart/tags/list?n=1000&last=1.1.0" => Reply::new(200, r#"{"tags": ["2.0.0"]}"#),
        _ => Reply::new(404, r#"{"errors": [{"message": "manifest unknown"}]}"#),
    }
}

/// A registry with a token server of its own; `login` is what the token server wants, if anything.
fn token_registry(login: Option<&'static str>) -> Server {
    Server::start(move |_, request| {
        if request.path.starts_with("/token?") {
            return if login.is_none_or(|login| request.header("authorization") == login) {
                Reply::new(200, r#"{"access_token": "let-me-in"}"#)
            } else {
                Reply::new(401, "")
            };
        }
        if request.header("authorization") == "Bearer let-me-in" {
            return content(request);
        }
        let challenge = format!(
            r#"Bearer realm="http://{}/token",service="fake registry",scope="repository:org/chart:pull""#,
            request.header("host")
        );
        Reply::new(401, "").with("www-authenticate", challenge)
    })
}

fn reference(server: &Server, version: &str) -> Reference {
    format!("{}/org/chart{version}", server.address).parse().unwrap()
}

fn login_file(directory: &Path, server: &Server) -> Credentials {
    let file = directory.join("auth.json");
    let text = format!(r#"{{"auths": {{"{}": {{"auth": "bWU6c2VjcmV0"}}}}}}"#, server.address);
    fs::write(&file, text).unwrap();
    Credentials::from_files(&[file])
}

#[test]
fn a_tag_becomes_a_digest_with_an_anonymous_token() {
    let server = token_registry(None);
    let client = client();
    let registries = Registries::new(&client, Credentials::none());
    let digest = Digest::of(&manifest());
    assert_eq!(registries.resolve(&reference(&server, ":1.0.0")).unwrap(), digest);
    assert_eq!(registries.resolve(&reference(&server, ":1.0.0")).unwrap(), digest);
    let seen = server.seen();
    let asked: Vec<_> = seen.iter().map(|r| (r.method.as_str(), r.path.as_str())).collect();
    let token = "/token?service=fake+registry&scope=repository%3Aorg%2Fchart%3Apull";
    let head = ("HEAD", "/v2/org/chart/manifests/1.0.0");
    assert_eq!(asked, [head, ("GET", token), head, head], "the token is used again");
    assert!(seen[0].header("accept").contains("application/vnd.oci.image.index.v1+json"));
}

#[test]
fn a_reference_with_a_digest_is_not_asked_for() {
    let server = token_registry(None);
    let client = client();
    let registries = Registries::new(&client, Credentials::none());
    let digest = Digest::of(b"x");
    assert_eq!(registries.resolve(&reference(&server, &format!("@{digest}"))).unwrap(), digest);
    assert_eq!(server.seen().len(), 0);
}

#[test]
fn a_registry_that_names_no_digest_is_made_to_send_the_manifest_and_a_lie_is_found() {
    let server = token_registry(None);
    let client = client();
    let registries = Registries::new(&client, Credentials::none());
    let digest = registries.resolve(&reference(&server, ":unnamed")).unwrap();
    assert_eq!(digest, Digest::of(&manifest()));
    let error = registries.manifest(&reference(&server, ":lying")).unwrap_err();
    assert!(matches!(error, RegistryError::Content { .. }), "{error}");
}

#[test]
fn a_chart_is_pulled_with_a_login_from_the_users_file() {
    let server = token_registry(Some("Basic bWU6c2VjcmV0"));
    let directory = tempfile::tempdir().unwrap();
    let client = client();
    let registries = Registries::new(&client, login_file(directory.path(), &server));
    let file = directory.path().join("chart.tgz");
    let digest = registries.pull_file(&reference(&server, ":1.0.0"), &file, &|_, _| {}).unwrap();
    assert_eq!(digest, Digest::of(CHART));
    assert_eq!(fs::read(&file).unwrap(), CHART);
}

#[test]
fn a_missing_login_says_how_to_make_one() {
    let server = token_registry(Some("Basic bWU6c2VjcmV0"));
    let client = client();
    let registries = Registries::new(&client, Credentials::none());
    let error = registries.resolve(&reference(&server, ":1.0.0")).unwrap_err().to_string();
    assert!(error.contains(&format!("`docker login {}`", server.address)), "{error}");
}

#[test]
fn basic_logins_work_and_wrong_ones_are_named() {
    for (wanted, works) in [("Basic bWU6c2VjcmV0", true), ("Basic b3RoZXI=", false)] {
        let server = Server::start(move |_, request| {
            if request.header("authorization") == wanted {
                content(request)
            } else {
                Reply::new(401, "").with("www-authenticate", "Basic realm=\"x\"")
            }
        });
        let directory = tempfile::tempdir().unwrap();
        let client = client();
        let registries = Registries::new(&client, login_file(directory.path(), &server));
        let result = registries.resolve(&reference(&server, ":1.0.0"));
        assert_eq!(result.is_ok(), works);
        if let Err(error) = result {
            let text = error.to_string();
            assert!(text.contains("auth.json") && !text.contains("bWU6c2VjcmV0"), "{text}");
        }
    }
}

#[test]
fn a_blob_is_checked_and_a_wrong_one_not_kept() {
    let server = Server::start(|_, _| Reply::new(200, "something else"));
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("blob");
    let client = client();
    let registries = Registries::new(&client, Credentials::none());
    let error = registries.blob(&reference(&server, ""), Digest::of(CHART), &file, &|_, _| {}).unwrap_err();
    assert!(matches!(error, RegistryError::Content { expected, .. } if expected == Digest::of(CHART)));
    assert!(!file.exists());
}

#[test]
fn an_artifact_of_several_unknown_files_is_refused() {
    let layers = r#"{"layers": [{"mediaType": "a/b", "digest": "x"}, {"mediaType": "a/b", "digest": "y"}]}"#;
    for (manifest, expected) in [
        (layers, "it has 2 layers and none is a chart"),
        (r#"{"manifests": []}"#, "it has 0 layers"),
        (r#"{"layers": [{"mediaType": "a/b", "digest": "x"}]}"#, "`x` is no digest"),
        ("nothing", "it is no image manifest"),
    ] {
        let server = Server::start(move |_, _| Reply::new(200, manifest));
        let client = client();
        let registries = Registries::new(&client, Credentials::none());
        let file = Path::new("never-written");
        let error = registries.pull_file(&reference(&server, ""), file, &|_, _| {}).unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
    }
}

#[test]
fn tags_are_listed_over_all_pages() {
    let server = token_registry(None);
    let client = client();
    let registries = Registries::new(&client, Credentials::none());
    assert_eq!(registries.tags(&reference(&server, "")).unwrap(), ["1.0.0", "1.1.0", "2.0.0"]);
}
