//! Running one child to its end.

use std::collections::BTreeMap;
use std::io;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::Output;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use duct::{Expression, Handle};

use crate::group::Group;
use crate::{Command, Finished, ProcessError, environment, interrupt};

/// How often a running child is looked at; its own end is noticed at once.
const LOOK: Duration = Duration::from_millis(50);
/// Time between TERM and KILL.
const GRACE: Duration = Duration::from_secs(2);
/// For how long a program that somebody writes is tried again.
const BUSY: Duration = Duration::from_secs(5);
/// Time between two such tries.
const BUSY_PAUSE: Duration = Duration::from_millis(10);
/// Bytes of standard error that an error repeats.
const TAIL: usize = 2000;

static STARTED: AtomicU64 = AtomicU64::new(0);

/// How many children this process has started so far.
///
/// A warm build starts none; that is what this number is for.
pub fn started() -> u64 {
    STARTED.load(Ordering::SeqCst)
}

/// Runs a child to its end and returns what it wrote.
///
/// A non-zero exit code is no error: only the caller knows what it means. When the child has ended, its
/// process group is killed, so that nothing of it goes on. Errors: it cannot be started, its deadline
/// passes, or the user interrupts.
pub fn run(command: &Command) -> Result<Finished, ProcessError> {
    let env = environment::prepare(command)?;
    if interrupt::interrupted() {
        return Err(ProcessError::Interrupted { program: command.program.clone() });
    }
    let expression = captured(command, env);
    let expression = if command.stdin.is_empty() {
        expression.stdin_null()
    } else {
        expression.stdin_bytes(command.stdin.clone())
    };
    let handle = start(&expression).map_err(|source| ProcessError::Start {
        program: command.program.clone(),
        directory: command.directory.clone(),
        source,
    })?;
    count();
    let pid = handle.pids().first().copied().unwrap_or_default();
    let group = Group::of(pid).map_err(|source| output_error(command, source))?;
    attend(command, &handle, &group)
}

/// A child in a process group of its own, whose output is kept.
pub(crate) fn captured(command: &Command, env: BTreeMap<String, String>) -> Expression {
    duct::cmd(&command.program, &command.args)
        .dir(&command.directory)
        .full_env(env)
        .stdout_capture()
        .stderr_capture()
        .unchecked()
        .before_spawn(|child| {
            child.process_group(0);
            Ok(())
        })
}

/// Counts one more child.
pub(crate) fn count() {
    STARTED.fetch_add(1, Ordering::SeqCst);
}

/// Starts a child whose program may have been written a moment ago.
///
/// A child that another thread forks holds a copy of every open file until it executes its own program, also of the
/// one that this thread wrote and closed. The kernel refuses to execute a file that is open for writing (`ETXTBSY`);
/// the other child gives it up at once.
pub(crate) fn start(expression: &Expression) -> io::Result<Handle> {
    let first = Instant::now();
    loop {
        match expression.start() {
            Err(error)
                if error.kind() == io::ErrorKind::ExecutableFileBusy
                    && first.elapsed() < BUSY
                    && !interrupt::interrupted() =>
            {
                thread::sleep(BUSY_PAUSE);
            }
            started => return started,
        }
    }
}

/// Waits for the child, its deadline or an interrupt, whichever comes first.
fn attend(command: &Command, handle: &Handle, group: &Group) -> Result<Finished, ProcessError> {
    let start = Instant::now();
    loop {
        let left = command.deadline.saturating_sub(start.elapsed());
        if let Some(output) = wait(command, handle, left.min(LOOK))? {
            // Children that were killed by an interrupt end here as well.
            return if interrupt::interrupted() {
                Err(ProcessError::Interrupted { program: command.program.clone() })
            } else {
                Ok(finished(output))
            };
        }
        if interrupt::interrupted() {
            group.kill();
            wait(command, handle, GRACE)?;
            return Err(ProcessError::Interrupted { program: command.program.clone() });
        }
        if group.leader_ended() {
            // Only what it left behind still holds the pipes.
            group.kill();
        }
        if start.elapsed() >= command.deadline {
            return Err(expire(command, handle, group));
        }
    }
}

fn expire(command: &Command, handle: &Handle, group: &Group) -> ProcessError {
    group.terminate();
    let ended = matches!(wait(command, handle, GRACE), Ok(Some(_)));
    group.kill();
    if !ended {
        let _ = wait(command, handle, GRACE);
    }
    let stderr = match handle.try_wait() {
        Ok(Some(output)) => tail(&output.stderr),
        _ => String::new(),
    };
    ProcessError::Deadline { program: command.program.clone(), deadline: command.deadline, stderr }
}

fn wait<'a>(
    command: &Command,
    handle: &'a Handle,
    time: Duration,
) -> Result<Option<&'a Output>, ProcessError> {
    handle.wait_timeout(time).map_err(|source| output_error(command, source))
}

pub(crate) fn finished(output: &Output) -> Finished {
    let code = match (output.status.code(), output.status.signal()) {
        (Some(code), _) => code,
        (None, signal) => 128 + signal.unwrap_or_default(),
    };
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    Finished { stdout: output.stdout.clone(), stderr, code }
}

fn output_error(command: &Command, source: std::io::Error) -> ProcessError {
    ProcessError::Output { program: command.program.clone(), source }
}

fn tail(stderr: &[u8]) -> String {
    let start = stderr.len().saturating_sub(TAIL);
    String::from_utf8_lossy(stderr.get(start..).unwrap_or_default()).trim().to_owned()
}
