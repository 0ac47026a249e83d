//! Requests to registries, with the login they ask for.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use reqwest::Url;
use reqwest::blocking::Response;
use reqwest::header::WWW_AUTHENTICATE;

use super::challenge::Challenge;
use super::credentials::{Found, Login};
use super::scope::{Access, access};
use super::{Credentials, Reference};
use crate::ask::Ask;
use crate::client::{refusal, shown};
use crate::{Client, RegistryError};

/// The registries, seen with one client and one set of logins.
///
/// Tokens are kept for the life of this value, for each repository, and asked for again when a registry no longer
/// takes them or when one is needed that allows more.
#[derive(Debug)]
pub struct Registries {
    pub(super) client: Client,
    pub(super) credentials: Credentials,
    /// Whether registries are spoken to without TLS, those elsewhere included.
    pub(super) plain: bool,
    known: Mutex<Known>,
}

/// What registries were found to want.
#[derive(Default)]
struct Known {
    /// Headers by the name of the repository and by what they allow.
    tokens: BTreeMap<String, BTreeMap<Access, String>>,
    /// Registries that want user and password with each request.
    passwords: BTreeSet<String>,
}

impl std::fmt::Debug for Known {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Tokens are no matter for logs.
        f.debug_struct("Known").finish_non_exhaustive()
    }
}

impl Registries {
    /// Registries asked through `client`, with `credentials` for those that want a login.
    pub fn new(client: &Client, credentials: Credentials) -> Self {
        Self { client: client.clone(), credentials, plain: false, known: Mutex::default() }
    }

    /// The address below which a registry's API has a repository.
    pub(super) fn address(&self, reference: &Reference) -> String {
        if self.plain { reference.base_by("http") } else { reference.base() }
    }

    /// Asks a registry, logging in when it wants that. The response may be another refusal.
    pub(super) fn ask(&self, reference: &Reference, ask: &Ask) -> Result<Response, RegistryError> {
        let response = self.client.ask(&self.authorized(reference, ask.clone()))?;
        if !self.is_home(reference, &ask.url) || !wants_login(&response) {
            return Ok(response);
        }
        self.log_in(reference, ask, response)?;
        let response = self.client.ask(&self.authorized(reference, ask.clone()))?;
        if response.status().as_u16() == 401 {
            let why = "it does not take the login it was given, which may be an old one; a wrong clock, here or there, also makes it so";
            return Err(self.refused(reference, &ask.url, why));
        }
        Ok(response)
    }

    /// The request with the login that worked last; an address elsewhere, to which the registry may have sent us, is
    /// never shown it.
    pub(super) fn authorized(&self, reference: &Reference, ask: Ask) -> Ask {
        if !self.is_home(reference, &ask.url) {
            return ask;
        }
        let known = self.known();
        let token = known.tokens.get(&reference.name()).and_then(|tokens| tokens.values().next_back());
        if let Some(token) = token {
            return ask.header("authorization", token);
        }
        if !known.passwords.contains(&reference.registry) {
            return ask;
        }
        drop(known);
        match self.credentials.login(reference) {
            Ok(Some(Found { login: Login::Password(password), .. })) => {
                ask.header("authorization", format!("Basic {password}"))
            }
            _ => ask,
        }
    }

    /// Whether an address is one of the registry itself.
    fn is_home(&self, reference: &Reference, url: &str) -> bool {
        match (Url::parse(url), Url::parse(&self.address(reference))) {
            (Ok(url), Ok(home)) => url.origin() == home.origin(),
            _ => false,
        }
    }

    /// Gets the login that the refusal asks for, and keeps it for this repository.
    fn log_in(&self, reference: &Reference, ask: &Ask, response: Response) -> Result<(), RegistryError> {
        let challenges = response.headers().get_all(WWW_AUTHENTICATE);
        let mut read = challenges.iter().filter_map(|value| Challenge::parse(value.to_str().ok()?));
        let Some(challenge) = read.next() else { return Err(refusal(response, &ask.url)) };
        let found = self.credentials.login(reference);
        let found =
            found.map_err(|reason| self.refused(reference, &ask.url, &reason))?.map(|found| found.login);
        let least = Access::of(&ask.method);
        let (access, header) = match (challenge, found) {
            (_, Some(Login::Token(token))) => (Access::Delete, format!("Bearer {token}")),
            (Challenge::Bearer { realm, query }, found) => {
                let named = query.get("scope").map_or("", String::as_str);
                let access = access(named, &reference.repository, least);
                (access, self.token(reference, &ask.url, &realm, &query, access, found)?)
            }
            (Challenge::Basic, Some(Login::Password(password))) => {
                self.known().passwords.insert(reference.registry.clone());
                (Access::Delete, format!("Basic {password}"))
            }
            (Challenge::Basic, Some(Login::Identity(_))) => {
                return Err(self.refused(reference, &ask.url, "it takes passwords, and the login has none"));
            }
            (Challenge::Basic, None) => return Err(self.refused(reference, &ask.url, "there is none")),
        };
        let mut known = self.known();
        let tokens = known.tokens.entry(reference.name()).or_default();
        // What allows more and was not good enough is of no use any more.
        tokens.retain(|allowed, _| *allowed < access);
        tokens.insert(access, header);
        Ok(())
    }

    /// The error for a login that did not do, with what to do about it.
    pub(super) fn refused(&self, reference: &Reference, url: &str, why: &str) -> RegistryError {
        let registry = &reference.registry;
        let reason = match (self.credentials.login(reference), self.credentials.unasked(registry)) {
            (Ok(Some(Found { from, .. })), _) => {
                format!("{why}; the login of {from} was used, `docker login {registry}` renews it")
            }
            (_, Some(file)) => format!(
                "{why}; `{}` leaves logins to a helper program, which is not asked: `podman login {registry}` writes one that is",
                file.display()
            ),
            (_, None) => {
                format!("{why}; `docker login {registry}` or `podman login {registry}` makes one")
            }
        };
        RegistryError::Login { url: shown(url), registry: registry.clone(), reason }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a login may help: none was shown, or a token that does not allow enough (some registries answer that with
/// 403, RFC 6750 §3.1).
fn wants_login(response: &Response) -> bool {
    let challenge = response.headers().get(WWW_AUTHENTICATE).and_then(|value| value.to_str().ok());
    match response.status().as_u16() {
        401 => true,
        403 => challenge.is_some_and(|text| text.contains("insufficient_scope")),
        _ => false,
    }
}
