//! Referrers: artifacts that speak of another one. Distribution specification 1.1, "Listing Referrers" and
//! "Referrers Tag Schema" for registries that do not list them.

use hashing::Digest;
use serde_json::{Value, json};

use super::Remote;
use crate::RegistryError;
use crate::ask::Ask;

const INDEX: &str = "application/vnd.oci.image.index.v1+json";
const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";

/// An artifact that speaks of another one.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Referrer {
    /// The digest of its manifest.
    pub digest: Digest,
    /// What it is.
    pub artifact_type: Option<String>,
}

impl Remote {
    /// The referrers of a manifest, those of one type if it is given.
    pub fn referrers(
        &self,
        repository: &str,
        subject: &Digest,
        artifact_type: Option<&str>,
    ) -> Result<Vec<Referrer>, RegistryError> {
        let url = self.url(repository, &format!("referrers/{subject}"));
        let index: Value = match self.whole(repository, &Ask::get(&url).header("accept", INDEX))? {
            // Some registries answer what they do not know with a page of their own.
            Some(whole) if whole.media_type.starts_with(INDEX) => {
                serde_json::from_slice(&whole.bytes).unwrap_or_default()
            }
            _ => self.fallback(repository, subject)?.unwrap_or_default(),
        };
        let entries = index["manifests"].as_array().cloned().unwrap_or_default();
        let mut found: Vec<Referrer> = entries.iter().filter_map(read).collect();
        found.retain(|referrer| {
            artifact_type.is_none_or(|wanted| referrer.artifact_type.as_deref() == Some(wanted))
        });
        found.sort_by_key(|referrer| referrer.digest);
        found.dedup();
        Ok(found)
    }

    /// Puts a manifest that has `subject` as its subject. Where the registry does not keep the list, the list is kept
    /// under the subject's tag.
    pub fn attach(
        &self,
        repository: &str,
        subject: &Digest,
        manifest: &[u8],
    ) -> Result<Digest, RegistryError> {
        let (digest, listed) = self.put(repository, &Digest::of(manifest).to_string(), MANIFEST, manifest)?;
        if listed {
            return Ok(digest);
        }
        let mut index = self
            .fallback(repository, subject)?
            .unwrap_or_else(|| json!({"schemaVersion": 2, "mediaType": INDEX, "manifests": []}));
        let entry = entry(&digest, manifest);
        if let Some(entries) = index["manifests"].as_array_mut()
            && !entries.iter().any(|other| other["digest"] == entry["digest"])
        {
            entries.push(entry);
            entries.sort_by_key(|entry| entry["digest"].to_string());
            let bytes = serde_json::to_vec(&index).unwrap_or_default();
            self.put_manifest(repository, &tag(subject), INDEX, &bytes)?;
        }
        Ok(digest)
    }

    fn fallback(&self, repository: &str, subject: &Digest) -> Result<Option<Value>, RegistryError> {
        let found = self.manifest(repository, &tag(subject))?;
        Ok(found.and_then(|manifest| serde_json::from_slice(&manifest.bytes).ok()))
    }
}

/// `sha256-<hex>`.
fn tag(subject: &Digest) -> String {
    format!("sha256-{}", subject.hex())
}

fn read(entry: &Value) -> Option<Referrer> {
    let digest = entry["digest"].as_str()?.parse().ok()?;
    Some(Referrer { digest, artifact_type: entry["artifactType"].as_str().map(str::to_owned) })
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
