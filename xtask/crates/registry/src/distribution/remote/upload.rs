//! Sending blobs: at once when they are small, in pieces that go on where they broke off when they are not.

use hashing::Digest;
use reqwest::blocking::Response;
use reqwest::{Method, Url};

use super::super::pull::{check, named};
use super::{Remote, TRIES};
use crate::RegistryError;
use crate::ask::Ask;
use crate::client::{accepted, shown};

/// How a blob got into a repository.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Pushed {
    /// It was there.
    Present,
    /// The registry took it from another repository.
    Mounted,
    /// It was sent.
    Uploaded,
}

impl Remote {
    /// Puts a blob into a repository unless it is there, by a mount from another repository if that has it.
    pub fn push_blob(
        &self,
        repository: &str,
        digest: &Digest,
        bytes: &[u8],
        mount_from: Option<&str>,
    ) -> Result<Pushed, RegistryError> {
        let mut failed = 0;
        loop {
            if self.has_blob(repository, digest)? {
                return Ok(if failed == 0 { Pushed::Present } else { Pushed::Uploaded });
            }
            let start = match mount_from.filter(|_| failed == 0) {
                Some(from) => self.mount(repository, digest, from)?,
                None => Some(self.begin(repository)?),
            };
            let Some(upload) = start else { return Ok(Pushed::Mounted) };
            match self.send(repository, upload, digest, bytes) {
                Ok(()) => return Ok(Pushed::Uploaded),
                Err(error) if is_final(&error) => return Err(error),
                Err(error) => {
                    failed += 1;
                    if failed >= TRIES {
                        return Err(error);
                    }
                    self.registries.client.rest(self.base(), failed, None)?;
                }
            }
        }
    }

    /// The address of a new upload.
    fn begin(&self, repository: &str) -> Result<String, RegistryError> {
        let url = self.url(repository, "blobs/uploads/");
        let response = self.ask(repository, &Ask::of(Method::POST, &url).body(b""))?;
        location(&accepted(response, &url)?, &url)
    }

    /// Nothing when the registry has taken the blob from another repository, else the address of an upload.
    fn mount(&self, repository: &str, digest: &Digest, from: &str) -> Result<Option<String>, RegistryError> {
        let from = self.reference(from).repository;
        let url = self.url(repository, &format!("blobs/uploads/?mount={digest}&from={from}"));
        let response = self.ask(repository, &Ask::of(Method::POST, &url).body(b""))?;
        if response.status().as_u16() == 201 {
            return Ok(None);
        }
        // A registry that mounts for nobody, or not for us, takes an upload.
        if response.status().is_client_error() {
            return self.begin(repository).map(Some);
        }
        location(&accepted(response, &url)?, &url).map(Some)
    }

    fn send(
        &self,
        repository: &str,
        upload: String,
        digest: &Digest,
        bytes: &[u8],
    ) -> Result<(), RegistryError> {
        let (mut url, mut at) = (upload, 0);
        if bytes.len() > self.chunk {
            while at < bytes.len() {
                (url, at) = self.piece(repository, &url, at, bytes)?;
            }
        }
        let rest = bytes.get(at..).unwrap_or_default();
        let ended = with_digest(&url, digest)?;
        let ask = Ask::of(Method::PUT, &ended).header("content-type", "application/octet-stream").body(rest);
        let response = accepted(self.ask(repository, &ask)?, &ended)?;
        named(&response).map_or(Ok(()), |actual| check(&ended, Some(*digest), actual))
    }

    /// Sends the piece at a byte; where the upload goes on, and from which byte. After a failure the registry is asked
    /// how far it came.
    fn piece(
        &self,
        repository: &str,
        url: &str,
        at: usize,
        bytes: &[u8],
    ) -> Result<(String, usize), RegistryError> {
        let end = bytes.len().min(at + self.chunk);
        let piece = bytes.get(at..end).unwrap_or_default();
        let ask = Ask::of(Method::PATCH, url)
            .header("content-type", "application/octet-stream")
            .header("content-range", format!("{at}-{}", end.saturating_sub(1)))
            .body(piece);
        let answer = self.ask(repository, &ask).and_then(|response| accepted(response, url));
        match answer.and_then(|response| Ok((location(&response, url)?, received(&response)))) {
            Ok((next, received)) => Ok((next, received.unwrap_or(end))),
            Err(error) => match self.progress(repository, url) {
                // Without progress the same piece would fail for ever.
                Some((next, received)) if received > at && received <= bytes.len() => Ok((next, received)),
                _ => Err(error),
            },
        }
    }

    /// Where an upload stands: the address it goes on at, and how many bytes it has.
    fn progress(&self, repository: &str, url: &str) -> Option<(String, usize)> {
        let response = accepted(self.ask(repository, &Ask::get(url)).ok()?, url).ok()?;
        let received = received(&response)?;
        Some((location(&response, url).unwrap_or_else(|_| url.to_owned()), received))
    }
}

/// Whether trying again from the start is useless.
fn is_final(error: &RegistryError) -> bool {
    use RegistryError::{Cancelled, Login, Offline, Status};
    match error {
        Offline { .. } | Cancelled { .. } | Login { .. } => true,
        // Lost uploads are 404 and 416; some registries say 400 for a digest that a proxy made wrong.
        Status { status, .. } => !matches!(status, 400 | 404 | 416 | 500..),
        _ => false,
    }
}

/// `Location`, which may be relative.
fn location(response: &Response, url: &str) -> Result<String, RegistryError> {
    let found = response.headers().get("location").and_then(|value| value.to_str().ok());
    let joined = found.and_then(|found| response.url().join(found).ok());
    joined.map(|joined| joined.to_string()).ok_or_else(|| {
        let reason = "it does not say where the upload goes on".to_owned();
        RegistryError::Answer { url: shown(url), reason }
    })
}

/// `Range: 0-<last byte>`: how many bytes the registry has. Nothing is `0-0` or no header.
fn received(response: &Response) -> Option<usize> {
    let text = response.headers().get("range")?.to_str().ok()?;
    let last: usize = text.rsplit_once('-')?.1.trim().parse().ok()?;
    Some(if last == 0 { 0 } else { last + 1 })
}

fn with_digest(url: &str, digest: &Digest) -> Result<String, RegistryError> {
    let mut parsed = Url::parse(url)
        .map_err(|error| RegistryError::Address { url: shown(url), reason: error.to_string() })?;
    parsed.query_pairs_mut().append_pair("digest", &digest.to_string());
    Ok(parsed.to_string())
}
