//! Programs that keep logins, by the
//! [credential helper protocol](https://github.com/docker/docker-credential-helpers).

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use serde::Deserialize;

use super::Login;

/// What helpers say when they have no login; Docker looks for the same words.
const NONE: &str = "credentials not found";
/// The user that stands before an identity token.
const IDENTITY: &str = "<token>";

type Ask = dyn Fn(&str, &str) -> Result<(String, String), String> + Send + Sync;
type Answers = BTreeMap<(String, String), Result<Option<Login>, String>>;

/// The way to ask helpers, and what they said.
#[derive(Clone)]
pub(super) struct Helper {
    ask: Arc<Ask>,
    answers: Arc<Mutex<Answers>>,
}

impl Helper {
    pub(super) fn new(
        ask: impl Fn(&str, &str) -> Result<(String, String), String> + Send + Sync + 'static,
    ) -> Self {
        Self { ask: Arc::new(ask), answers: Arc::default() }
    }

    /// The login that a program has for a server.
    pub(super) fn login(&self, program: &str, server: &str) -> Result<Option<Login>, String> {
        // The lock is held while the program runs: two threads would else ask twice, and perhaps a person.
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (program.to_owned(), server.to_owned());
        answers.entry(key).or_insert_with(|| self.fresh(program, server)).clone()
    }

    fn fresh(&self, program: &str, server: &str) -> Result<Option<Login>, String> {
        match (self.ask)(program, server) {
            Ok((user, secret)) if user == IDENTITY => Ok(Some(Login::Identity(secret))),
            Ok((user, secret)) => Ok(Some(Login::password(&user, &secret))),
            Err(reason) if reason.to_ascii_lowercase().contains(NONE) => Ok(None),
            Err(reason) => Err(format!("`{program}` has no login for `{server}`: {}", reason.trim())),
        }
    }
}

/// User and secret in the answer that a helper printed.
pub fn read_helper_answer(printed: &[u8]) -> Result<(String, String), String> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Answer {
        username: String,
        secret: String,
    }
    match serde_json::from_slice::<Answer>(printed) {
        Ok(answer) => Ok((answer.username, answer.secret)),
        Err(error) => {
            let text = String::from_utf8_lossy(printed);
            // What is no JSON is a message; what is some may hold the secret.
            let told = if text.trim_start().starts_with('{') { "" } else { text.trim() };
            let reason = format!("its answer has no user and secret ({error})");
            Err(if told.is_empty() { reason } else { told.lines().next().unwrap_or_default().to_owned() })
        }
    }
}
