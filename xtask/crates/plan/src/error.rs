//! Why a build failed.

use diag::Diagnostic;
use inputs::FetchError;
use render::RenderError;
use store::StoreError;
use thiserror::Error;

/// Why a build failed.
#[derive(Debug, Error)]
pub enum PlanError {
    /// Descriptions or inputs are wrong; every mistake that was found.
    #[error("{} mistakes", .0.len())]
    Refused(Vec<Diagnostic>),
    /// An input cannot be had.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// Several inputs cannot be had.
    #[error("{} inputs cannot be had", .0.len())]
    Unfetched(Vec<FetchError>),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A step could not be carried out.
    #[error(transparent)]
    Render(RenderError),
    /// A file outside of the store could not be written.
    #[error("cannot {action} `{path}`: {source}")]
    Io {
        /// What was tried.
        action: &'static str,
        /// Where.
        path: String,
        /// Why not.
        source: std::io::Error,
    },
}

impl From<Vec<Diagnostic>> for PlanError {
    fn from(diagnostics: Vec<Diagnostic>) -> Self {
        Self::Refused(diagnostics)
    }
}

impl From<Diagnostic> for PlanError {
    fn from(diagnostic: Diagnostic) -> Self {
        Self::Refused(vec![diagnostic])
    }
}

impl From<RenderError> for PlanError {
    fn from(error: RenderError) -> Self {
        match error {
            RenderError::Refused(diagnostics) => Self::Refused(diagnostics),
            RenderError::Store(error) => Self::Store(error),
            other => Self::Render(other),
        }
    }
}

impl From<catalogue::WorkspaceError> for PlanError {
    fn from(error: catalogue::WorkspaceError) -> Self {
        Self::Refused(vec![Diagnostic::error(error.to_string())])
    }
}

/// Puts the mistakes of many steps together; an error that is none of them goes first.
pub(crate) fn join<T>(results: Vec<Result<T, PlanError>>) -> Result<Vec<T>, PlanError> {
    let mut values = Vec::with_capacity(results.len());
    let mut mistakes = Vec::new();
    for result in results {
        match result {
            Ok(value) => values.push(value),
            Err(PlanError::Refused(found)) => mistakes.extend(found),
            Err(other) => return Err(other),
        }
    }
    if mistakes.is_empty() { Ok(values) } else { Err(PlanError::Refused(mistakes)) }
}
