//! Why an input could not be had.

use std::fmt::Write;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use archive::ArchiveError;
use process::ProcessError;
use registry::RegistryError;
use store::StoreError;

use crate::PinDigest;

/// Why one source did not serve a pin.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// The network is denied.
    #[error("not asked, because the network is off (`--offline`)")]
    Offline,
    /// A server.
    #[error(transparent)]
    Registry(#[from] RegistryError),
    /// A program could not be run.
    #[error(transparent)]
    Process(#[from] ProcessError),
    /// A program said no.
    #[error("`{line}` ended with code {code}{}", told(said))]
    Refused {
        /// The program and its arguments.
        line: String,
        /// Its exit code.
        code: i32,
        /// The end of what it said.
        said: String,
    },
    /// Nothing says where the registry is.
    #[error("nothing says where {what} come from: {remedy}")]
    NoRegistry {
        /// What comes from there.
        what: &'static str,
        /// What to set or install.
        remedy: &'static str,
    },
    /// A Go proxy setting that cannot serve.
    #[error("no Go proxy of `{list}` has `{module}`: {reason}")]
    GoProxy {
        /// The setting.
        list: String,
        /// Module and version.
        module: String,
        /// What each one said.
        reason: String,
    },
    /// The registry has the package, but not this version.
    #[error("there is no version `{version}` of `{package}`")]
    NoVersion {
        /// The package.
        package: String,
        /// The version asked for.
        version: String,
    },
    /// The answer of a registry or program makes no sense.
    #[error("the answer about `{what}` cannot be used: {reason}")]
    Answer {
        /// What was asked for.
        what: String,
        /// What is wrong.
        reason: String,
    },
    /// What was fetched could not be unpacked.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// The content is not the locked one.
    #[error("it has `{actual}` instead of `{expected}`")]
    Mismatch {
        /// The locked content.
        expected: PinDigest,
        /// What is there.
        actual: PinDigest,
    },
    /// No mirror was given, and the source is one of mirrors only.
    #[error("it is for mirrors only, and none is given (`--mirror DIR`)")]
    NoMirror,
    /// A mirror does not have it.
    #[error("nothing there has `{expected}`")]
    NotInMirror {
        /// The locked content.
        expected: PinDigest,
    },
    /// A name in a mirror that does not exist.
    #[error("no mirror has `{file}`")]
    NoSuchFile {
        /// The name.
        file: String,
    },
    /// A file could not be read or kept.
    #[error("could not {action} `{}`: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What was to be done with it.
        action: &'static str,
        /// What the system said.
        source: io::Error,
    },
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl SourceError {
    pub(crate) fn file(path: &std::path::Path, action: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::File { path: path.to_owned(), action, source }
    }

    pub(crate) fn is_offline(&self) -> bool {
        matches!(self, Self::Offline | Self::NoMirror | Self::Registry(RegistryError::Offline { .. }))
    }

    /// The error and all that caused it, on one line.
    pub(crate) fn chain(&self) -> String {
        let mut text = self.to_string();
        let mut cause = std::error::Error::source(self);
        while let Some(next) = cause {
            let more = next.to_string();
            if !text.ends_with(&more) {
                let _ = write!(text, ": {more}");
            }
            cause = next.source();
        }
        text
    }
}

/// One try of one source or mirror.
#[derive(Debug, Clone)]
pub struct Attempt {
    /// The source or mirror.
    pub from: String,
    /// Why it did not serve.
    pub failure: Arc<SourceError>,
}

/// Why a pin could not be had at all.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// No source had it.
    #[error("{}", unavailable(pin, *expected, attempts))]
    Unavailable {
        /// The pin, as messages name it.
        pin: String,
        /// Its name, for `cargo xtask lock update`.
        name: String,
        /// What its content must be; `None` when it was to be pinned.
        expected: Option<PinDigest>,
        /// What was tried, in that order.
        attempts: Vec<Attempt>,
    },
    /// A container image, which is not fetched: only its digest is of use.
    #[error("{pin} is a container image, which stays in its registry")]
    Image {
        /// The pin.
        pin: String,
    },
    /// A package whose source nobody has reached yet.
    #[error("the digest of {pin} is not known yet")]
    Unresolved {
        /// The pin.
        pin: String,
        /// Its name, for `cargo xtask lock update`.
        name: String,
    },
    /// Text that is no image reference, or a registry that does not know the tag.
    #[error(transparent)]
    Registry(#[from] RegistryError),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The user asked for an end.
    #[error("fetching {pin} was interrupted")]
    Interrupted {
        /// The pin.
        pin: String,
    },
}

impl FetchError {
    /// What the user can do about it.
    pub fn hints(&self) -> Vec<String> {
        if let Self::Unresolved { name, .. } = self {
            return vec![format!(
                "`cargo xtask lock update {name}` fetches it on a machine that reaches its source, and writes its digest"
            )];
        }
        let Self::Unavailable { name, expected, attempts, .. } = self else { return Vec::new() };
        let mut hints = Vec::new();
        if attempts.iter().any(|attempt| attempt.failure.is_offline()) {
            hints.push("run it once without `--offline`: what is fetched stays in the store".to_owned());
        }
        if expected.is_some() {
            hints.push(format!(
                "`--mirror DIR` takes it from a directory: any file or directory there with that digest, so `{name}` may have any name"
            ));
        }
        let mismatch = |attempt: &Attempt| matches!(*attempt.failure, SourceError::Mismatch { .. });
        if attempts.iter().any(mismatch) {
            hints.push(format!(
                "a source that has other content was changed since it was locked: `cargo xtask lock update {name}` locks what it has now"
            ));
        }
        let gone = |attempt: &Attempt| {
            attempt.from.starts_with("deb ") && matches!(*attempt.failure, SourceError::Refused { .. })
        };
        if expected.is_some() && attempts.iter().any(gone) {
            hints.push(
                "archives serve only their newest packages: `apt-get update` for their lists, then \
                 `cargo xtask lock update --packages` locks what they have now"
                    .to_owned(),
            );
        }
        hints
    }
}

fn unavailable(pin: &str, expected: Option<PinDigest>, attempts: &[Attempt]) -> String {
    let offline = !attempts.is_empty() && attempts.iter().all(|attempt| attempt.failure.is_offline());
    let mut text = match expected {
        Some(expected) if offline => {
            format!("{pin} (`{expected}`) is not in the store, and the network is off")
        }
        Some(expected) => format!("no source of {pin} has `{expected}`"),
        None => format!("no source has {pin}"),
    };
    for Attempt { from, failure } in attempts {
        let _ = write!(text, "\n  {from}: {}", failure.chain());
    }
    text
}

fn told(said: &str) -> String {
    if said.is_empty() { String::new() } else { format!(": {said}") }
}
