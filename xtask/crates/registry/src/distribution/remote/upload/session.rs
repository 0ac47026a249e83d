//! One upload: where it goes on and how far it is.

use hashing::Digest;
use reqwest::blocking::Response;
use reqwest::{Method, Url};

use super::super::super::page::resolve;
use super::super::super::pull::{check, named};
use super::super::Remote;
use crate::RegistryError;
use crate::ask::Ask;
use crate::client::{accepted, shown};

const BYTES: &str = "application/octet-stream";

/// An upload that a registry has begun.
pub(super) struct Session {
    /// Where the next request goes.
    url: String,
    /// How many bytes the registry has.
    at: usize,
    /// Bytes that a piece must have, the last one aside.
    least: usize,
}

impl Session {
    pub(super) fn of(response: &Response, url: &str) -> Result<Self, RegistryError> {
        let least = response.headers().get("oci-chunk-min-length").and_then(|value| value.to_str().ok());
        let least = least.and_then(|text| text.trim().parse().ok()).unwrap_or(0);
        Ok(Self { url: location(response, url)?, at: 0, least })
    }
}

impl Remote {
    /// Sends a blob to its end.
    pub(super) fn send(
        &self,
        repository: &str,
        mut session: Session,
        digest: &Digest,
        bytes: &[u8],
        chunk: usize,
    ) -> Result<(), RegistryError> {
        let chunk = chunk.max(session.least);
        let mut failed = 0;
        while bytes.len() > chunk && session.at < bytes.len() {
            let before = session.at;
            match self.piece(repository, &mut session, bytes, chunk) {
                Ok(()) => {}
                Err(error) => self.go_on(repository, &mut session, error)?,
            }
            if session.at < before || session.at > bytes.len() {
                let reason = format!("it says that it has {} bytes of the upload", session.at);
                return Err(RegistryError::Answer { url: shown(&session.url), reason });
            }
            failed = if session.at > before { 0 } else { failed + 1 };
            self.pause(&session, failed)?;
        }
        loop {
            let before = session.at;
            let Err(error) = self.end(repository, &session, digest, bytes) else { return Ok(()) };
            // The answer alone may have been lost.
            if may_pass(&error) && self.has_blob(repository, digest)? {
                return Ok(());
            }
            self.go_on(repository, &mut session, error)?;
            if session.at != before {
                let reason = format!("it has {} bytes of the upload in place of {before}", session.at);
                return Err(RegistryError::Answer { url: shown(&session.url), reason });
            }
            failed += 1;
            self.pause(&session, failed)?;
        }
    }

    /// Waits after a failure, and gives up after too many.
    fn pause(&self, session: &Session, failed: u32) -> Result<(), RegistryError> {
        let patience = &self.registries.client.patience;
        if failed == 0 {
            return Ok(());
        }
        if failed >= patience.tries {
            let reason = "the upload does not get on".to_owned();
            return Err(RegistryError::Unreachable { url: shown(&session.url), tries: failed, reason });
        }
        self.registries.client.rest(&session.url, failed, None)
    }

    /// Sends the piece that is next.
    fn piece(
        &self,
        repository: &str,
        session: &mut Session,
        bytes: &[u8],
        chunk: usize,
    ) -> Result<(), RegistryError> {
        let (at, end) = (session.at, bytes.len().min(session.at + chunk));
        let ask = Ask::of(Method::PATCH, &session.url)
            .header("content-type", BYTES)
            .header("content-range", format!("{at}-{}", end.saturating_sub(1)))
            .body(bytes.get(at..end).unwrap_or_default())
            .once();
        let response = accepted(self.ask(repository, &ask)?, &session.url)?;
        session.at = match received(&response) {
            // One byte looks like none.
            Some(0) if end == 1 => 1,
            received => received.unwrap_or(end),
        };
        session.url = location(&response, &session.url)?;
        Ok(())
    }

    /// Sends what is left and says that this is all.
    fn end(
        &self,
        repository: &str,
        session: &Session,
        digest: &Digest,
        bytes: &[u8],
    ) -> Result<(), RegistryError> {
        let url = with_digest(&session.url, digest)?;
        let rest = bytes.get(session.at..).unwrap_or_default();
        let ask = Ask::of(Method::PUT, &url).header("content-type", BYTES).body(rest).once();
        let response = accepted(self.ask(repository, &ask)?, &session.url)?;
        match (response.status().as_u16(), named(&response)) {
            (_, Some(actual)) => check(&session.url, Some(*digest), actual),
            (201, None) => Ok(()),
            // An answer to something else, as the specification has it.
            (status, None) => {
                let reason = format!("status {status} does not say that the upload has ended");
                Err(RegistryError::Answer { url: shown(&session.url), reason })
            }
        }
    }

    /// Asks how far the upload is after a failure; the failure itself is the answer when the upload cannot go on.
    fn go_on(
        &self,
        repository: &str,
        session: &mut Session,
        error: RegistryError,
    ) -> Result<(), RegistryError> {
        if !may_pass(&error) {
            return Err(error);
        }
        let answer = self.ask(repository, &Ask::get(&session.url));
        let Ok(response) = answer.and_then(|response| accepted(response, &session.url)) else {
            return Err(error);
        };
        let Some(at) = received(&response) else { return Err(error) };
        session.at = at;
        session.url = location(&response, &session.url).unwrap_or_else(|_| session.url.clone());
        Ok(())
    }
}

/// Whether the upload may be as good as before.
fn may_pass(error: &RegistryError) -> bool {
    match error {
        RegistryError::Unreachable { .. } => true,
        RegistryError::Status { status, .. } => matches!(status, 408 | 416 | 429 | 500..),
        _ => false,
    }
}

/// `Location`, which may be relative.
fn location(response: &Response, url: &str) -> Result<String, RegistryError> {
    let found = response.headers().get("location").and_then(|value| value.to_str().ok());
    let joined = found.and_then(|found| resolve(response.url(), found));
    joined.map(|joined| joined.to_string()).ok_or_else(|| {
        let reason = "it does not say where the upload goes on".to_owned();
        RegistryError::Answer { url: shown(url), reason }
    })
}

/// `Range: 0-<last byte>`: how many bytes the registry has. Nothing is `0-0`, for which some say `0--1`.
fn received(response: &Response) -> Option<usize> {
    let text = response.headers().get("range")?.to_str().ok()?.trim();
    let (_, last) = text.strip_prefix("bytes=").unwrap_or(text).split_once('-')?;
    match last.trim() {
        "" | "-1" | "0" => Some(0),
        last => last.parse::<usize>().ok()?.checked_add(1),
    }
}

fn with_digest(url: &str, digest: &Digest) -> Result<String, RegistryError> {
    let mut parsed = Url::parse(url)
        .map_err(|error| RegistryError::Address { url: shown(url), reason: error.to_string() })?;
    parsed.query_pairs_mut().append_pair("digest", &digest.to_string());
    Ok(parsed.to_string())
}
