//! Referrers: artifacts that speak of another one. Distribution specification 1.1, "Listing Referrers" and
//! "Referrers Tag Schema" for registries that do not list them.

use std::collections::BTreeMap;

use hashing::Digest;
use reqwest::Url;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::super::page::pages;
use super::{Remote, TRIES};
use crate::RegistryError;
use crate::ask::Ask;
use crate::client::shown;

const INDEX: &str = "application/vnd.oci.image.index.v1+json";
const EMPTY: &str = "application/vnd.oci.empty.v1+json";
const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";

/// An artifact that speaks of another one, as the list has it.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Referrer {
    /// What kind of manifest it is.
    pub media_type: String,
    /// The digest of its manifest.
    pub digest: Digest,
    /// Bytes of its manifest.
    pub size: u64,
    /// What it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub artifact_type: Option<String>,
    /// Those of its manifest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub annotations: Option<BTreeMap<String, String>>,
}

impl Remote {
    /// The referrers of a manifest, those of one type if it is given, sorted by digest.
    pub fn referrers(
        &self,
        repository: &str,
        subject: &Digest,
        artifact_type: Option<&str>,
    ) -> Result<Vec<Referrer>, RegistryError> {
        let url = self.url(repository, &format!("referrers/{subject}"));
        let mut found = match self.listed(repository, &filtered(&url, artifact_type)?)? {
            Some(listed) => listed,
            None => match self.fallback(repository, subject)? {
                Some(index) => entries(&url, &index)?,
                None => Vec::new(),
            },
        };
        for referrer in &mut found {
            self.complete(repository, referrer)?;
        }
        found.retain(|referrer| {
            artifact_type.is_none_or(|wanted| referrer.artifact_type.as_deref() == Some(wanted))
        });
        found.sort_by_key(|referrer| referrer.digest);
        found.dedup_by_key(|referrer| referrer.digest);
        Ok(found)
    }

    /// Puts a manifest that has `subject` as its subject. Where the registry does not keep the list, the list is kept
    /// under the subject's tag; a registry cannot compare and swap, so of two calls for one subject at the same moment
    /// one may be missing from it.
    pub fn attach(
        &self,
        repository: &str,
        subject: &Digest,
        manifest: &[u8],
    ) -> Result<Digest, RegistryError> {
        let (digest, listed) = self.put(repository, &Digest::of(manifest).to_string(), MANIFEST, manifest)?;
        let mut tries = if listed { 0 } else { TRIES };
        while tries > 0 && self.enlist(repository, subject, &digest, manifest)? {
            tries -= 1;
        }
        Ok(digest)
    }

    /// Puts an entry into the list under the subject's tag; false when it is there already.
    fn enlist(
        &self,
        repository: &str,
        subject: &Digest,
        digest: &Digest,
        manifest: &[u8],
    ) -> Result<bool, RegistryError> {
        let empty = || json!({"schemaVersion": 2, "mediaType": INDEX, "manifests": []});
        let mut index = self.fallback(repository, subject)?.unwrap_or_else(empty);
        let name = digest.to_string();
        let Some(entries) = index.get_mut("manifests").and_then(Value::as_array_mut) else {
            let url = self.url(repository, &format!("manifests/{}", tag(subject)));
            return Err(RegistryError::Answer { url, reason: "it is no list of referrers".to_owned() });
        };
        if entries.iter().any(|other| other["digest"] == name) {
            return Ok(false);
        }
        entries.push(entry(digest, manifest));
        entries.sort_by_key(|entry| entry["digest"].to_string());
        let bytes = serde_json::to_vec(&index).unwrap_or_default();
        self.put_manifest(repository, &tag(subject), INDEX, &bytes)?;
        Ok(true)
    }

