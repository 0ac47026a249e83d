//! The pinned programs of a build, fetched when the first step needs one.

use std::path::PathBuf;
use std::sync::OnceLock;

use hashing::Digest;
use inputs::{Fetched, Fetcher, Kind, Lock, Pin};
use store::Store;

use crate::build::Session;
use crate::error::PlanError;
use crate::pins;

/// A program that is pinned.
pub(crate) struct Tool<'a> {
    pin: &'a Pin,
    digest: Digest,
    path: OnceLock<PathBuf>,
}

impl<'a> Tool<'a> {
    /// The program `name` of the lock.
    pub(crate) fn find(lock: &'a Lock, name: &str) -> Result<Self, PlanError> {
        let pin = pins::required(lock, Kind::Tool, name, None)?;
        let digest = pin.digest.digest().unwrap_or_else(|| Digest::of(b""));
        Ok(Self { pin, digest, path: OnceLock::new() })
    }

    /// Its identity: the digest of the binary.
    pub(crate) fn digest(&self) -> Digest {
        self.digest
    }

    /// Its pin.
    pub(crate) fn pin(&self) -> &'a Pin {
        self.pin
    }

    /// The binary, ready to run.
    pub(crate) fn path(&self, fetcher: &Fetcher<'_>, store: &Store) -> Result<PathBuf, PlanError> {
        if let Some(path) = self.path.get() {
            return Ok(path.clone());
        }
        let digest = match fetcher.fetch(self.pin)? {
            Fetched::File(digest) | Fetched::Tree(digest) => digest,
        };
        let path = store.executable(&digest)?;
        Ok(self.path.get_or_init(|| path).clone())
    }
}

/// The pinned `kubectl`, fetched if it is not in the store.
pub fn kubectl(session: &Session<'_>) -> Result<PathBuf, PlanError> {
    session.kubectl.path(&session.fetcher, session.store)
}
