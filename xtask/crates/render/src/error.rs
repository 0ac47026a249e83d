//! Why a unit could not be rendered.

use diag::Diagnostic;
use process::ProcessError;
use store::StoreError;
use thiserror::Error;

/// Why a unit could not be rendered.
#[derive(Debug, Error)]
pub enum RenderError {
    /// The unit or its inputs are wrong.
    #[error("{}", .0.first().map_or("refused", |diagnostic| diagnostic.message.as_str()))]
    Refused(Vec<Diagnostic>),
    /// A child process could not be run.
    #[error(transparent)]
    Process(#[from] ProcessError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A scratch file could not be written.
    #[error("cannot write `{path}`: {source}")]
    Scratch {
        /// The file.
        path: String,
        /// Why not.
        source: std::io::Error,
    },
}

impl From<Diagnostic> for RenderError {
    fn from(diagnostic: Diagnostic) -> Self {
        Self::Refused(vec![diagnostic])
    }
}

impl From<Vec<Diagnostic>> for RenderError {
    fn from(diagnostics: Vec<Diagnostic>) -> Self {
        Self::Refused(diagnostics)
    }
}
