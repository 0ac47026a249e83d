//! Tokens, by the [token protocol](https://distribution.github.io/distribution/spec/auth/token/) and its
//! [OAuth2 form](https://distribution.github.io/distribution/spec/auth/oauth/) for identity tokens.

use std::collections::BTreeMap;

use reqwest::{Method, Url};
use serde::Deserialize;

use super::Reference;
use super::credentials::Login;
use super::login::Registries;
use super::scope::{Access, scopes};
use crate::RegistryError;
use crate::ask::Ask;
use crate::client::{is_loopback, shown};

/// Who asks for a token.
const CLIENT: &str = "xtask";

/// The answer of a token server; either field holds the token.
#[derive(Deserialize)]
struct Token {
    token: Option<String>,
    access_token: Option<String>,
}

impl Registries {
    /// The header with a token for a repository, with or without a login of the user's. `url` is what was asked for.
    pub(super) fn token(
        &self,
        reference: &Reference,
        url: &str,
        realm: &str,
        query: &BTreeMap<String, String>,
        access: Access,
        login: Option<Login>,
    ) -> Result<String, RegistryError> {
        let mut server = Url::parse(realm)
            .map_err(|error| RegistryError::Address { url: shown(realm), reason: error.to_string() })?;
        if login.is_some() && !safe(&server, url) {
            let reason = "it would get the login without TLS".to_owned();
            return Err(RegistryError::Address { url: shown(realm), reason });
        }
        let named = query.get("scope").map_or("", String::as_str);
        let service = query.iter().filter(|(name, _)| *name == "service");
        let scopes = scopes(named, &reference.repository, access);
        let ask = if let Some(Login::Identity(identity)) = login {
            let mut form = server.clone();
            form.query_pairs_mut()
                .clear()
                .extend_pairs([("grant_type", "refresh_token"), ("client_id", CLIENT)])
                .extend_pairs(service)
                .append_pair("scope", &scopes.join(" "))
                .append_pair("refresh_token", &identity);
            let body = form.query().unwrap_or_default().as_bytes();
            let ask = Ask::of(Method::POST, server.as_str()).body(body);
            ask.header("content-type", "application/x-www-form-urlencoded")
        } else {
            let scopes = scopes.iter().map(|scope| ("scope", scope));
            server.query_pairs_mut().extend_pairs(service).extend_pairs(scopes);
            let ask = Ask::get(server.as_str());
            match login {
                Some(Login::Password(password)) => ask.header("authorization", format!("Basic {password}")),
                _ => ask,
            }
        };
        match self.client.document(&ask) {
            Err(RegistryError::Status { status: 400 | 401 | 403, message, .. }) => {
                let told = if message.is_empty() { message } else { format!(" ({message})") };
                let why = format!("its token server `{}` refuses{told}", shown(realm));
                Err(self.refused(reference, url, &why))
            }
            answer => read(&answer?).ok_or_else(|| {
                let reason = "there is no token in it".to_owned();
                RegistryError::Answer { url: shown(realm), reason }
            }),
        }
    }
}

fn read(answer: &[u8]) -> Option<String> {
    let token: Token = serde_json::from_slice(answer).ok()?;
    let token = token.token.filter(|token| !token.is_empty()).or(token.access_token)?;
    let clean = !token.is_empty() && token.chars().all(|c| c.is_ascii_graphic());
    clean.then(|| format!("Bearer {token}"))
}

/// Whether a login may go to a token server: over TLS, on this machine, or where the registry itself is, which the user
/// wants to be spoken to without TLS.
fn safe(server: &Url, asked: &str) -> bool {
    let host = server.host_str().unwrap_or_default();
    let same = || Url::parse(asked).is_ok_and(|asked| asked.host_str() == Some(host));
    server.scheme() == "https" || is_loopback(host) || same()
}
