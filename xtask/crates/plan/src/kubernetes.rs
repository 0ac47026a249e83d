//! What Kubernetes of a version knows: its `OpenAPI` document, read when the first step needs it.

use std::sync::OnceLock;

use diag::Diagnostic;
use hashing::Digest;
use inputs::{Fetched, Fetcher, Kind, Lock, Pin};
use schema::Kubernetes;
use store::Store;

use crate::error::PlanError;
use crate::pins;

/// The file of the pin that is read.
const DOCUMENT: &str = "swagger.json";

/// The pinned API of a Kubernetes version.
pub(crate) struct Api<'a> {
    pin: &'a Pin,
    parsed: OnceLock<Kubernetes>,
}

impl<'a> Api<'a> {
    /// The API of `version`.
    pub(crate) fn find(lock: &'a Lock, version: &str) -> Result<Self, PlanError> {
        let pin = pins::required(lock, Kind::Schema, "kubernetes", Some(version))?;
        Ok(Self { pin, parsed: OnceLock::new() })
    }

    /// Its identity.
    pub(crate) fn digest(&self) -> Digest {
        self.pin.digest.digest().unwrap_or_else(|| Digest::of(b""))
    }

    /// Its pin.
    pub(crate) fn pin(&self) -> &'a Pin {
        self.pin
    }

    /// The parsed document.
    pub(crate) fn get(&self, fetcher: &Fetcher<'_>, store: &Store) -> Result<&Kubernetes, PlanError> {
        if let Some(parsed) = self.parsed.get() {
            return Ok(parsed);
        }
        let bytes = match fetcher.fetch(self.pin)? {
            Fetched::File(digest) => store.get(&digest)?,
            Fetched::Tree(digest) => {
                let tree = store.tree_content(&digest)?;
                let file = tree.get(DOCUMENT).ok_or_else(|| {
                    Diagnostic::error(format!("pin `kubernetes` has no `{DOCUMENT}`"))
                        .hint("its `select` must put `api/openapi-spec/swagger.json` there")
                })?;
                file.content.clone()
            }
        };
        let parsed = Kubernetes::parse(&bytes)
            .map_err(|error| Diagnostic::error(format!("pin `kubernetes`: {error}")))?;
        Ok(self.parsed.get_or_init(|| parsed))
    }
}
