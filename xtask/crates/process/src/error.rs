//! Why a child could not be run to its end.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

/// A child that did not end by itself. A child that ended with a non-zero code is no error here.
#[derive(Debug, thiserror::Error)]
pub enum ProcessError {
    /// The program could not be started.
    #[error("could not start `{}` in `{}`", program.display(), directory.display())]
    Start {
        /// The program.
        program: PathBuf,
        /// The directory it was to start in.
        directory: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The child was still running at its deadline and was killed, with all that it had started.
    #[error("`{}` was killed because it still ran after {deadline:?}{}", program.display(), told(stderr))]
    Deadline {
        /// The program.
        program: PathBuf,
        /// The time it had.
        deadline: Duration,
        /// The end of what it had written to its standard error.
        stderr: String,
    },
    /// The user asked for an end (Ctrl-C or TERM).
    #[error("`{}` was interrupted", program.display())]
    Interrupted {
        /// The program.
        program: PathBuf,
    },
    /// The child ran, but its output or its end could not be read.
    #[error("could not read the output of `{}`", program.display())]
    Output {
        /// The program.
        program: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// A directory of the child's home could not be made.
    #[error("could not make the directory `{}` for a child", path.display())]
    Scratch {
        /// The directory.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The signals could not be taken over.
    #[error("could not take over the signals INT and TERM")]
    Signals {
        /// What the system said.
        #[source]
        source: io::Error,
    },
}

impl ProcessError {
    /// Whether the program does not exist: the one failure that installing something repairs.
    pub fn is_missing_program(&self) -> bool {
        matches!(self, Self::Start { source, .. } if source.kind() == io::ErrorKind::NotFound)
    }
}

fn told(stderr: &str) -> String {
    if stderr.is_empty() { String::new() } else { format!("; it had said: {stderr}") }
}
