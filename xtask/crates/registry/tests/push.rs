//! The protocol of pushing, against a registry that does one thing unlike others.

#![allow(clippy::unwrap_used, reason = "the server is part of the tests")]

mod fake;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use fake::content::Content;
use fake::{Reply, Request, Server};
use hashing::Digest;
use registry::distribution::{Credentials, Deleted, Pushed, Remote, RemoteOptions};
use registry::{Network, Patience, RegistryError};
use serde_json::json;

const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
const INDEX: &str = "application/vnd.oci.image.index.v1+json";
const EMPTY: &[u8] = br#"{"schemaVersion": 2}"#;
const CHUNK: usize = 100_000;

fn options() -> RemoteOptions {
    let patience = Patience {
        pause: Duration::from_millis(1),
        longest_pause: Duration::from_millis(2),
        ..Patience::default()
    };
    RemoteOptions { patience, chunk: CHUNK, ..RemoteOptions::new(Network::Allowed) }
}

fn remote(server: &Server) -> Remote {
    Remote::new(&format!("oci://{}", server.address), options()).unwrap()
}

/// A registry as it should be, but for the requests that `odd` answers.
fn registry(odd: impl Fn(&Request, &mut Content) -> Option<Reply> + Send + Sync + 'static) -> Server {
    let content = Mutex::new(Content::default());
    Server::start(move |_, request| {
        let mut content = content.lock().unwrap();
        odd(request, &mut content).unwrap_or_else(|| content.answer(request))
    })
}

fn bytes(length: usize) -> Vec<u8> {
    (0..length).map(|at| u8::try_from(at * 7 % 251).unwrap()).collect()
}

fn methods(server: &Server) -> String {
    server.seen().iter().map(|request| request.method.as_str()).collect::<Vec<_>>().join(" ")
}

fn push(remote: &Remote, blob: &[u8]) -> Result<Pushed, RegistryError> {
    remote.push_blob("lab", &Digest::of(blob), blob, None)
}

#[test]
fn small_blobs_take_two_requests_and_big_ones_go_in_pieces() {
    let server = registry(|_, _| None);
    assert_eq!(push(&remote(&server), &bytes(CHUNK)).unwrap(), Pushed::Uploaded);
    assert_eq!(methods(&server), "HEAD POST PUT");
    let server = registry(|_, _| None);
    assert_eq!(push(&remote(&server), &bytes(2 * CHUNK + 1)).unwrap(), Pushed::Uploaded);
    assert_eq!(methods(&server), "HEAD POST PATCH PATCH PATCH PUT");
    let ranges: Vec<_> =
        server.seen().iter().map(|request| request.header("content-range").to_owned()).collect();
    assert_eq!(ranges[2..5], ["0-99999", "100000-199999", "200000-200000"]);
}

