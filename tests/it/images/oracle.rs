//! Programs that are asked.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;

use end_to_end::skip;
use serde_json::Value;

/// Only one test builds a Go program at a time: they share a cache.
static BUILDING: Mutex<()> = Mutex::new(());

/// A Go program of this directory, built once; `None` when it cannot be built here, which the test has told then.
pub(crate) fn go_program(test: &str, name: &str) -> Option<PathBuf> {
    let _one = BUILDING.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let target = std::env::current_exe().unwrap().with_file_name(format!("oracle-{name}"));
    if let Err(reason) = end_to_end::go::build(&Path::new(env!("CARGO_MANIFEST_DIR")).join(name), &target) {
        skip(test, &reason);
        return None;
    }
    Some(target)
}

/// What a program answers to a question in JSON.
pub(crate) fn ask(program: &Path, question: &Value) -> Value {
    let mut command = Command::new(program);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(question.to_string().as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", program.display());
    serde_json::from_slice(&output.stdout).unwrap()
}
