//! A child that serves this process until it is dropped.

use std::env;
use std::fs::File;
use std::io::{self, PipeWriter};
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::path::{Path, PathBuf};
use std::process::Output;
use std::time::Duration;

use duct::Handle;

use crate::group::Group;
use crate::run::{count, start};
use crate::{Command, ProcessError, environment, interrupt, search};

/// Time between TERM and KILL.
const GRACE: Duration = Duration::from_secs(2);

/// Runs the program beside something that waits for the other end of our pipe to close, which happens when we end,
/// however we do: then the whole group is killed.
const WATCHED: &str = r#"exec 3<&0 </dev/null
{ read -r _ <&3; kill -KILL 0; } &
exec 3<&-
"$@" &
wait $!"#;

/// A running child, say a server or a machine. Dropping it kills it with all that it has started; so does our own end,
/// even by `SIGKILL`.
pub struct Running {
    program: PathBuf,
    handle: Handle,
    group: Group,
    /// Nothing is ever written; its end is the message.
    _alive: PipeWriter,
}

/// Starts a child that goes on until the result is dropped; what it writes on either pipe goes to the file `log`.
///
/// It has nothing to read, and the deadline of the command has no meaning here. Errors: the log cannot be made, the
/// child cannot be started, or the user interrupts.
pub fn serve(command: &Command, log: &Path) -> Result<Running, ProcessError> {
    let env = environment::prepare(command)?;
    let program = command.program.clone();
    if interrupt::interrupted() {
        return Err(ProcessError::Interrupted { program });
    }
    let output = |source| ProcessError::Output { program: program.clone(), source };
    let failed = |source| ProcessError::Start {
        program: program.clone(),
        directory: command.directory.clone(),
        source,
    };
    let path = env.get("PATH").map(String::as_str).unwrap_or_default();
    if !is_there(command, path) {
        return Err(failed(io::ErrorKind::NotFound.into()));
    }
    let file = File::create(log).map_err(output)?;
    let (watched, alive) = io::pipe().map_err(failed)?;
    let words = ["-c".into(), WATCHED.into(), "sh".into(), command.program.clone().into_os_string()];
    let expression = duct::cmd("/bin/sh", words.into_iter().chain(command.args.iter().cloned()))
        .dir(&command.directory)
        .full_env(env)
        .stdin_file(watched)
        .stderr_to_stdout()
        .stdout_file(file)
        .unchecked()
        .before_spawn(|child| {
            child.process_group(0);
            Ok(())
        });
    let handle = start(&expression).map_err(failed)?;
    count();
    let pid = handle.pids().first().copied().unwrap_or_default();
    let group = Group::of(pid).map_err(output)?;
    Ok(Running { program, handle, group, _alive: alive })
}

/// Whether a program can be started, which a shell would tell in words of its own.
fn is_there(command: &Command, path: &str) -> bool {
    if command.program.components().nth(1).is_some() {
        return search::is_executable(&command.directory.join(&command.program));
    }
    env::split_paths(path).any(|directory| search::is_executable(&directory.join(&command.program)))
}

impl Running {
    /// The number of its process group.
    pub fn pid(&self) -> u32 {
        self.handle.pids().first().copied().unwrap_or_default()
    }

    /// Whether it has ended by itself.
    pub fn has_ended(&self) -> Result<bool, ProcessError> {
        Ok(self.code(self.handle.try_wait())?.is_some())
    }

    /// Waits for its end and gives its exit code, 128 and the signal's number if a signal ended it; nothing when it
    /// still runs after that time. Errors: the user interrupts.
    pub fn wait(&self, time: Duration) -> Result<Option<i32>, ProcessError> {
        let code = self.code(self.handle.wait_timeout(time))?;
        if interrupt::interrupted() {
            return Err(ProcessError::Interrupted { program: self.program.clone() });
        }
        Ok(code)
    }

    /// Asks it to end, and ends it when it has not after two seconds.
    pub fn end(self) {
        self.group.terminate();
        // What has not ended by then is killed as this is dropped.
        let _ = self.handle.wait_timeout(GRACE);
    }

    fn code(&self, ended: io::Result<Option<&Output>>) -> Result<Option<i32>, ProcessError> {
        let ended = ended.map_err(|source| ProcessError::Output { program: self.program.clone(), source })?;
        let code = |output: &Output| {
            let signal = output.status.signal().unwrap_or_default();
            output.status.code().unwrap_or(128 + signal)
        };
        Ok(ended.map(code))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.group.kill();
        // Its end is near; whoever looks for it afterwards finds nothing.
        let _ = self.handle.wait_timeout(GRACE);
    }
}
