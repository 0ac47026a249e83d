//! A registry in memory, as strict as a real one.

use std::collections::BTreeMap;

use hashing::Digest;
use serde_json::{Value, json};

use super::{Reply, Request};

const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
const INDEX: &str = "application/vnd.oci.image.index.v1+json";

/// One repository of it; the name does not matter.
#[derive(Default)]
pub(crate) struct Content {
    pub(crate) blobs: BTreeMap<Digest, Vec<u8>>,
    /// By digest, with the media type.
    pub(crate) manifests: BTreeMap<Digest, (String, Vec<u8>)>,
    pub(crate) tags: BTreeMap<String, Digest>,
    pub(crate) uploads: BTreeMap<usize, Vec<u8>>,
    pub(crate) started: usize,
    /// Whether it lists referrers itself.
    pub(crate) lists_referrers: bool,
}

impl Content {
    /// Answers below `/v2/<one part>/`.
    pub(crate) fn answer(&mut self, request: &Request) -> Reply {
        let path = request.path.splitn(4, '/').nth(3).unwrap_or_default().to_owned();
        let (path, query) = path.split_once('?').unwrap_or((&path, ""));
        let digest = query.split('&').find_map(|pair| pair.strip_prefix("digest="));
        let digest = digest.and_then(|text| text.replace("%3A", ":").parse().ok());
        if let Some(reference) = path.strip_prefix("manifests/") {
            return self.manifest(request, reference);
        }
        if path == "blobs/uploads/" {
            self.started += 1;
            self.uploads.insert(self.started, Vec::new());
            return self.upload_at(self.started, 202);
        }
        if let Some(number) = path.strip_prefix("blobs/uploads/").and_then(|number| number.parse().ok()) {
            return self.upload(request, number, digest);
        }
        if let Some(digest) = path.strip_prefix("blobs/").and_then(|text| text.parse::<Digest>().ok()) {
            return self.blobs.get(&digest).map_or_else(unknown, |blob| Reply::new(200, blob.clone()));
        }
        if let Some(digest) = path.strip_prefix("referrers/").filter(|_| self.lists_referrers) {
            return self.referrers(digest);
        }
        if path == "tags/list" {
            let tags: Vec<&String> = self.tags.keys().collect();
            return Reply::new(200, json!({"tags": tags}).to_string());
        }
        unknown()
    }

    fn manifest(&mut self, request: &Request, reference: &str) -> Reply {
        if request.method == "PUT" {
            return self.put(request, reference);
        }
        let digest = reference.parse().ok().or_else(|| self.tags.get(reference).copied());
        let found = digest.and_then(|digest| Some((digest, self.manifests.get(&digest)?)));
        found.map_or_else(unknown, |(digest, (media_type, bytes))| {
            let reply = Reply::new(200, bytes.clone()).with("content-type", media_type.clone());
            reply.with("docker-content-digest", digest.to_string())
        })
    }

    fn put(&mut self, request: &Request, reference: &str) -> Reply {
        let digest = Digest::of(&request.body);
        let document: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        let layers = document["layers"].as_array().cloned().unwrap_or_default();
        let named = layers.iter().chain([&document["config"]]).filter_map(|blob| blob["digest"].as_str());
        if !named.into_iter().all(|name| self.blobs.contains_key(&name.parse().unwrap())) {
            return Reply::new(400, r#"{"errors": [{"message": "blob unknown to registry"}]}"#);
        }
        if reference.parse::<Digest>().is_ok_and(|wanted| wanted != digest) {
            return Reply::new(400, r#"{"errors": [{"message": "digest invalid"}]}"#);
        }
        self.manifests.insert(digest, (request.header("content-type").to_owned(), request.body.clone()));
        if reference.parse::<Digest>().is_err() {
            self.tags.insert(reference.to_owned(), digest);
        }
        let reply = Reply::new(201, "").with("docker-content-digest", digest.to_string());
        match document["subject"]["digest"].as_str().filter(|_| self.lists_referrers) {
            Some(subject) => reply.with("oci-subject", subject),
            None => reply,
        }
    }

    fn upload(&mut self, request: &Request, number: usize, digest: Option<Digest>) -> Reply {
        let Some(received) = self.uploads.get_mut(&number) else { return unknown() };
        match request.method.as_str() {
            "PATCH" => {
                let start = request.header("content-range").split_once('-').map(|(start, _)| start.parse());
                if start != Some(Ok(received.len())) {
                    return Reply::new(416, "");
                }
                received.extend_from_slice(&request.body);
                self.upload_at(number, 202)
            }
            "PUT" => {
                let mut whole = received.clone();
                whole.extend_from_slice(&request.body);
                let right = Digest::of(&whole);
                if digest != Some(right) {
                    return Reply::new(400, r#"{"errors": [{"message": "digest did not match"}]}"#);
                }
                self.uploads.remove(&number);
                self.blobs.insert(right, whole);
                Reply::new(201, "").with("docker-content-digest", right.to_string())
            }
            _ => self.upload_at(number, 204),
        }
    }

    fn upload_at(&self, number: usize, status: u16) -> Reply {
        let last = self.uploads[&number].len().saturating_sub(1);
        Reply::new(status, "")
            .with("location", format!("/v2/lab/blobs/uploads/{number}"))
            .with("range", format!("0-{last}"))
    }

    fn referrers(&self, subject: &str) -> Reply {
        let of = |bytes: &[u8]| serde_json::from_slice::<Value>(bytes).unwrap_or_default();
        let found: Vec<Value> = self
            .manifests
            .iter()
            .filter(|(_, (_, bytes))| of(bytes)["subject"]["digest"] == subject)
            .map(|(digest, (_, bytes))| {
                json!({"mediaType": MANIFEST, "digest": digest.to_string(), "size": bytes.len(),
                       "artifactType": of(bytes)["artifactType"]})
            })
            .collect();
        let index = json!({"schemaVersion": 2, "mediaType": INDEX, "manifests": found});
        Reply::new(200, index.to_string()).with("content-type", INDEX)
    }
}

fn unknown() -> Reply {
    Reply::new(404, r#"{"errors": [{"message": "unknown"}]}"#)
}
