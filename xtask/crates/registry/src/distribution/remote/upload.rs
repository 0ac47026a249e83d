//! Sending blobs: at once when they are small, in pieces that go on where they broke off when they are not.
//!
//! What changes an upload is never sent twice on a guess: after a failure the registry is asked how far it came. Some
//! registries append a repeated piece to the first one.

mod session;

use hashing::Digest;
use reqwest::Method;

use super::super::pull::{check, named};
use super::Remote;
use crate::RegistryError;
use crate::ask::Ask;
use crate::client::{accepted, shown};
use session::Session;

/// New beginnings of an upload.
const BEGINNINGS: u32 = 4;
/// Smaller pieces are not tried when a server finds them too big.
const SMALLEST: usize = 64 << 10;

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
        let actual = Digest::of(bytes);
        if actual != *digest {
            let url = self.url(repository, &format!("blobs/{digest}"));
            return Err(RegistryError::Content { url: shown(&url), expected: *digest, actual });
        }
        if self.has_blob(repository, digest)? {
            return Ok(Pushed::Present);
        }
        let mut chunk = self.chunk;
        let mut failed = 0;
        loop {
            let session = match mount_from.filter(|_| failed == 0) {
                Some(from) => self.mount(repository, digest, from)?,
                None => Some(self.begin(repository)?),
            };
            let Some(session) = session else { return Ok(Pushed::Mounted) };
            let Err(error) = self.send(repository, session, digest, bytes, chunk) else {
                return Ok(Pushed::Uploaded);
            };
            failed += 1;
            if is_final(&error) || failed >= BEGINNINGS {
                return Err(error);
            }
            match error.status() {
                Some(413) if chunk.min(bytes.len()) > SMALLEST => chunk = chunk.min(bytes.len()).div_ceil(4),
                Some(413) => return Err(error),
                // What does not know pieces may take the whole.
                Some(400..500) => chunk = bytes.len(),
                _ => {}
            }
            self.registries.client.rest(self.base(), failed, None)?;
            if self.has_blob(repository, digest)? {
                return Ok(Pushed::Uploaded);
            }
        }
    }

    /// A new upload.
    fn begin(&self, repository: &str) -> Result<Session, RegistryError> {
        let url = self.url(repository, "blobs/uploads/");
        let response = accepted(self.ask(repository, &Ask::of(Method::POST, &url).body(b""))?, &url)?;
        Session::of(&response, &url)
    }

    /// Nothing when the registry has taken the blob from another repository, else an upload.
    fn mount(&self, repository: &str, digest: &Digest, from: &str) -> Result<Option<Session>, RegistryError> {
        let from = self.reference(from).repository;
        let url = self.url(repository, &format!("blobs/uploads/?mount={digest}&from={from}"));
        match self.ask(repository, &Ask::of(Method::POST, &url).body(b"")) {
            Ok(response) if response.status().as_u16() == 201 => match named(&response) {
                Some(actual) => check(&url, Some(*digest), actual).map(|()| None),
                None => Ok(None),
            },
            Ok(response) if response.status().is_success() => Session::of(&response, &url).map(Some),
            // A registry that mounts for nobody, or not for us, takes an upload.
            Ok(response) if response.status().is_client_error() => self.begin(repository).map(Some),
            Err(RegistryError::Login { .. }) => self.begin(repository).map(Some),
            Ok(response) => accepted(response, &url).and_then(|_| self.begin(repository)).map(Some),
            Err(error) => Err(error),
        }
    }
}

/// Whether another beginning would end the same way.
fn is_final(error: &RegistryError) -> bool {
    use RegistryError::{Address, Cancelled, Login, Offline, Setup};
    matches!(error, Offline { .. } | Cancelled { .. } | Login { .. } | Address { .. } | Setup { .. })
        || matches!(error.status(), Some(401 | 403 | 405 | 507))
}