#[test]
fn a_registry_without_pieces_gets_the_whole() {
    let server = registry(|request, _| {
        (request.method == "PATCH").then(|| Reply::new(400, r#"{"errors": [{"message": "no pieces"}]}"#))
    });
    assert_eq!(push(&remote(&server), &bytes(2 * CHUNK)).unwrap(), Pushed::Uploaded);
    assert_eq!(methods(&server), "HEAD POST PATCH HEAD POST PUT");
}

#[test]
fn pieces_are_as_big_as_the_registry_wants_and_as_small_as_what_is_in_between() {
    let server = registry(|request, content| {
        let begun = (request.method == "POST").then(|| content.answer(request))?;
        Some(begun.with("oci-chunk-min-length", "150000"))
    });
    assert_eq!(push(&remote(&server), &bytes(300_000)).unwrap(), Pushed::Uploaded);
    assert_eq!(methods(&server), "HEAD POST PATCH PATCH PUT");

    let server = registry(|request, _| (request.body.len() > 70_000).then(|| Reply::new(413, "too large")));
    assert_eq!(push(&remote(&server), &bytes(90_000)).unwrap(), Pushed::Uploaded);
    assert!(methods(&server).starts_with("HEAD POST PUT HEAD POST PATCH"), "{}", methods(&server));

    let server = registry(|request, _| (request.body.len() > 7).then(|| Reply::new(413, "too large")));
    let error = push(&remote(&server), &bytes(90_000)).unwrap_err();
    assert_eq!(error.status(), Some(413));
    assert!(error.hint().unwrap().contains("size"), "{error}");
}

#[test]
fn an_upload_goes_on_where_it_broke_off() {
    let broken = Mutex::new(0);
    let server = registry(move |request, content| {
        let mut broken = broken.lock().unwrap();
        if request.method == "PATCH" && request.header("content-range").starts_with("100000-") && *broken == 0
        {
            *broken += 1;
            // Half of the piece arrives.
            let number = *content.uploads.keys().next().unwrap();
            content.uploads.get_mut(&number).unwrap().extend_from_slice(&request.body[..50_000]);
            return Some(Reply { gone: true, ..Reply::new(200, "") });
        }
        None
    });
    assert_eq!(push(&remote(&server), &bytes(3 * CHUNK)).unwrap(), Pushed::Uploaded);
    assert_eq!(methods(&server), "HEAD POST PATCH PATCH GET PATCH PATCH PUT");
    let ranges: Vec<_> =
        server.seen().iter().map(|request| request.header("content-range").to_owned()).collect();
    assert_eq!(ranges[5..7], ["150000-249999", "250000-299999"]);
}

#[test]
fn an_upload_that_is_forgotten_begins_again_and_ends_sometime() {
    let forgotten = Mutex::new(0);
    let server = registry(move |request, content| {
        let mut forgotten = forgotten.lock().unwrap();
        if request.method == "PATCH" && *forgotten < 2 {
            *forgotten += 1;
            content.uploads.clear();
        }
        None
    });
    assert_eq!(push(&remote(&server), &bytes(3 * CHUNK)).unwrap(), Pushed::Uploaded);

    let server = registry(|request, content| {
        if request.method == "PUT" {
            content.uploads.clear();
        }
        None
    });
    let error = push(&remote(&server), &bytes(10)).unwrap_err();
    assert_eq!(error.status(), Some(404), "{error}");
    assert!(server.seen().len() < 20, "{}", server.seen().len());
}

#[test]
fn bytes_that_are_not_what_they_are_said_to_be_are_not_sent() {
    let server = registry(|_, _| None);
    let error = remote(&server).push_blob("lab", &Digest::of(b"other"), b"this", None).unwrap_err();
    assert!(matches!(error, RegistryError::Content { .. }), "{error}");
    assert_eq!(server.seen().len(), 0);
}

#[test]
fn an_upload_elsewhere_is_not_shown_the_login() {
    let storage_seen = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&storage_seen);
    let storage = Server::start(move |_, request| {
        seen.lock().unwrap().push(request.header("authorization").to_owned());
        Reply::new(201, "").with("docker-content-digest", Digest::of(&request.body).to_string())
    });
    let place = storage.url("/signed?key=1");
    let server = Server::start(move |_, request| {
        if request.header("authorization") != "Basic bWU6c2VjcmV0" {
            return Reply::new(401, "").with("www-authenticate", "Basic realm=\"x\"");
        }
        match request.method.as_str() {
            "POST" => Reply::new(202, "").with("location", place.clone()),
            "GET" => Reply::new(307, "").with("location", place.clone()),
            _ => Reply::new(404, ""),
        }
    });
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("auth.json");
    std::fs::write(&file, format!(r#"{{"auths": {{"{}": {{"auth": "bWU6c2VjcmV0"}}}}}}"#, server.address))
        .unwrap();
    let options = RemoteOptions { credentials: Credentials::from_files(&[file]), ..options() };
    let remote = Remote::new(&format!("oci://{}", server.address), options).unwrap();
    assert_eq!(push(&remote, b"blob").unwrap(), Pushed::Uploaded);
    // The same for a blob that is kept elsewhere: an empty answer is not it.
    assert!(matches!(remote.blob("lab", &Digest::of(b"blob")), Err(RegistryError::Content { .. })));
    let seen = storage_seen.lock().unwrap();
    assert!(seen.len() >= 2 && seen.iter().all(String::is_empty), "{seen:?}");
    assert!(storage.seen().iter().any(|request| request.path.starts_with("/signed?key=1&digest=sha256%3A")));
}

#[test]
fn identity_tokens_are_posted_and_logins_do_not_leave_tls() {
    let server = Server::start(|_, request| {
        if request.path == "/token" {
            let form = String::from_utf8(request.body.clone()).unwrap();
            let right = request.method == "POST" && form.contains("refresh_token=identity%2Ftoken");
            assert!(form.contains("grant_type=refresh_token") && form.contains("service=test"), "{form}");
            assert!(form.contains("scope=repository%3Alab%3Apull%2Cpush"), "{form}");
            return if right { Reply::new(200, r#"{"access_token": "good"}"#) } else { Reply::new(401, "") };
        }
        if request.header("authorization") == "Bearer good" {
            return Reply::new(404, "");
        }
        let host = if request.path.contains("/leak/") { "token.test" } else { request.header("host") };
        // This registry names `pull` whatever is asked of it.
        let challenge =
            format!("Bearer realm=\"http://{host}/token\",service=\"test\",scope=\"repository:lab:pull\"");
        Reply::new(401, "").with("www-authenticate", challenge)
    });
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("auth.json");
    let text = format!(r#"{{"auths": {{"{}": {{"identitytoken": "identity/token"}}}}}}"#, server.address);
    std::fs::write(&file, text).unwrap();
    let options = RemoteOptions { credentials: Credentials::from_files(&[file]), ..options() };
    let remote = Remote::new(&format!("oci://{}", server.address), options).unwrap();
    let error = remote.put_manifest("lab", "1.0.0", MANIFEST, EMPTY).unwrap_err();
    assert_eq!(error.status(), Some(404), "{error}");
    let error = remote.tags("leak").unwrap_err();
    assert!(error.to_string().contains("without TLS") && !error.to_string().contains("identity/"), "{error}");
}

#[test]
fn a_token_that_is_never_good_enough_is_an_error_that_says_so() {
    let server = Server::start(|_, request| {
        if request.path.starts_with("/token") {
            return Reply::new(200, r#"{"token": "from-tomorrow"}"#);
        }
        let challenge = format!("Bearer realm=\"http://{}/token\"", request.header("host"));
        Reply::new(401, "").with("www-authenticate", challenge)
    });
    let error = push(&remote(&server), b"x").unwrap_err().to_string();
    assert!(error.contains("clock") && error.contains("docker login"), "{error}");
    assert!(!error.contains("tomorrow"), "{error}");
    assert_eq!(server.seen().len(), 3);
}

#[test]
fn a_manifest_that_the_registry_does_not_have_afterwards_is_an_error() {
    let cases: [(&str, Option<Digest>); 3] = [
        ("nothing", None),
        ("another one", Some(Digest::of(b"other"))),
        ("the right one", Some(Digest::of(EMPTY))),
    ];
    for (what, kept) in cases {
        let server = Server::start(move |_, request| match (request.method.as_str(), kept) {
            ("PUT", _) => Reply::new(201, ""),
            (_, Some(kept)) => Reply::new(200, "").with("docker-content-digest", kept.to_string()),
            (_, None) => Reply::new(404, ""),
        });
        let put = remote(&server).put_manifest("lab", "1.0.0", MANIFEST, EMPTY);
        match what {
            "the right one" => assert_eq!(put.unwrap(), Digest::of(EMPTY)),
            "nothing" => assert!(put.unwrap_err().to_string().contains("does not have it")),
            _ => assert!(matches!(put, Err(RegistryError::Content { .. }))),
        }
    }
}

#[test]
fn lists_are_read_to_their_end_on_the_same_server_only() {
    let subject = Digest::of(b"subject");
    let server = Server::start(move |_, request| {
        let number = request.path.split("page=").nth(1).map_or(0, |number| number.parse::<u32>().unwrap());
        if request.path.contains("/endless/") {
            let link = format!("</v2/endless/tags/list?page={}>; rel=\"next\"", number + 1);
            return Reply::new(200, r#"{"tags": ["a"]}"#).with("link", link);
        }
        if request.path.contains("/elsewhere/") {
            return Reply::new(200, r#"{"tags": ["a"]}"#)
                .with("link", "<http://other.test/v2>; rel=\"next\"");
        }
        let entry = json!({"mediaType": MANIFEST, "size": 1, "artifactType": "a/b",
            "digest": Digest::of(&number.to_le_bytes()).to_string()});
        let index = json!({"schemaVersion": 2, "manifests": [entry]}).to_string();
        let reply = Reply::new(200, index).with("content-type", INDEX);
        let link = format!("</v2/lab/referrers/{subject}?page={}>; rel=\"next\"", number + 1);
        if number < 2 { reply.with("link", link) } else { reply }
    });
    let remote = remote(&server);
    assert_eq!(remote.referrers("lab", &subject, Some("a/b")).unwrap().len(), 3);
    assert!(server.seen()[0].path.ends_with("?artifactType=a%2Fb"), "{}", server.seen()[0].path);
    let error = remote.tags("endless").unwrap_err().to_string();
    assert!(error.contains("does not end"), "{error}");
    let error = remote.tags("elsewhere").unwrap_err().to_string();
    assert!(error.contains("http://other.test/v2"), "{error}");
    assert!(remote.tags("broken").unwrap().is_empty(), "an index is a list without tags");
}

#[test]
fn refusals_say_what_to_do() {
    let cases = [
        (401, "", "login"),
        (403, "denied: no push for you", "login"),
        (404, "name unknown", "made first"),
        (405, "unsupported", "read-only"),
        (413, "too large", "size"),
        (507, "no space", "room"),
        (400, "the image tag already exists and the repository is immutable", "tags move"),
    ];
    for (status, message, hint) in cases {
        let body = json!({"errors": [{"code": "X", "message": message}]}).to_string();
        let server = Server::start(move |_, _| Reply::new(status, body.clone()));
        let error = remote(&server).put_manifest("lab", "1.0.0", MANIFEST, EMPTY).unwrap_err();
        let text = error.to_string();
        assert!(text.contains("/v2/lab/manifests/1.0.0` answered"), "{text}");
        assert!(text.contains(message) && error.hint().unwrap().contains(hint), "{text}");
    }
    let nobody = Server::start(|_, _| Reply { gone: true, ..Reply::new(200, "") });
    let error = remote(&nobody).tags("lab").unwrap_err();
    assert!(matches!(error, RegistryError::Unreachable { tries: 5, .. }), "{error}");
}

#[test]
fn what_cannot_be_deleted_is_no_failure_but_a_missing_right_is() {
    for (status, expected) in [
        (202, Deleted::Done),
        (404, Deleted::Absent),
        (405, Deleted::Unsupported),
        (400, Deleted::Unsupported),
    ] {
        let server = Server::start(move |_, _| Reply::new(status, ""));
        assert_eq!(remote(&server).delete("lab", "1.0.0").unwrap(), expected);
    }
    let server = Server::start(|_, _| Reply::new(403, ""));
    assert_eq!(remote(&server).delete("lab", "1.0.0").unwrap_err().status(), Some(403));
}

#[test]
fn told_to_wait_a_piece_waits_and_is_sent_once() {
    let waits = Mutex::new(0);
    let server = registry(move |request, _| {
        let mut waits = waits.lock().unwrap();
        (request.method == "PATCH" && *waits < 3).then(|| {
            *waits += 1;
            Reply::new(429, "").with("retry-after", "0")
        })
    });
    assert_eq!(push(&remote(&server), &bytes(CHUNK + 1)).unwrap(), Pushed::Uploaded);
    assert_eq!(methods(&server), "HEAD POST PATCH PATCH PATCH PATCH PATCH PUT");
}
