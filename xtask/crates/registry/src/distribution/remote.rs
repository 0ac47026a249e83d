//! One place in a registry that is read and written: a base path and the repositories below it.
//!
//! Every call is whole or an error: what is read is checked against its digest, what was written against the digest
//! that the registry answers with. Calls that failed halfway are repeated; none of them moves a tag before what it
//! leads to is there.

mod manifests;
mod options;
mod referrers;
mod upload;

use std::sync::Arc;

use reqwest::blocking::Response;

use super::login::Registries;
use super::page::next_page;
use super::pull::named;
use super::reference::Reference;
use crate::ask::Ask;
use crate::client::{accepted, body};
use crate::{Client, RegistryError};

pub use manifests::{Deleted, Manifest};
pub use options::RemoteOptions;
pub use referrers::Referrer;
pub use upload::Pushed;

/// How often an answer with wrong content is asked for again.
const TRIES: u32 = 3;

/// A base path in a registry, with a login, TLS settings and a pool of connections. Clones share all of it.
#[derive(Clone, Debug)]
pub struct Remote {
    registries: Arc<Registries>,
    /// The registry and the base path.
    base: Reference,
    text: String,
    chunk: usize,
}

impl Remote {
    /// The place `oci://host[:port][/path]`.
    pub fn new(base: &str, options: RemoteOptions) -> Result<Self, RegistryError> {
        let text = base.strip_prefix("oci://").unwrap_or(base).trim_end_matches('/').to_owned();
        // A registry alone is no reference, and what is below it is one.
        let mut parsed: Reference = format!("{text}/x").parse().map_err(|error| match error {
            RegistryError::Reference { reason, .. } => {
                RegistryError::Reference { text: base.to_owned(), reason }
            }
            error => error,
        })?;
        let path = parsed.repository.strip_suffix('x').unwrap_or_default();
        let path = path.trim_end_matches('/').to_owned();
        parsed.repository = path;
        let client = Client::trusting(options.network, options.patience, options.authorities.as_deref())?;
        let mut registries = Registries::new(&client, options.credentials);
        registries.plain = options.plain_http;
        Ok(Self { registries: Arc::new(registries), base: parsed, text, chunk: options.chunk.max(1) })
    }

    /// `host[:port][/path]`.
    pub fn base(&self) -> &str {
        &self.text
    }

    /// Whether HTTP is spoken without TLS.
    pub fn is_plain(&self) -> bool {
        self.url("", "").starts_with("http://")
    }

    /// How many requests were sent so far.
    pub fn requests(&self) -> u64 {
        self.registries.client.requests()
    }

    fn reference(&self, repository: &str) -> Reference {
        let path = [self.base.repository.as_str(), repository];
        let path = path.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("/");
        Reference { repository: path, ..self.base.clone() }
    }

    fn url(&self, repository: &str, rest: &str) -> String {
        format!("{}/{rest}", self.registries.address(&self.reference(repository)))
    }

    /// Any answer that counts, refusals included.
    fn ask(&self, repository: &str, ask: &Ask) -> Result<Response, RegistryError> {
        self.registries.ask(&self.reference(repository), ask)
    }

    /// An answer with its whole body; nothing when there is no such thing.
    fn whole(&self, repository: &str, ask: &Ask) -> Result<Option<Whole>, RegistryError> {
        let mut failed = 0;
        loop {
            let response = self.ask(repository, ask)?;
            if response.status().as_u16() == 404 {
                return Ok(None);
            }
            let response = accepted(response, &ask.url)?;
            let (digest, next) = (named(&response), next_page(&response)?);
            let media_type = response.headers().get("content-type").and_then(|value| value.to_str().ok());
            let media_type = media_type.unwrap_or_default().to_owned();
            match body(response, &ask.url) {
                Err(error @ RegistryError::Unreachable { .. }) => {
                    failed += 1;
                    if failed >= self.registries.client.patience.tries {
                        return Err(error);
                    }
                    self.registries.client.rest(&ask.url, failed, None)?;
                }
                bytes => return Ok(Some(Whole { bytes: bytes?, digest, next, media_type })),
            }
        }
    }

    /// Repeats a read whose content is not what was asked for: a proxy may have cut or mixed it up.
    fn right<T>(&self, url: &str, read: impl Fn() -> Result<T, RegistryError>) -> Result<T, RegistryError> {
        let mut failed = 0;
        loop {
            match read() {
                Err(error @ RegistryError::Content { .. }) => {
                    failed += 1;
                    if failed >= TRIES {
                        return Err(error);
                    }
                    self.registries.client.rest(url, failed, None)?;
                }
                done => return done,
            }
        }
    }
}

/// A whole answer.
struct Whole {
    bytes: Vec<u8>,
    /// The digest that the registry names.
    digest: Option<hashing::Digest>,
    /// The page after this one.
    next: Option<String>,
    media_type: String,
}
