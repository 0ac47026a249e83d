//! Why something could not be had from the network.

mod hint;

use std::io;
use std::path::PathBuf;

use hashing::Digest;

/// A failed call. Addresses in it never hold a password.
#[derive(Debug, thiserror::Error)]
pub enum RegistryError {
    /// The network is denied.
    #[error("`{url}` was not asked for, because the network is off (`--offline`)")]
    Offline {
        /// What would have been asked for.
        url: String,
    },
    /// The address cannot be used.
    #[error("`{url}` is no address to fetch from: {reason}")]
    Address {
        /// The address as given.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
    /// No answer, or one that broke off, after all tries.
    #[error("no complete answer from `{url}` after {tries} tries: {reason}")]
    Unreachable {
        /// What was asked for.
        url: String,
        /// How often.
        tries: u32,
        /// The last failure.
        reason: String,
    },
    /// The server answered with a refusal.
    #[error("`{url}` answered {status}{}", told(message))]
    Status {
        /// What was asked for.
        url: String,
        /// The HTTP status code.
        status: u16,
        /// What the server said about it, possibly empty.
        message: String,
    },
    /// The answer makes no sense.
    #[error("the answer of `{url}` cannot be used: {reason}")]
    Answer {
        /// What was asked for.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A document is larger than any of its kind should be.
    #[error("the answer of `{url}` is larger than {limit} bytes")]
    TooLarge {
        /// What was asked for.
        url: String,
        /// How many bytes were allowed.
        limit: u64,
    },
    /// What was received is something else than what was asked for.
    #[error("`{url}` sent `{actual}` instead of `{expected}`")]
    Content {
        /// What was asked for.
        url: String,
        /// The digest asked for.
        expected: Digest,
        /// The digest received.
        actual: Digest,
    },
    /// A received file could not be kept.
    #[error("could not {action} `{}`", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What was to be done with it.
        action: &'static str,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// Text that is no image reference.
    #[error("`{text}` is no image reference: {reason}")]
    Reference {
        /// What was read.
        text: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The registry wants a login.
    #[error("`{url}` wants a login for `{registry}`: {reason}")]
    Login {
        /// What was asked for.
        url: String,
        /// The registry.
        registry: String,
        /// What was tried and what to do.
        reason: String,
    },
    /// The caller asked for an end.
    #[error("fetching `{url}` was interrupted")]
    Cancelled {
        /// What was asked for.
        url: String,
    },
    /// No connection can be made at all.
    #[error(
        "the HTTP client could not be set up: {reason}; are CA certificates installed? `SSL_CERT_FILE` can name them"
    )]
    Setup {
        /// What is wrong.
        reason: String,
    },
}

impl RegistryError {
    pub(crate) fn file(path: &std::path::Path, action: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::File { path: path.to_owned(), action, source }
    }

    /// The status code, if the server refused.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Status { status, .. } => Some(*status),
            _ => None,
        }
    }
}

fn told(message: &str) -> String {
    if message.is_empty() { String::new() } else { format!(": {message}") }
}

/// An error and all that caused it, on one line.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        let more = next.to_string();
        if !text.ends_with(&more) {
            text.push_str(": ");
            text.push_str(&more);
        }
        cause = next.source();
    }
    text
}
