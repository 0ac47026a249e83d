//! From errors of libraries to text, hints and exit codes: the only place.

use std::error::Error;
use std::panic::PanicHookInfo;
use std::sync::atomic::{AtomicBool, Ordering};

use diag::Diagnostic;
use inputs::{FetchError, SourceError};
use plan::PlanError;
use publish::PublishError;
use registry::RegistryError;
use render::RenderError;
use share::ShareError;
use store::StoreError;

/// A check did not hold.
pub(crate) const CHECK: u8 = 1;
/// Usage or input is wrong.
pub(crate) const INPUT: u8 = 2;
/// Network, disk, store or a program failed.
pub(crate) const ENVIRONMENT: u8 = 3;
/// A mistake of this program.
pub(crate) const BUG: u8 = 70;
/// Stopped by Ctrl-C.
pub(crate) const INTERRUPTED: u8 = 130;

/// Everything there is to tell, and the exit code.
#[derive(Debug)]
pub(crate) struct CliError {
    pub(crate) code: u8,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

impl CliError {
    pub(crate) fn input(diagnostic: Diagnostic) -> Self {
        Self { code: INPUT, diagnostics: vec![diagnostic] }
    }

    pub(crate) fn inputs(diagnostics: Vec<Diagnostic>) -> Self {
        Self { code: INPUT, diagnostics }
    }

    pub(crate) fn environment(error: &dyn std::fmt::Display, on: &str) -> Self {
        Self::surroundings(Diagnostic::error(format!("{on}: {error}")))
    }

    pub(crate) fn surroundings(diagnostic: Diagnostic) -> Self {
        Self { code: ENVIRONMENT, diagnostics: vec![diagnostic] }
    }

    /// What a registry said, or that it said nothing.
    pub(crate) fn registry(error: &RegistryError) -> Self {
        let diagnostic = Diagnostic::error(chain(error));
        let hint = match error {
            RegistryError::Reference { .. } => {
                return Self::input(diagnostic.hint("write `oci://<host>[:port]/<path>`"));
            }
            RegistryError::Offline { .. } => "registries need the network: leave `--offline` out",
            RegistryError::Login { .. } => "the login must have the right to write there",
            RegistryError::Status { status: 401 | 403, .. } => {
                "`docker login` or `podman login` with an account that may write there"
            }
            RegistryError::Status { status: 405, .. } => {
                "is the registry read-only, or a mirror of another one?"
            }
            RegistryError::Status { status: 413, .. } => {
                "something between here and the registry limits the size of requests"
            }
            RegistryError::Status { status: 404, .. } => {
                "is the path right? some registries want repositories made first"
            }
            RegistryError::Unreachable { .. } => {
                "is the registry up, and the address right? `--plain-http` for one without TLS, `--ca FILE` for one with certificates of your own"
            }
            RegistryError::Status { status: 429, .. } => {
                "it limits how often it is asked: wait a while, or log in"
            }
            RegistryError::Status { status: 500.., .. } => {
                "the registry has a trouble of its own: try again later"
            }
            RegistryError::Status { .. } => "whoever runs the registry knows why it says so",
            RegistryError::Answer { .. } => "is there a container registry at that address?",
            RegistryError::Setup { .. } => "`--ca FILE` names a file of certificates in PEM",
            _ => return Self::surroundings(diagnostic),
        };
        Self::surroundings(diagnostic.hint(hint))
    }

