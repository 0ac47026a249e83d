//! A child that serves this process until it is dropped.

use std::fs::File;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};

use duct::Handle;

use crate::group::Group;
use crate::run::start;
use crate::{Command, ProcessError, environment, interrupt};

/// A running child, say a server or a machine. Dropping it kills it with all that it has started.
pub struct Running {
    program: PathBuf,
    handle: Handle,
    // Dropped last: it kills what is left.
    _group: Group,
}

/// Starts a child that goes on until the result is dropped; what it writes on either pipe goes to the file `log`.
///
/// The deadline of the command has no meaning here. Errors: the log cannot be made, the child cannot be started, or the
/// user interrupts.
pub fn serve(command: &Command, log: &Path) -> Result<Running, ProcessError> {
    let env = environment::prepare(command)?;
    let program = command.program.clone();
    if interrupt::interrupted() {
        return Err(ProcessError::Interrupted { program });
    }
    let failed = |source| ProcessError::Output { program: program.clone(), source };
    let file = File::create(log).map_err(failed)?;
    let expression = duct::cmd(&command.program, &command.args)
        .dir(&command.directory)
        .full_env(env)
        .stdin_null()
        .stderr_to_stdout()
        .stdout_file(file)
        .unchecked()
        .before_spawn(|child| {
            child.process_group(0);
            Ok(())
        });
    let handle = start(&expression).map_err(|source| ProcessError::Start {
        program: program.clone(),
        directory: command.directory.clone(),
        source,
    })?;
    let pid = handle.pids().first().copied().unwrap_or_default();
    let group = Group::of(pid).map_err(failed)?;
    Ok(Running { program, handle, _group: group })
}

impl Running {
    /// The number of the process.
    pub fn pid(&self) -> u32 {
        self.handle.pids().first().copied().unwrap_or_default()
    }

    /// Whether it has ended by itself.
    pub fn has_ended(&self) -> Result<bool, ProcessError> {
        let ended = self.handle.try_wait();
        let ended = ended.map_err(|source| ProcessError::Output { program: self.program.clone(), source })?;
        Ok(ended.is_some())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // A child that has ended already is what is wanted.
        let _ = self.handle.kill();
    }
}
