//! From errors of libraries to text, hints and exit codes: the only place.

use std::panic::PanicHookInfo;

use diag::Diagnostic;
use inputs::FetchError;
use plan::PlanError;
use render::RenderError;
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
        Self { code: ENVIRONMENT, diagnostics: vec![Diagnostic::error(format!("{on}: {error}"))] }
    }

    fn of(code: u8, diagnostic: Diagnostic) -> Self {
        let code = if process::interrupted() { INTERRUPTED } else { code };
        Self { code, diagnostics: vec![diagnostic] }
    }
}

impl From<StoreError> for CliError {
    fn from(error: StoreError) -> Self {
        let hint = match &error {
            _ if error.is_full() => "the disk is full: `cargo xtask store gc` frees what no build needs",
            _ if error.is_read_only() => "the store must be writable: name another by `--store DIR`",
            StoreError::NewerVersion { .. } => "update this checkout, or name another store by `--store DIR`",
            StoreError::Corrupt { .. } => "`cargo xtask store verify` sorts out what is damaged; then build again",
            StoreError::Locked { .. } => "another process uses the store: try again when it has ended",
            _ => "",
        };
        let diagnostic = Diagnostic::error(error.to_string());
        Self::of(ENVIRONMENT, if hint.is_empty() { diagnostic } else { diagnostic.hint(hint) })
    }
}

impl From<FetchError> for CliError {
    fn from(error: FetchError) -> Self {
        let mut diagnostic = Diagnostic::error(error.to_string());
        for hint in error.hints() {
            diagnostic = diagnostic.hint(hint);
        }
        Self::of(ENVIRONMENT, diagnostic)
    }
}

impl From<PlanError> for CliError {
    fn from(error: PlanError) -> Self {
        match error {
            PlanError::Refused(diagnostics) => Self { code: CHECK, diagnostics },
            PlanError::Described(diagnostics) => Self { code: INPUT, diagnostics },
            PlanError::Fetch(error) => error.into(),
            PlanError::Unfetched(errors) => {
                let mut all = Self { code: ENVIRONMENT, diagnostics: Vec::new() };
                for error in errors {
                    let one = Self::from(error);
                    all.code = one.code;
                    all.diagnostics.extend(one.diagnostics);
                }
                all
            }
            PlanError::Store(error) => error.into(),
            PlanError::Render(RenderError::Process(error)) => {
                Self::of(ENVIRONMENT, Diagnostic::error(error.to_string()))
            }
            other => Self::of(ENVIRONMENT, Diagnostic::error(other.to_string())),
        }
    }
}

/// One line for a panic, and what to do about it.
#[allow(clippy::print_stderr, reason = "a panic may come from anywhere, the printer's own code included")]
pub(crate) fn report_bug(info: &PanicHookInfo<'_>) {
    let place = info.location().map_or_else(String::new, |location| format!(" at {location}"));
    let message = info.payload_as_str().unwrap_or("panic");
    eprintln!("bug: {message}{place}");
    eprintln!("hint: this is a mistake of the program, not of its input: report it with the command you ran");
}
