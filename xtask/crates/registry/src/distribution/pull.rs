//! What is pulled: digests of tags, manifests, blobs, and artifacts of one file such as Helm charts.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use hashing::{Digest, HashingReader};
use reqwest::blocking::Response;
use serde::Deserialize;

use super::page::{next_page, pages, read_tags};
use super::{Reference, Registries};
use crate::RegistryError;
use crate::ask::Ask;
use crate::client::{accepted, body, shown};

/// What a manifest may be: OCI's and Docker's, for one platform or several.
pub(super) const MANIFESTS: &str = "application/vnd.oci.image.index.v1+json, \
     application/vnd.oci.image.manifest.v1+json, \
     application/vnd.docker.distribution.manifest.list.v2+json, \
     application/vnd.docker.distribution.manifest.v2+json";

/// Media types of layers that are an artifact's one file, whatever else is beside it (such as the
/// provenance of a [Helm chart](https://helm.sh/docs/topics/registries/)).
pub const ARCHIVE_TYPES: [&str; 2] =
    ["application/vnd.cncf.helm.chart.content.v1.tar+gzip", "application/vnd.cncf.flux.content.v1.tar+gzip"];

/// The header in which a registry names a manifest's digest.
const DIGEST_HEADER: &str = "docker-content-digest";

/// The part of a manifest that is needed here.
#[derive(Deserialize)]
struct Manifest {
    #[serde(default)]
    layers: Vec<Layer>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Layer {
    media_type: String,
    digest: String,
}

impl Registries {
    fn manifest_url(&self, reference: &Reference) -> String {
        format!("{}/manifests/{}", self.address(reference), reference.version())
    }

    /// The digest of what the reference names now. One that has a digest is not asked for.
    pub fn resolve(&self, reference: &Reference) -> Result<Digest, RegistryError> {
        if let Some(digest) = reference.digest {
            return Ok(digest);
        }
        let url = self.manifest_url(reference);
        let response = self.ask(reference, &Ask::head(&url).header("accept", MANIFESTS))?;
        let response = accepted(response, &url)?;
        match named(&response) {
            Some(digest) => Ok(digest),
            // Only registries that cannot be asked otherwise are made to send the manifest.
            None => Ok(Digest::of(&self.manifest(reference)?)),
        }
    }

    /// The bytes of the manifest or index that the reference names; checked against the reference's digest,
    /// or else against the one the registry names.
    pub fn manifest(&self, reference: &Reference) -> Result<Vec<u8>, RegistryError> {
        let url = self.manifest_url(reference);
        let response = self.ask(reference, &Ask::get(&url).header("accept", MANIFESTS))?;
        let response = accepted(response, &url)?;
        let expected = reference.digest.or_else(|| named(&response));
        let bytes = body(response, &url)?;
        check(&url, expected, Digest::of(&bytes))?;
        Ok(bytes)
    }

    /// Fetches a blob of the reference's repository to the file `to`, and checks it.
    pub fn blob(
        &self,
        reference: &Reference,
        digest: Digest,
        to: &Path,
        progress: &dyn Fn(u64, Option<u64>),
    ) -> Result<(), RegistryError> {
        let url = format!("{}/blobs/{digest}", self.address(reference));
        let download =
            || self.client.download_asked(&self.authorized(reference, Ask::get(&url)), to, progress);
        match download() {
            Err(RegistryError::Status { status: 401, .. }) => {
                // A request for the head finds out which login is wanted.
                accepted(self.ask(reference, &Ask::head(&url))?, &url)?;
                download()?;
            }
            done => {
                done?;
            }
        }
        let actual = digest_of(to)?;
        check(&url, Some(digest), actual).inspect_err(|_| {
            // Kept, it would only be found wrong again.
            let _ = fs::remove_file(to);
        })
    }

    /// Fetches the one file of an artifact to `to`: the layer of a known type ([`ARCHIVE_TYPES`]), or else
    /// the only layer. Returns the layer's digest.
    pub fn pull_file(
        &self,
        reference: &Reference,
        to: &Path,
        progress: &dyn Fn(u64, Option<u64>),
    ) -> Result<Digest, RegistryError> {
        let url = self.manifest_url(reference);
        let wrong = |reason: String| RegistryError::Answer { url: shown(&url), reason };
        let bytes = self.manifest(reference)?;
        let manifest: Manifest = serde_json::from_slice(&bytes)
            .map_err(|error| wrong(format!("it is no image manifest: {error}")))?;
        let known = manifest.layers.iter().find(|layer| ARCHIVE_TYPES.contains(&layer.media_type.as_str()));
        let layer = match (known, manifest.layers.as_slice()) {
            (Some(layer), _) | (None, [layer]) => layer,
            (None, layers) => {
                let reason = format!(
                    "it has {} layers and none is a chart; only an artifact of one file can be pinned",
                    layers.len()
                );
                return Err(wrong(reason));
            }
        };
        let digest = layer.digest.parse().map_err(|error| wrong(format!("{error}")))?;
        self.blob(reference, digest, to, progress)?;
        Ok(digest)
    }

    /// All tags of the reference's repository, in the registry's order.
    pub fn tags(&self, reference: &Reference) -> Result<Vec<String>, RegistryError> {
        let first = format!("{}/tags/list?n=1000", self.address(reference));
        let mut found = Vec::new();
        pages(&first, |url| {
            let response = accepted(self.ask(reference, &Ask::get(url))?, url)?;
            let next = next_page(&response)?;
            found.extend(read_tags(url, &body(response, url)?)?);
            Ok(next)
        })?;
        Ok(found)
    }
}

/// The digest that the registry names, if it can be read.
pub(super) fn named(response: &Response) -> Option<Digest> {
    response.headers().get(DIGEST_HEADER)?.to_str().ok()?.parse().ok()
}

pub(super) fn check(url: &str, expected: Option<Digest>, actual: Digest) -> Result<(), RegistryError> {
    match expected {
        Some(expected) if expected != actual => {
            Err(RegistryError::Content { url: shown(url), expected, actual })
        }
        _ => Ok(()),
    }
}

fn digest_of(path: &Path) -> Result<Digest, RegistryError> {
    let file = File::open(path).map_err(RegistryError::file(path, "read"))?;
    let mut reader = HashingReader::new(file);
    io::copy(&mut reader, &mut io::sink()).map_err(RegistryError::file(path, "read"))?;
    Ok(reader.finish().1)
}
