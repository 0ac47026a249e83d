//! What can go wrong.

use std::path::PathBuf;

/// Why there are no machines.
#[derive(Debug, thiserror::Error)]
pub enum KindError {
    /// No container engine.
    #[error("no container engine answers, and none can be started: {reason}")]
    NoEngine {
        /// What is in the way.
        reason: String,
    },
    /// Another run.
    #[error("another run uses `{}`", path.display())]
    Busy {
        /// The lock.
        path: PathBuf,
    },
    /// A program refuses.
    #[error("`{line}` failed: {said}")]
    Failed {
        /// Program and arguments.
        line: String,
        /// The end of what it says.
        said: String,
    },
    /// A file cannot be read or written.
    #[error("cannot {action} `{}`: {source}", path.display())]
    Io {
        /// What was tried.
        action: &'static str,
        /// Where.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// A child could not run.
    #[error(transparent)]
    Process(#[from] process::ProcessError),
}

impl KindError {
    pub(crate) fn io(action: &'static str, path: &std::path::Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { action, path, source }
    }
}