    /// Several failures as one. What the user wrote goes before what refused it, and that before what is in the way
    /// around it: the first of these is what to look at first.
    pub(crate) fn join(errors: Vec<Self>) -> Option<Self> {
        let code = [INPUT, CHECK].into_iter().find(|code| errors.iter().any(|error| error.code == *code));
        let code = code.or_else(|| errors.first().map(|error| error.code))?;
        Some(Self { code, diagnostics: errors.into_iter().flat_map(|error| error.diagnostics).collect() })
    }
}

impl From<StoreError> for CliError {
    fn from(error: StoreError) -> Self {
        let hint = match &error {
            _ if error.is_full() => Some("`cargo xtask store gc` removes what no last build needs"),
            _ if error.is_read_only() => Some("`--store DIR` or `XTASK_STORE` names another store"),
            StoreError::NewerVersion { .. } | StoreError::NotAStore { .. } => {
                Some("`--store DIR` or `XTASK_STORE` names another store")
            }
            StoreError::Corrupt { .. } => Some("`cargo xtask store verify` looks for more damage"),
            StoreError::Missing { .. } => Some("`cargo xtask build` makes what belongs to the cluster"),
            StoreError::Io { .. } => {
                Some("see to the path, or name another store by `--store DIR` or `XTASK_STORE`")
            }
            _ => None,
        };
        let diagnostic = Diagnostic::error(chain(&error));
        Self::surroundings(hint.into_iter().fold(diagnostic, Diagnostic::hint))
    }
}

impl From<PublishError> for CliError {
    fn from(error: PublishError) -> Self {
        let hint = error.hint();
        let code = match error {
            PublishError::Registry(error) => return Self::registry(&error),
            PublishError::Taken { .. } | PublishError::Overtaken { .. } => CHECK,
            PublishError::NoChannel { .. }
            | PublishError::ChannelName { .. }
            | PublishError::Address { .. }
            | PublishError::NoGeneration { .. }
            | PublishError::NothingBefore { .. }
            | PublishError::Unpublished { .. } => INPUT,
            _ => ENVIRONMENT,
        };
        let diagnostic = Diagnostic::error(chain(&error));
        Self { code, diagnostics: vec![hint.into_iter().fold(diagnostic, Diagnostic::hint)] }
    }
}

impl From<ShareError> for CliError {
    fn from(error: ShareError) -> Self {
        let diagnostic = Diagnostic::error(chain(&error));
        match error {
            ShareError::Registry(error) => Self::registry(&error),
            ShareError::Store(error) => error.into(),
            ShareError::Untrusted { .. } => Self {
                code: CHECK,
                diagnostics: vec![diagnostic.hint("`--key` names the key of whoever pushes there")],
            },
            _ => Self::surroundings(diagnostic.hint("a build here does not need it: leave the pull out")),
        }
    }
}

impl From<container::ContainerError> for CliError {
    fn from(error: container::ContainerError) -> Self {
        use container::ContainerError as E;
        let hint = match error {
            E::Described(diagnostics) => return Self::inputs(diagnostics),
            E::Store(error) => return error.into(),
            E::Fetch(error) => return error.into(),
            E::Unlocked { .. } => "`cargo xtask lock add package NAME VERSION --deb NAME=VERSION` adds it",
            E::NoGo => "install Go, of whatever version since 1.21",
            _ => "what it says is in the way",
        };
        Self::surroundings(Diagnostic::error(chain(&error)).hint(hint))
    }
}

impl From<kind::KindError> for CliError {
    fn from(error: kind::KindError) -> Self {
        use kind::KindError as E;
        let hint = match &error {
            E::NoEngine { .. } => {
                "`apt-get install docker.io jq`; as root a daemon is started by itself, else start one"
            }
            E::Busy { .. } => "wait until it ends: one run at a time",
            _ => "`cargo xtask e2e down` removes what is left of a run",
        };
        Self::surroundings(Diagnostic::error(chain(&error)).hint(hint))
    }
}

impl From<api::ApiError> for CliError {
    fn from(error: api::ApiError) -> Self {
        Self::surroundings(
            Diagnostic::error(chain(&error)).hint("`cargo xtask e2e logs` shows what a kept cluster says"),
        )
    }
}

impl From<FetchError> for CliError {
    fn from(error: FetchError) -> Self {
        let mut hints = error.hints();
        if is_full(&error) {
            hints.push("`cargo xtask store gc` removes what no last build needs".to_owned());
        }
        Self::surroundings(hints.into_iter().fold(Diagnostic::error(chain(&error)), Diagnostic::hint))
    }
}

impl From<PlanError> for CliError {
    fn from(error: PlanError) -> Self {
        match error {
            PlanError::Refused(diagnostics) => Self { code: CHECK, diagnostics },
            PlanError::Described(diagnostics) | PlanError::Pending(diagnostics) => {
                Self { code: INPUT, diagnostics }
            }
            PlanError::Fetch(error) => error.into(),
            PlanError::Unfetched(errors) => Self {
                code: ENVIRONMENT,
                diagnostics: errors.into_iter().flat_map(|error| Self::from(error).diagnostics).collect(),
            },
            PlanError::Store(error) | PlanError::Render(RenderError::Store(error)) => error.into(),
            PlanError::Render(RenderError::Refused(diagnostics)) => Self { code: CHECK, diagnostics },
            PlanError::Render(RenderError::Process(error)) => {
                let diagnostic = Diagnostic::error(chain(&error));
                Self::surroundings(if error.is_missing_program() {
                    diagnostic.hint("a pinned program must run on this machine: `cargo xtask lock verify`")
                } else {
                    diagnostic
                })
            }
            other => Self::surroundings(
                Diagnostic::error(chain(&other))
                    .hint("see to the path: it must be writable, and the disk have room"),
            ),
        }
    }
}

fn is_full(error: &FetchError) -> bool {
    match error {
        FetchError::Store(error) => error.is_full(),
        FetchError::Unavailable { attempts, .. } => attempts
            .iter()
            .any(|attempt| matches!(&*attempt.failure, SourceError::Store(error) if error.is_full())),
        _ => false,
    }
}

/// An error and all that caused it, without saying anything twice.
pub(crate) fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        let more = next.to_string();
        if !text.contains(&more) {
            text = format!("{text}: {more}");
        }
        cause = next.source();
    }
    text
}

/// Tells a panic in one line. Only the first one: threads that wait for one that panicked panic too.
pub(crate) fn report_bug(info: &PanicHookInfo<'_>) {
    static TOLD: AtomicBool = AtomicBool::new(false);
    if TOLD.swap(true, Ordering::SeqCst) {
        return;
    }
    let message = info.payload_as_str().unwrap_or("something went wrong");
    let place = info.location().map(ToString::to_string).unwrap_or_default();
    let line = bug(message, &place);
    // A panic may come from anywhere, the printer's own code included.
    let _ = std::io::Write::write_all(&mut std::io::stderr().lock(), line.as_bytes());
}

/// One line, whatever the message has.
fn bug(message: &str, place: &str) -> String {
    let message = message.split_whitespace().collect::<Vec<_>>().join(" ");
    format!(
        "bug: {message} ({place}): a mistake of this program, not of its input; please open an issue in its repository with this line and the command you ran\n"
    )
}

#[cfg(test)]
mod tests;
