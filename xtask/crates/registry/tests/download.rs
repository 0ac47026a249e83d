//! Documents and files from a server that misbehaves in all the ways that servers do.

#![allow(clippy::unwrap_used, reason = "the server is part of the tests")]

mod fake;

use std::fs;
use std::net::TcpListener;
use std::path::PathBuf;
use std::time::Duration;

use fake::{Reply, Request, Server};
use registry::{Client, Network, Patience, RegistryError};
use tempfile::TempDir;

fn client() -> Client {
    let patience = Patience {
        stall: Duration::from_secs(20),
        pause: Duration::from_millis(1),
        longest_pause: Duration::from_millis(5),
        ..Patience::default()
    };
    Client::with_patience(Network::Allowed, patience).unwrap()
}

fn body() -> Vec<u8> {
    (0..200_000_u32).flat_map(u32::to_le_bytes).collect()
}

/// Serves [`body`] as a good server does, with ranges.
fn ranged(request: &Request) -> Reply {
    let body = body();
    let start = request.header("range").strip_prefix("bytes=").and_then(|r| r.strip_suffix('-'));
    match start.map(|start| start.parse::<usize>().unwrap()) {
        None => Reply::new(200, body),
        Some(start) if start >= body.len() => {
            Reply::new(416, "").with("content-range", format!("bytes */{}", body.len()))
        }
        Some(start) => Reply::new(206, &body[start..])
            .with("content-range", format!("bytes {start}-{}/{}", body.len() - 1, body.len())),
    }
}

fn target() -> (TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("file");
    (directory, file)
}

fn fetch(server: &Server) -> (Result<u64, RegistryError>, Vec<u8>) {
    let (_directory, file) = target();
    let result = client().download(&server.url("/file"), &file, &|_, _| {});
    (result, fs::read(&file).unwrap_or_default())
}

fn ranges(server: &Server) -> Vec<String> {
    server.seen().iter().map(|request| request.header("range").to_owned()).collect()
}

#[test]
fn a_cut_download_goes_on_where_it_broke_off() {
    let server = Server::start(|index, request| match index {
        0 => ranged(request).cut(1000),
        1 => ranged(request).cut(5),
        _ => ranged(request),
    });
    let (result, bytes) = fetch(&server);
    assert_eq!(result.unwrap(), body().len() as u64);
    assert!(bytes == body());
    assert_eq!(ranges(&server), ["", "bytes=1000-", "bytes=1005-"]);
}

#[test]
fn a_later_call_continues_what_an_earlier_one_left_and_tells_the_version() {
    let server = Server::start(|index, request| match index {
        0 => ranged(request).with("etag", "\"one\"").cut(4096),
        1..=5 => Reply::new(503, ""),
        _ => ranged(request).with("etag", "\"one\""),
    });
    let (_directory, file) = target();
    let url = server.url("/file");
    let first = client().download(&url, &file, &|_, _| {});
    assert_eq!(first.unwrap_err().status(), Some(503));
    let done = std::cell::RefCell::new(Vec::new());
    client().download(&url, &file, &|now, total| done.borrow_mut().push((now, total))).unwrap();
    assert!(fs::read(&file).unwrap() == body());
    let resumed =
        server.seen().into_iter().skip(1).find(|request| !request.header("range").is_empty()).unwrap();
    assert_eq!(resumed.header("if-range"), "\"one\"");
    assert_eq!(resumed.header("range"), "bytes=4096-");
    let length = body().len() as u64;
    assert_eq!(done.borrow().last(), Some(&(length, Some(length))), "progress counts the whole file");
    let left: Vec<_> = fs::read_dir(file.parent().unwrap()).unwrap().collect();
    assert_eq!(left.len(), 1, "nothing but the file is left: {left:?}");
}

#[test]
fn a_server_that_ignores_ranges_is_read_from_the_start() {
    let server = Server::start(|index, _| match index {
        0 => Reply::new(200, body()).cut(1000),
        _ => Reply::new(200, body()),
    });
    let (result, bytes) = fetch(&server);
    assert_eq!(result.unwrap(), body().len() as u64);
    assert!(bytes == body());
}

#[test]
fn a_wrong_part_is_thrown_away() {
    let server = Server::start(|index, request| match index {
        0 => ranged(request).cut(1000),
        1 => Reply::new(206, "wrong").with("content-range", "bytes 7-11/800000"),
        _ => ranged(request),
    });
    let (result, bytes) = fetch(&server);
    result.unwrap();
    assert!(bytes == body());
    assert_eq!(ranges(&server), ["", "bytes=1000-", ""]);
}

#[test]
fn a_part_that_is_already_whole_is_taken_and_a_longer_one_is_not() {
    for (extra, requests) in [(&b""[..], 1), (b"too much", 2)] {
        let server = Server::start(|_, request| ranged(request));
        let (_directory, file) = target();
        fs::write(file.with_extension("part"), [&body(), extra].concat()).unwrap();
        client().download(&server.url("/file"), &file, &|_, _| {}).unwrap();
        assert!(fs::read(&file).unwrap() == body());
        assert_eq!(server.seen().len(), requests);
    }
}

#[test]
fn a_body_of_another_length_than_announced_is_no_file() {
    let server = Server::start(|_, _| Reply::new(200, "short").with("content-length", "100"));
    let (_directory, file) = target();
    let error = client().download(&server.url("/file"), &file, &|_, _| {}).unwrap_err();
    assert!(matches!(error, RegistryError::Unreachable { .. }), "{error}");
    assert!(!file.exists(), "an incomplete file never has the name of a complete one");
}

