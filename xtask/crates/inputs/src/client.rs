//! Registries' own clients: programs of the user's, run with the user's settings.
//!
//! They are the one kind of child that sees the user's environment: which registry, proxy, certificate and
//! login to use is known to them alone. What they bring is judged by its digest like everything else.

use std::collections::BTreeMap;
use std::env;
use std::path::{Path, PathBuf};
use std::time::Duration;

use process::Command;

use crate::SourceError;

/// Time for one download.
const DEADLINE: Duration = Duration::from_mins(30);
/// Variables that would make a client work on something else than it is told to.
const MISLEADING: [&str; 8] = [
    "TMPDIR",
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_NAMESPACE",
    "GOFLAGS",
];
/// Directories that are the user's own unless a variable says otherwise.
const HOMES: [(&str, &str); 4] = [
    ("XDG_CACHE_HOME", ".cache"),
    ("XDG_CONFIG_HOME", ".config"),
    ("XDG_DATA_HOME", ".local/share"),
    ("XDG_STATE_HOME", ".local/state"),
];

/// A client, to be run in `directory`.
pub(crate) fn command(program: PathBuf, directory: &Path) -> Command {
    let mut command = Command::new(program, directory);
    command.deadline = DEADLINE;
    command.env = environment();
    command
}

/// Runs a client; a code other than zero is a refusal.
pub(crate) fn complete(command: &Command) -> Result<Vec<u8>, SourceError> {
    let finished = process::run(command)?;
    if finished.succeeded() {
        return Ok(finished.stdout);
    }
    Err(SourceError::Refused {
        line: command.line(),
        code: finished.code,
        said: last_lines(&finished.stderr),
    })
}

fn environment() -> BTreeMap<String, String> {
    let mut env: BTreeMap<String, String> = env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .filter(|(name, _)| !MISLEADING.contains(&name.as_str()))
        .collect();
    if let Some(home) = env.get("HOME").map(PathBuf::from) {
        for (name, below) in HOMES {
            let own = || home.join(below).to_string_lossy().into_owned();
            env.entry(name.to_owned()).or_insert_with(own);
        }
    }
    env.insert("LC_ALL".to_owned(), "C".to_owned());
    env
}

/// The end of what a client said, on one line.
fn last_lines(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let start = lines.len().saturating_sub(4);
    lines.get(start..).unwrap_or_default().join("; ")
}
