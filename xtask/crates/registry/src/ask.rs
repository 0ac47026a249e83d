//! One request, tried until there is an answer that counts.

use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;

use reqwest::blocking::Response;
use reqwest::header::RETRY_AFTER;
use reqwest::{Method, StatusCode, Url};

use crate::client::{refusal, shown};
use crate::error::chain;
use crate::{Client, RegistryError};

/// Tries of a connection that cannot be made: a wrong name does not become right.
const CONNECT_TRIES: u32 = 2;
/// A pause is taken in pieces of this length, so that an interrupt is noticed.
const NAP: Duration = Duration::from_millis(100);

/// What to ask a server for.
#[derive(Debug, Clone)]
pub(crate) struct Ask {
    pub(crate) method: Method,
    pub(crate) url: String,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Option<Vec<u8>>,
    /// Whether a failure goes to the caller, who must find out first how far the request came.
    pub(crate) once: bool,
}

impl Ask {
    pub(crate) fn get(url: &str) -> Self {
        Self::of(Method::GET, url)
    }

    pub(crate) fn head(url: &str) -> Self {
        Self::of(Method::HEAD, url)
    }

    pub(crate) fn of(method: Method, url: &str) -> Self {
        Self { method, url: url.to_owned(), headers: Vec::new(), body: None, once: false }
    }

    pub(crate) fn body(self, bytes: &[u8]) -> Self {
        Self { body: Some(bytes.to_vec()), ..self }
    }

    pub(crate) fn once(self) -> Self {
        Self { once: true, ..self }
    }

    pub(crate) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

impl Client {
    /// Asks until the server answers with anything but a passing failure. Refusals are returned as
    /// responses: some callers know what to do about them.
    pub(crate) fn ask(&self, ask: &Ask) -> Result<Response, RegistryError> {
        if self.inner.is_none() {
            return Err(RegistryError::Offline { url: shown(&ask.url) });
        }
        let url = Url::parse(&ask.url)
            .map_err(|error| RegistryError::Address { url: shown(&ask.url), reason: error.to_string() })?;
        if !matches!(url.scheme(), "http" | "https") {
            let reason = format!("`{}` is neither `https` nor `http`", url.scheme());
            return Err(RegistryError::Address { url: shown(&ask.url), reason });
        }
        let Some(sender) = self.sender(&url) else {
            return Err(RegistryError::Offline { url: shown(&ask.url) });
        };
        let mut failed = 0;
        // Being told to wait is no failure of what was asked.
        let tries = |status: u16| if ask.once && status != 429 { 1 } else { self.patience.tries };
        loop {
            let mut request = sender.request(ask.method.clone(), url.clone());
            for (name, value) in &ask.headers {
                request = request.header(*name, value);
            }
            if let Some(body) = &ask.body {
                request = request.body(body.clone());
            }
            self.sent.fetch_add(1, Ordering::Relaxed);
            let answer = request.send();
            failed += 1;
            let asked = match answer {
                Ok(response) if passes(response.status()) => {
                    if failed >= tries(response.status().as_u16()) {
                        return Err(refusal(response, &ask.url));
                    }
                    retry_after(&response)
                }
                Ok(response) => return Ok(response),
                Err(error) => {
                    let tries =
                        if error.is_connect() { CONNECT_TRIES.min(self.patience.tries) } else { tries(0) };
                    if failed >= tries || error.is_builder() || error.is_redirect() {
                        let reason = chain(&error.without_url());
                        return Err(RegistryError::Unreachable {
                            url: shown(&ask.url),
                            tries: failed,
                            reason,
                        });
                    }
                    None
                }
            };
            self.rest(&ask.url, failed, asked)?;
        }
    }

    /// Pauses before another try, or ends the call if the caller wants an end.
    pub(crate) fn rest(&self, url: &str, failed: u32, asked: Option<Duration>) -> Result<(), RegistryError> {
        let mut left = self.patience.pause_after(failed, asked);
        loop {
            self.check_cancelled(url)?;
            if left.is_zero() {
                return Ok(());
            }
            let nap = left.min(NAP);
            thread::sleep(nap);
            left = left.saturating_sub(nap);
        }
    }

    pub(crate) fn check_cancelled(&self, url: &str) -> Result<(), RegistryError> {
        if (self.patience.cancelled)() {
            return Err(RegistryError::Cancelled { url: shown(url) });
        }
        Ok(())
    }
}

/// Whether a refusal of this kind may be gone at the next try.
fn passes(status: StatusCode) -> bool {
    matches!(status.as_u16(), 408 | 429 | 500 | 502 | 503 | 504)
}

/// The pause the server asks for, RFC 9110 §10.2.3. Its form with a date is not read: that would need the
/// clock, and the growing pause does as well.
fn retry_after(response: &Response) -> Option<Duration> {
    let seconds = response.headers().get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds))
}
