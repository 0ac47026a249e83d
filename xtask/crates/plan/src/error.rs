//! Why a build failed.

use diag::Diagnostic;
use inputs::FetchError;
use render::RenderError;
use store::StoreError;
use thiserror::Error;

/// Why a build failed.
#[derive(Debug, Error)]
pub enum PlanError {
    /// What is rendered does not pass; every mistake that was found.
    #[error("{} mistakes", .0.len())]
    Refused(Vec<Diagnostic>),
    /// Descriptions or the lock are wrong; every mistake that was found.
    #[error("{} mistakes", .0.len())]
    Described(Vec<Diagnostic>),
    /// Nothing is wrong with what is described, but something of it is not known yet: the digest of an input, a key.
    #[error("{} things are not known yet", .0.len())]
    Pending(Vec<Diagnostic>),
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
        Self::Described(vec![Diagnostic::from(&error)])
    }
}

/// Puts the mistakes of many steps together; an error that is none of them goes first.
pub(crate) fn join<T>(results: Vec<Result<T, PlanError>>) -> Result<Vec<T>, PlanError> {
    let mut values = Vec::with_capacity(results.len());
    let (mut refused, mut described) = (Vec::new(), Vec::new());
    for result in results {
        match result {
            Ok(value) => values.push(value),
            Err(PlanError::Refused(found)) => refused.extend(found),
            Err(PlanError::Described(found)) => described.extend(found),
            Err(other) => return Err(other),
        }
    }
    match (described.is_empty(), refused.is_empty()) {
        (true, true) => Ok(values),
        (true, false) => Err(PlanError::Refused(refused)),
        (false, _) => {
            described.extend(refused);
            Err(PlanError::Described(described))
        }
    }
}

/// A mistake in a description rather than in what it leads to.
pub(crate) fn described(error: PlanError) -> PlanError {
    match error {
        PlanError::Refused(found) => PlanError::Described(found),
        other => other,
    }
}
