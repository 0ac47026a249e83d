//! Running a child although the user has interrupted.

use crate::run::{captured, finished};
use crate::{Command, Finished, ProcessError, environment};

/// Runs a child that takes away what the program has made elsewhere, so that an end by Ctrl-C leaves nothing behind.
///
/// It is not ended by the first signal, which has come already; a second one ends this program, and then the child goes
/// on by itself. Errors: it cannot be started, or its deadline passes.
pub fn clean_up(command: &Command) -> Result<Finished, ProcessError> {
    let env = environment::prepare(command)?;
    let handle = captured(command, env).stdin_null().start().map_err(|source| ProcessError::Start {
        program: command.program.clone(),
        directory: command.directory.clone(),
        source,
    })?;
    match handle.wait_timeout(command.deadline) {
        Ok(Some(output)) => Ok(finished(output)),
        Ok(None) => {
            // Nobody is left to ask what it said.
            let _ = handle.kill();
            Err(ProcessError::Deadline {
                program: command.program.clone(),
                deadline: command.deadline,
                stderr: String::new(),
            })
        }
        Err(source) => Err(ProcessError::Output { program: command.program.clone(), source }),
    }
}
