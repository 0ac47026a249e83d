//! Pushing, against a registry that works and one that fails in every way that a seed gives.

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
const SMALL: &[u8] = b"{}";
const BIG: &[u8] = b"a blob that is sent in several pieces, each of ten bytes";

/// What makes the next request go wrong, out of a seed.
struct Faults(u64);

impl Faults {
    fn next(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }

    /// Answers a request with or without a fault.
    fn answer(&mut self, content: &mut Content, request: &Request) -> Reply {
        match self.next(24) {
            0 => Reply::new(429, "").with("retry-after", "0"),
            1 => Reply::new(500, "oh"),
            2 => Reply::new(503, "<html>busy</html>"),
            3 => Reply { gone: true, ..Reply::new(200, "") },
            // Done, but nobody hears of it.
            4 => {
                content.answer(request);
                Reply { gone: true, ..Reply::new(200, "") }
            }
            5 => {
                content.answer(request);
                Reply::new(502, "")
            }
            6 => {
                let reply = content.answer(request);
                let half = reply.body.len() / 2;
                reply.cut(half)
            }
            7 if request.method == "GET" => {
                let mut reply = content.answer(request);
                if let Some(byte) = reply.body.first_mut() {
                    *byte ^= 1;
                }
                reply
            }
            8 if request.method == "PUT" => {
                let mut reply = content.answer(request);
                reply.headers.retain(|(name, _)| name != "docker-content-digest");
                reply.with("docker-content-digest", Digest::of(b"other").to_string())
            }
            9 => {
                std::thread::sleep(Duration::from_millis(3));
                content.answer(request)
            }
            _ => content.answer(request),
        }
    }
}

fn remote(server: &Server) -> Remote {
    let patience = Patience {
        pause: Duration::from_millis(1),
        longest_pause: Duration::from_millis(2),
        ..Patience::default()
    };
    let options = RemoteOptions { patience, chunk: 10, ..RemoteOptions::new(Network::Allowed) };
    Remote::new(&format!("oci://{}", server.address), options).unwrap()
}

fn manifest() -> Vec<u8> {
    let blob = |kind: &str, bytes: &[u8]| json!({"mediaType": kind, "digest": Digest::of(bytes).to_string(), "size": bytes.len()});
    let document = json!({
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": blob("application/vnd.oci.empty.v1+json", SMALL),
        "layers": [blob("text/plain", BIG)],
    });
    document.to_string().into_bytes()
}

fn referrer() -> Vec<u8> {
    let subject = manifest();
    let mut document: serde_json::Value = serde_json::from_slice(&subject).unwrap();
    document["artifactType"] = json!("text/signature");
    document["subject"] =
        json!({"mediaType": MANIFEST, "digest": Digest::of(&subject).to_string(), "size": subject.len()});
    document.to_string().into_bytes()
}

fn serve(content: &Arc<Mutex<Content>>) -> Server {
    let content = Arc::clone(content);
    Server::start(move |_, request| content.lock().unwrap().answer(request))
}

#[test]
fn what_was_pushed_is_read_back() {
    for lists_referrers in [true, false] {
        let content = Arc::new(Mutex::new(Content { lists_referrers, ..Content::default() }));
        let server = serve(&content);
        let remote = remote(&server);
        let (manifest, referrer) = (manifest(), referrer());
        let digest = Digest::of(&manifest);
        assert_eq!(remote.tags("lab").unwrap(), Vec::<String>::new());
        assert_eq!(remote.head_manifest("lab", "1.0.0").unwrap(), None);
        let refused = remote.put_manifest("lab", "1.0.0", MANIFEST, &manifest).unwrap_err();
        assert!(refused.to_string().contains("blob unknown"), "{refused}");

        for blob in [SMALL, BIG] {
            assert_eq!(remote.push_blob("lab", &Digest::of(blob), blob, None).unwrap(), Pushed::Uploaded);
            assert_eq!(remote.push_blob("lab", &Digest::of(blob), blob, None).unwrap(), Pushed::Present);
            assert_eq!(remote.blob("lab", &Digest::of(blob)).unwrap(), blob);
        }
        let pieces = server.seen().iter().filter(|request| request.method == "PATCH").count();
        assert_eq!(pieces, BIG.len().div_ceil(10), "only the big one");
        assert_eq!(remote.put_manifest("lab", "1.0.0", MANIFEST, &manifest).unwrap(), digest);
        assert_eq!(remote.head_manifest("lab", "1.0.0").unwrap(), Some(digest));
        assert_eq!(remote.manifest("lab", &digest.to_string()).unwrap().unwrap().bytes, manifest);
        assert_eq!(remote.attach("lab", &digest, &referrer).unwrap(), Digest::of(&referrer));
        assert_eq!(remote.attach("lab", &digest, &referrer).unwrap(), Digest::of(&referrer));
        let found = remote.referrers("lab", &digest, Some("text/signature")).unwrap();
        assert_eq!(found.iter().map(|one| one.digest).collect::<Vec<_>>(), [Digest::of(&referrer)]);
        assert!(remote.referrers("lab", &digest, Some("text/other")).unwrap().is_empty());
        assert_eq!(remote.delete("lab", "9.9.9").unwrap(), Deleted::Absent);
    }
}