    /// The list of a registry that keeps it; nothing when it does not.
    fn listed(&self, repository: &str, first: &str) -> Result<Option<Vec<Referrer>>, RegistryError> {
        let mut found = None;
        pages(first, |url| {
            let whole = match self.whole(repository, &Ask::get(url).header("accept", INDEX)) {
                Err(RegistryError::Status { status: 400 | 405 | 501, .. }) => None,
                whole => whole?,
            };
            // Some registries answer what they do not know with a page of their own.
            let Some(whole) = whole.filter(|whole| whole.media_type.starts_with(INDEX)) else {
                return Ok(None);
            };
            let index = serde_json::from_slice(&whole.bytes).map_err(|error| no_list(url, &error))?;
            found.get_or_insert_with(Vec::new).extend(entries(url, &index)?);
            Ok(whole.next)
        })?;
        Ok(found)
    }

    /// Takes the type from the manifest itself where a registry lists that of the config, which says nothing when
    /// it is empty (`crane registry serve`).
    fn complete(&self, repository: &str, referrer: &mut Referrer) -> Result<(), RegistryError> {
        if !matches!(referrer.artifact_type.as_deref(), None | Some("" | EMPTY)) {
            return Ok(());
        }
        if let Some(manifest) = self.manifest(repository, &referrer.digest.to_string())? {
            let document: Value = serde_json::from_slice(&manifest.bytes).unwrap_or_default();
            let entry = entry(&referrer.digest, &manifest.bytes);
            referrer.artifact_type = entry["artifactType"].as_str().map(str::to_owned);
            if referrer.annotations.is_none() {
                referrer.annotations =
                    document.get("annotations").and_then(|found| BTreeMap::deserialize(found).ok());
            }
        }
        Ok(())
    }

    fn fallback(&self, repository: &str, subject: &Digest) -> Result<Option<Value>, RegistryError> {
        let Some(manifest) = self.manifest(repository, &tag(subject))? else { return Ok(None) };
        let url = self.url(repository, &format!("manifests/{}", tag(subject)));
        serde_json::from_slice(&manifest.bytes).map(Some).map_err(|error| no_list(&url, &error))
    }
}

/// `sha256-<hex>`.
fn tag(subject: &Digest) -> String {
    format!("sha256-{}", subject.hex())
}

fn filtered(url: &str, artifact_type: Option<&str>) -> Result<String, RegistryError> {
    let mut parsed = Url::parse(url)
        .map_err(|error| RegistryError::Address { url: shown(url), reason: error.to_string() })?;
    if let Some(wanted) = artifact_type {
        parsed.query_pairs_mut().append_pair("artifactType", wanted);
    }
    Ok(parsed.to_string())
}

fn no_list(url: &str, error: &serde_json::Error) -> RegistryError {
    RegistryError::Answer { url: shown(url), reason: format!("it is no list of referrers: {error}") }
}

/// The entries of an index; those with digests of other kinds are passed over.
fn entries(url: &str, index: &Value) -> Result<Vec<Referrer>, RegistryError> {
    let entries = index.get("manifests").and_then(Value::as_array);
    let known = |entry: &&Value| entry["digest"].as_str().is_some_and(|text| text.starts_with("sha256:"));
    let read = |entry: &Value| Referrer::deserialize(entry).map_err(|error| no_list(url, &error));
    entries.map_or(&[][..], Vec::as_slice).iter().filter(known).map(read).collect()
}

fn entry(digest: &Digest, manifest: &[u8]) -> Value {
    let document: Value = serde_json::from_slice(manifest).unwrap_or_default();
    let mut entry = json!({"mediaType": MANIFEST, "digest": digest.to_string(), "size": manifest.len()});
    // Without a type of its own an artifact is what its config is.
    let kind = document.get("artifactType").or_else(|| document.pointer("/config/mediaType"));
    if let Some(kind) = kind {
        entry["artifactType"] = kind.clone();
    }
    if let Some(annotations) = document.get("annotations") {
        entry["annotations"] = annotations.clone();
    }
    entry
}
