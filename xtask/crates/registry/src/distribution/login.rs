//! Requests to registries, with the login they ask for.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use reqwest::Url;
use reqwest::blocking::Response;
use reqwest::header::WWW_AUTHENTICATE;
use serde::Deserialize;

use super::challenge::Challenge;
use super::{Credentials, Reference};
use crate::ask::Ask;
use crate::client::{refusal, shown};
use crate::{Client, RegistryError};

/// The registries, seen with one client and one set of logins.
///
/// Tokens are kept for the life of this value, one per repository, and asked for again when a registry no
/// longer takes them.
#[derive(Debug)]
pub struct Registries {
    pub(super) client: Client,
    credentials: Credentials,
    authorizations: Mutex<BTreeMap<String, String>>,
}

/// The answer of a token server; either field holds the token.
#[derive(Deserialize)]
struct Token {
    token: Option<String>,
    access_token: Option<String>,
}

impl Registries {
    /// Registries asked through `client`, with `credentials` for those that want a login.
    pub fn new(client: &Client, credentials: Credentials) -> Self {
        Self { client: client.clone(), credentials, authorizations: Mutex::default() }
    }

    /// Asks a registry, logging in when it wants that. The response may be another refusal.
    pub(super) fn ask(&self, reference: &Reference, ask: &Ask) -> Result<Response, RegistryError> {
        let response = self.client.ask(&self.authorized(reference, ask.clone()))?;
        if response.status().as_u16() != 401 {
            return Ok(response);
        }
        self.log_in(reference, &ask.url, response)?;
        let response = self.client.ask(&self.authorized(reference, ask.clone()))?;
        if response.status().as_u16() == 401 {
            return Err(self.refused(reference, &ask.url, "it does not take the login it was given"));
        }
        Ok(response)
    }

    /// The request with the login that worked last.
    pub(super) fn authorized(&self, reference: &Reference, ask: Ask) -> Ask {
        match self.authorizations().get(&reference.name()) {
            Some(value) => ask.header("authorization", value),
            None => ask,
        }
    }

    /// Gets the login that the refusal asks for, and keeps it for this repository.
    fn log_in(&self, reference: &Reference, url: &str, response: Response) -> Result<(), RegistryError> {
        let challenges = response.headers().get_all(WWW_AUTHENTICATE);
        let mut read = challenges.iter().filter_map(|value| Challenge::parse(value.to_str().ok()?));
        let login = self.credentials.authorization(reference);
        let value = match read.next() {
            Some(Challenge::Bearer { realm, query }) => {
                let login = login.map(|(value, _)| value);
                self.token(reference, &realm, &query, login)?
            }
            Some(Challenge::Basic) => match login {
                Some((value, _)) => value,
                None => return Err(self.refused(reference, url, "there is none")),
            },
            None => return Err(refusal(response, url)),
        };
        self.authorizations().insert(reference.name(), value);
        Ok(())
    }

    /// A token for pulling, with or without a login of the user's.
    fn token(
        &self,
        reference: &Reference,
        realm: &str,
        query: &BTreeMap<String, String>,
        login: Option<String>,
    ) -> Result<String, RegistryError> {
        let mut url = Url::parse(realm)
            .map_err(|error| RegistryError::Address { url: shown(realm), reason: error.to_string() })?;
        let pull = format!("repository:{}:pull", reference.repository);
        url.query_pairs_mut().extend_pairs(query.iter().filter(|(name, _)| *name != "scope"));
        let scope = query.get("scope").unwrap_or(&pull);
        url.query_pairs_mut().append_pair("scope", scope);
        let mut ask = Ask::get(url.as_str());
        if let Some(login) = login {
            ask = ask.header("authorization", login);
        }
        let answer = match self.client.document(&ask) {
            Err(RegistryError::Status { status: 401 | 403, .. }) => {
                return Err(self.refused(reference, url.as_str(), "its token server refuses"));
            }
            answer => answer?,
        };
        let token: Option<Token> = serde_json::from_slice(&answer).ok();
        let token = token.and_then(|token| token.token.or(token.access_token));
        match token {
            Some(token) if token.chars().all(|c| c.is_ascii_graphic()) && !token.is_empty() => {
                Ok(format!("Bearer {token}"))
            }
            _ => {
                let reason = "there is no token in it".to_owned();
                Err(RegistryError::Answer { url: url.to_string(), reason })
            }
        }
    }

    fn refused(&self, reference: &Reference, url: &str, why: &str) -> RegistryError {
        let registry = &reference.registry;
        let reason = match (self.credentials.authorization(reference), self.credentials.helper(registry)) {
            (Some((_, file)), _) => {
                format!(
                    "{why}; the login in `{}` was used, `docker login {registry}` renews it",
                    file.display()
                )
            }
            (None, Some(file)) => format!(
                "{why}; `{}` leaves logins to a helper program, which is not asked: `podman login {registry}` writes one that is",
                file.display()
            ),
            (None, None) => {
                format!("{why}; `docker login {registry}` or `podman login {registry}` makes one")
            }
        };
        RegistryError::Login { url: shown(url), registry: registry.clone(), reason }
    }

    fn authorizations(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, String>> {
        self.authorizations.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
