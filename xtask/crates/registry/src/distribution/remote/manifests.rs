//! Manifests, tags, and blobs as they are read.

use hashing::Digest;
use reqwest::Method;
use reqwest::blocking::Response;

use super::super::page::{pages, read_tags};
use super::super::pull::{MANIFESTS, check, named};
use super::{Remote, TRIES};
use crate::RegistryError;
use crate::ask::Ask;
use crate::client::{accepted, refusal, shown};

/// A manifest as a registry has it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Manifest {
    /// Its digest.
    pub digest: Digest,
    /// What kind of manifest it is.
    pub media_type: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// What became of a manifest that was to be deleted.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Deleted {
    /// It is gone.
    Done,
    /// There was none.
    Absent,
    /// The registry does not do that.
    Unsupported,
}

impl Remote {
    /// The digest of a manifest by tag or digest; nothing when there is none.
    pub fn head_manifest(&self, repository: &str, reference: &str) -> Result<Option<Digest>, RegistryError> {
        let url = self.url(repository, &format!("manifests/{reference}"));
        let expected = reference.parse::<Digest>().ok();
        self.right(&url, || {
            let response = self.ask(repository, &Ask::head(&url).header("accept", MANIFESTS))?;
            if response.status().as_u16() == 404 {
                return Ok(None);
            }
            match named(&accepted(response, &url)?) {
                Some(actual) => check(&url, expected, actual).map(|()| Some(actual)),
                // Only registries that cannot be asked otherwise are made to send the manifest.
                None => Ok(self.manifest(repository, reference)?.map(|manifest| manifest.digest)),
            }
        })
    }

    /// A manifest by tag or digest, checked; nothing when there is none.
    pub fn manifest(&self, repository: &str, reference: &str) -> Result<Option<Manifest>, RegistryError> {
        let url = self.url(repository, &format!("manifests/{reference}"));
        let ask = Ask::get(&url).header("accept", MANIFESTS);
        self.right(&url, || {
            let Some(whole) = self.whole(repository, &ask)? else { return Ok(None) };
            let digest = Digest::of(&whole.bytes);
            check(&url, reference.parse().ok().or(whole.digest), digest)?;
            Ok(Some(Manifest { digest, media_type: whole.media_type, bytes: whole.bytes }))
        })
    }

    /// Puts a manifest under a tag or its digest. Everything that it names must be there already.
    ///
    /// A tag is read back: what the registry says that it leads to now is the manifest, or the call fails.
    pub fn put_manifest(
        &self,
        repository: &str,
        reference: &str,
        media_type: &str,
        bytes: &[u8],
    ) -> Result<Digest, RegistryError> {
        self.put(repository, reference, media_type, bytes).map(|(digest, _)| digest)
    }

    /// The same; also whether the registry knows what a `subject` is.
    pub(super) fn put(
        &self,
        repository: &str,
        reference: &str,
        media_type: &str,
        bytes: &[u8],
    ) -> Result<(Digest, bool), RegistryError> {
        let url = self.url(repository, &format!("manifests/{reference}"));
        let ask = Ask::of(Method::PUT, &url).header("content-type", media_type).body(bytes);
        let response = self.put_again(repository, &ask, &url)?;
        let digest = Digest::of(bytes);
        let knows_subjects = response.headers().contains_key("oci-subject");
        if let Some(taken) = named(&response) {
            check(&url, Some(digest), taken)?;
            if reference.parse::<Digest>().is_ok() {
                return Ok((digest, knows_subjects));
            }
        }
        self.right(&url, || {
            if let Some(kept) = self.head_manifest(repository, reference)? {
                return check(&url, Some(digest), kept);
            }
            let reason = "it took the manifest, and does not have it".to_owned();
            Err(RegistryError::Answer { url: shown(&url), reason })
        })?;
        Ok((digest, knows_subjects))
    }

    /// Repeats what is refused for a digest, which is right: distribution takes a blob for damaged whose link another
    /// upload of the same blob is writing at that moment.
    fn put_again(&self, repository: &str, ask: &Ask, url: &str) -> Result<Response, RegistryError> {
        let mut failed = 0;
        loop {
            match accepted(self.ask(repository, ask)?, url) {
                Err(RegistryError::Status { status: 400, message, .. })
                    if message.contains("digest") && failed + 1 < TRIES =>
                {
                    failed += 1;
                    self.registries.client.rest(url, failed, None)?;
                }
                done => return done,
            }
        }
    }

    /// Whether a blob is there.
    pub fn has_blob(&self, repository: &str, digest: &Digest) -> Result<bool, RegistryError> {
        let url = self.url(repository, &format!("blobs/{digest}"));
        self.right(&url, || {
            let response = self.ask(repository, &Ask::head(&url))?;
            if response.status().as_u16() == 404 {
                return Ok(false);
            }
            let response = accepted(response, &url)?;
            match named(&response) {
                Some(actual) => check(&url, Some(*digest), actual).map(|()| true),
                None => Ok(true),
            }
        })
    }

    /// A blob of at most 128 MiB, checked.
    pub fn blob(&self, repository: &str, digest: &Digest) -> Result<Vec<u8>, RegistryError> {
        let url = self.url(repository, &format!("blobs/{digest}"));
        self.right(&url, || {
            let Some(whole) = self.whole(repository, &Ask::get(&url))? else {
                let message = "there is no such blob".to_owned();
                return Err(RegistryError::Status { url: shown(&url), status: 404, message });
            };
            check(&url, Some(*digest), Digest::of(&whole.bytes))?;
            Ok(whole.bytes)
        })
    }

    /// The tags of a repository, sorted; none when there is no such repository.
    pub fn tags(&self, repository: &str) -> Result<Vec<String>, RegistryError> {
        let mut found = Vec::new();
        pages(&self.url(repository, "tags/list?n=1000"), |url| {
            let Some(whole) = self.whole(repository, &Ask::get(url))? else { return Ok(None) };
            found.extend(read_tags(url, &whole.bytes)?);
            Ok(whole.next)
        })?;
        found.sort();
        found.dedup();
        Ok(found)
    }

    /// Deletes a tag, or a manifest by its digest with every tag of it.
    pub fn delete(&self, repository: &str, reference: &str) -> Result<Deleted, RegistryError> {
        let url = self.url(repository, &format!("manifests/{reference}"));
        let response = self.ask(repository, &Ask::of(Method::DELETE, &url))?;
        match response.status().as_u16() {
            200 | 202 | 204 => Ok(Deleted::Done),
            404 => Ok(Deleted::Absent),
            // Registries without deletion of tags call the tag an invalid digest or the method unsupported.
            400 | 405 | 501 => Ok(Deleted::Unsupported),
            _ => Err(refusal(response, &url)),
        }
    }
}