#[test]
fn five_hundred_ways_to_fail_end_with_the_right_content_or_an_error() {
    let (mut right, mut failed) = (0, 0);
    for seed in 0..500 {
        let content = Arc::new(Mutex::new(Content { lists_referrers: seed % 2 == 0, ..Content::default() }));
        let faults = Mutex::new(Faults(seed));
        let shared = Arc::clone(&content);
        let server = Server::start(move |_, request| {
            faults.lock().unwrap().answer(&mut shared.lock().unwrap(), request)
        });
        let remote = remote(&server);
        let (manifest, referrer) = (manifest(), referrer());
        let digest = Digest::of(&manifest);
        let pushed = push(&remote, &manifest, &referrer);
        {
            let content = content.lock().unwrap();
            for (tag, leads_to) in &content.tags {
                assert!(content.manifests.contains_key(leads_to), "seed {seed}: `{tag}` leads to nothing");
            }
            if pushed.is_ok() {
                assert_eq!(content.tags.get("1.0.0"), Some(&digest), "seed {seed}");
                assert_eq!(content.blobs.get(&Digest::of(BIG)).map(Vec::as_slice), Some(BIG), "seed {seed}");
            }
        }
        count(pushed.is_ok(), &mut right, &mut failed);
        match remote.manifest("lab", &digest.to_string()) {
            Ok(found) => {
                assert!(found.is_none_or(|found| found.bytes == manifest), "seed {seed}: another manifest");
                right += 1;
            }
            Err(_) => failed += 1,
        }
        match remote.blob("lab", &Digest::of(BIG)) {
            Ok(found) => {
                assert_eq!(found, BIG, "seed {seed}: another blob");
                right += 1;
            }
            Err(error) => {
                assert!(!error.to_string().is_empty());
                failed += 1;
            }
        }
        // What was interrupted is completed by another try without faults.
        let server = serve(&content);
        let remote = crate::remote(&server);
        push(&remote, &manifest, &referrer).unwrap();
        let found = remote.referrers("lab", &digest, Some("text/signature")).unwrap();
        assert_eq!(found.len(), 1, "seed {seed}");
        if seed % 100 == 99 {
            println!("{} of 500 scripts", seed + 1);
        }
    }
    assert!(
        right > 1200 && failed > 5,
        "{right} right, {failed} failed: the faults are neither too few nor too many"
    );
}

fn count(good: bool, right: &mut usize, failed: &mut usize) {
    *(if good { right } else { failed }) += 1;
}

fn push(remote: &Remote, manifest: &[u8], referrer: &[u8]) -> Result<(), RegistryError> {
    for blob in [SMALL, BIG] {
        remote.push_blob("lab", &Digest::of(blob), blob, None)?;
    }
    remote.put_manifest("lab", &Digest::of(manifest).to_string(), MANIFEST, manifest)?;
    remote.attach("lab", &Digest::of(manifest), referrer)?;
    remote.put_manifest("lab", "1.0.0", MANIFEST, manifest).map(drop)
}

#[test]
fn tokens_that_expire_in_the_middle_are_renewed() {
    let content = Arc::new(Mutex::new(Content::default()));
    let shared = Arc::clone(&content);
    // A token is good for three requests.
    let state = Mutex::new((0_u32, 0_u32));
    let server = Server::start(move |_, request| {
        let mut state = state.lock().unwrap();
        if request.path.starts_with("/token") {
            *state = (state.0 + 1, 3);
            return Reply::new(200, json!({"token": format!("t{}", state.0)}).to_string());
        }
        let good = request.header("authorization") == format!("Bearer t{}", state.0) && state.1 > 0;
        if !good {
            let realm = format!("http://{}/token", request.header("host"));
            let scope = "repository:lab:pull,push";
            return Reply::new(401, "").with(
                "www-authenticate",
                format!("Bearer realm=\"{realm}\",service=\"x\",scope=\"{scope}\""),
            );
        }
        state.1 -= 1;
        shared.lock().unwrap().answer(request)
    });
    let remote = remote(&server);
    push(&remote, &manifest(), &referrer()).unwrap();
    assert_eq!(content.lock().unwrap().tags.get("1.0.0"), Some(&Digest::of(&manifest())));
    let asked: Vec<_> =
        server.seen().into_iter().filter(|request| request.path.starts_with("/token")).collect();
    assert!(asked.len() > 3, "{} tokens", asked.len());
    assert!(asked.iter().all(|request| request.path.contains("push")), "{}", asked[0].path);
}

#[test]
fn refusals_say_what_was_asked_and_offline_asks_nobody() {
    let server = Server::start(|_, _| Reply::new(405, r#"{"errors": [{"message": "this is a mirror"}]}"#));
    let remote = remote(&server);
    let error = remote.put_manifest("lab", "1.0.0", MANIFEST, &manifest()).unwrap_err().to_string();
    assert!(error.contains("/v2/lab/manifests/1.0.0` answered 405: this is a mirror"), "{error}");
    assert_eq!(server.seen().len(), 1, "a refusal is final");
    assert_eq!(remote.delete("lab", "1.0.0").unwrap(), Deleted::Unsupported);

    let offline = RemoteOptions { credentials: Credentials::none(), ..RemoteOptions::new(Network::Denied) };
    let remote = Remote::new(&format!("oci://{}/x", server.address), offline).unwrap();
    let before = server.seen().len();
    assert!(matches!(remote.tags("lab"), Err(RegistryError::Offline { .. })));
    assert!(matches!(
        remote.push_blob("lab", &Digest::of(SMALL), SMALL, None),
        Err(RegistryError::Offline { .. })
    ));
    assert_eq!(server.seen().len(), before);
    for wrong in ["oci://", "oci://UPPER/Path", "oci://a b/c", "oci://host:99999/x"] {
        assert!(Remote::new(wrong, RemoteOptions::new(Network::Denied)).is_err(), "{wrong}");
    }
}