#[test]
fn passing_failures_are_tried_again() {
    for status in [408, 429, 500, 502, 503, 504] {
        let server = Server::start(move |index, _| match index {
            0 => Reply::new(status, "later").with("retry-after", "0"),
            1 => Reply::new(status, "later").with("retry-after", "Wed, 21 Oct 2015 07:28:00 GMT"),
            _ => Reply::new(200, "done"),
        });
        assert_eq!(client().get(&server.url("/")).unwrap(), b"done", "{status}");
        assert_eq!(server.seen().len(), 3, "{status}");
    }
}

#[test]
fn retry_after_is_the_pause() {
    // A pause of its own of an hour would never end; the server's of no seconds does.
    let patience = Patience {
        pause: Duration::from_hours(1),
        longest_pause: Duration::from_hours(1),
        ..Patience::default()
    };
    let server = Server::start(|index, _| match index {
        0 => Reply::new(429, "").with("retry-after", "0"),
        _ => Reply::new(200, "done"),
    });
    let client = Client::with_patience(Network::Allowed, patience).unwrap();
    assert_eq!(client.get(&server.url("/")).unwrap(), b"done");
}

#[test]
fn refusals_are_final_and_say_why() {
    for status in [400, 401, 403, 404, 410] {
        let server = Server::start(move |_, _| {
            Reply::new(status, r#"{"errors": [{"code": "X", "message": "not here"}]}"#)
        });
        let url = server.url("/thing");
        let error = client().get(&url).unwrap_err();
        assert_eq!(error.status(), Some(status));
        assert_eq!(error.to_string(), format!("`{url}` answered {status}: not here"));
        assert_eq!(server.seen().len(), 1);
        let (_directory, file) = target();
        assert_eq!(client().download(&url, &file, &|_, _| {}).unwrap_err().status(), Some(status));
    }
}

#[test]
fn a_lasting_failure_ends_after_the_tries() {
    let server = Server::start(|_, _| Reply::new(503, "busy"));
    let error = client().get(&server.url("/")).unwrap_err();
    assert!(error.to_string().ends_with("answered 503: busy"), "{error}");
    assert_eq!(server.seen().len(), 5);
}

#[test]
fn redirects_are_followed_and_take_no_login_to_another_server() {
    let other = Server::start(|_, _| Reply::new(200, "there"));
    let target = other.url("/there");
    let server = Server::start(move |_, _| Reply::new(302, "").with("location", target.clone()));
    let url = format!("http://me:secret@{}/here", server.address);
    assert_eq!(client().get(&url).unwrap(), b"there");
    assert_ne!(server.seen()[0].header("authorization"), "");
    assert_eq!(other.seen()[0].header("authorization"), "");
    let around = Server::start(|_, _| Reply::new(302, "").with("location", "/again"));
    let error = client().get(&around.url("/")).unwrap_err();
    assert!(error.to_string().contains("redirect"), "{error}");
}

#[test]
fn a_server_that_never_answers_counts_as_unreachable() {
    let server = Server::start(|_, _| Reply::silent());
    let patience = Patience {
        stall: Duration::from_millis(50),
        pause: Duration::from_millis(1),
        tries: 2,
        ..Patience::default()
    };
    let client = Client::with_patience(Network::Allowed, patience).unwrap();
    let error = client.get(&server.url("/")).unwrap_err();
    assert!(matches!(error, RegistryError::Unreachable { tries: 2, .. }), "{error}");
}

#[test]
fn a_closed_port_counts_as_unreachable() {
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let error = client().get(&format!("http://{address}/")).unwrap_err();
    let text = error.to_string();
    assert!(text.contains("after 2 tries") && text.contains("refused"), "{text}");
}

#[test]
fn an_interrupt_ends_the_pauses() {
    let patience = Patience {
        pause: Duration::from_hours(1),
        longest_pause: Duration::from_hours(1),
        cancelled: || true,
        ..Patience::default()
    };
    let server = Server::start(|_, _| Reply::new(503, ""));
    let client = Client::with_patience(Network::Allowed, patience).unwrap();
    assert!(matches!(client.get(&server.url("/")), Err(RegistryError::Cancelled { .. })));
}

#[test]
fn a_denied_network_opens_no_socket() {
    let server = Server::start(|_, _| Reply::new(200, ""));
    let client = Client::new(Network::Denied).unwrap();
    let (_directory, file) = target();
    let url = server.url("/");
    assert!(matches!(client.get(&url), Err(RegistryError::Offline { .. })));
    assert!(matches!(client.download(&url, &file, &|_, _| {}), Err(RegistryError::Offline { .. })));
    assert_eq!(server.seen().len(), 0);
}

#[test]
fn addresses_are_checked_and_shown_without_their_password() {
    for url in ["", "no url", "ftp://127.0.0.1/x", "file:///etc/passwd"] {
        assert!(matches!(client().get(url), Err(RegistryError::Address { .. })), "{url}");
    }
    let server = Server::start(|_, _| Reply::new(404, ""));
    let url = format!("http://me:secret@{}/x", server.address);
    let error = client().get(&url).unwrap_err();
    assert!(!format!("{error} {error:?}").contains("secret"), "{error:?}");
}
