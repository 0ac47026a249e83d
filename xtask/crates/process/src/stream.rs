//! Running a program of the user's own, line by line.

use std::collections::BTreeMap;
use std::env;
use std::ffi::OsString;
use std::io::{BufRead as _, BufReader};
use std::os::unix::process::CommandExt as _;
use std::path::Path;

use crate::group::Group;
use crate::{ProcessError, interrupt};

/// Variables that `cargo run` sets for the program it runs, and that mean something else to a cargo below it.
const OF_CARGO_RUN: [&str; 4] = ["CARGO_BIN_", "CARGO_MANIFEST_", "CARGO_PKG_", "CARGO_PRIMARY_"];

/// Runs a program of the user's own toolchain and hands over each line that it prints, on either pipe, as it comes.
///
/// No build step runs this way: the program sees the user's environment. The result is its exit code; 1 when a
/// signal ended it. Errors: it cannot be started, or the user interrupts.
pub fn stream(
    program: &Path,
    args: &[&str],
    directory: &Path,
    variables: &BTreeMap<String, OsString>,
    line: &mut dyn FnMut(&str),
) -> Result<i32, ProcessError> {
    let mut expression = duct::cmd(program, args).dir(directory).stderr_to_stdout().stdin_null().unchecked();
    for (name, value) in variables {
        expression = expression.env(name, value);
    }
    for (name, _) in env::vars_os() {
        if OF_CARGO_RUN.iter().any(|prefix| name.to_string_lossy().starts_with(prefix)) {
            expression = expression.env_remove(name);
        }
    }
    let expression = expression.before_spawn(|child| {
        child.process_group(0);
        Ok(())
    });
    let program = || program.to_owned();
    let reader = expression.reader().map_err(|source| ProcessError::Start {
        program: program(),
        directory: directory.to_owned(),
        source,
    })?;
    let output = |source| ProcessError::Output { program: program(), source };
    let pid = reader.pids().first().copied().unwrap_or_default();
    let _group = Group::of(pid).map_err(output)?;
    let mut lines = BufReader::new(&reader);
    let mut bytes = Vec::new();
    while lines.read_until(b'\n', &mut bytes).map_err(output)? > 0 {
        line(String::from_utf8_lossy(&bytes).trim_end());
        bytes.clear();
    }
    if interrupt::interrupted() {
        return Err(ProcessError::Interrupted { program: program() });
    }
    let finished = reader.try_wait().map_err(output)?;
    Ok(finished.and_then(|finished| finished.status.code()).unwrap_or(1))
}
