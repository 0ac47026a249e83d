//! Running a child although the user has interrupted.

use std::io;
use std::os::unix::process::CommandExt;
use std::process::Output;

use duct::Handle;

use crate::run::finished;
use crate::{Command, Finished, ProcessError, environment};

/// Runs a child that takes away what the program has made elsewhere, so that an end by Ctrl-C leaves nothing behind.
///
/// It is not ended by the first signal, which has come already; a second one ends this program, and then the child goes
/// on by itself. Errors: it cannot be started, or its deadline passes.
pub fn clean_up(command: &Command) -> Result<Finished, ProcessError> {
    let env = environment::prepare(command)?;
    let expression = duct::cmd(&command.program, &command.args)
        .dir(&command.directory)
        .full_env(env)
        .stdin_null()
        .stdout_capture()
        .stderr_capture()
        .unchecked()
        .before_spawn(|child| {
            child.process_group(0);
            Ok(())
        });
    let handle = expression.start().map_err(|source| ProcessError::Start {
        program: command.program.clone(),
        directory: command.directory.clone(),
        source,
    })?;
    match wait(&handle, command) {
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

fn wait<'a>(handle: &'a Handle, command: &Command) -> io::Result<Option<&'a Output>> {
    handle.wait_timeout(command.deadline)
}
