//! What to run, and what came of it.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

/// Time a child gets when its caller has no better idea.
const DEADLINE: Duration = Duration::from_mins(10);

/// One program to run, with all that it may see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// The program: a path, or a name that is looked up in the child's `PATH`.
    pub program: PathBuf,
    /// Its arguments, without the program's own name.
    pub args: Vec<OsString>,
    /// The directory it starts in.
    pub directory: PathBuf,
    /// Variables on top of the clean environment; they win over it.
    pub env: BTreeMap<String, String>,
    /// What it reads from its standard input; it may leave bytes unread.
    pub stdin: Vec<u8>,
    /// How long it may run before its whole process group is ended.
    pub deadline: Duration,
    /// An existing directory for its home, temporary files, caches and settings.
    pub scratch: PathBuf,
}

impl Command {
    /// Runs `program` in `scratch`, with nothing to read and ten minutes of time.
    pub fn new(program: impl Into<PathBuf>, scratch: impl Into<PathBuf>) -> Self {
        let scratch = scratch.into();
        Self {
            program: program.into(),
            args: Vec::new(),
            directory: scratch.clone(),
            env: BTreeMap::new(),
            stdin: Vec::new(),
            deadline: DEADLINE,
            scratch,
        }
    }

    /// Adds arguments.
    pub fn args<A: Into<OsString>>(mut self, args: impl IntoIterator<Item = A>) -> Self {
        self.args.extend(args.into_iter().map(Into::into));
        self
    }

    /// Sets a variable of its environment.
    pub fn env(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.env.insert(name.into(), value.into());
        self
    }

    /// The program and its arguments on one line, for messages.
    pub fn line(&self) -> String {
        let mut line = self.program.display().to_string();
        for arg in &self.args {
            line.push(' ');
            line.push_str(&arg.to_string_lossy());
        }
        line
    }
}

/// A child that ended by itself, with whatever code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finished {
    /// Everything it wrote to its standard output.
    pub stdout: Vec<u8>,
    /// Everything it wrote to its standard error; bytes that are no UTF-8 are replaced.
    pub stderr: String,
    /// Its exit code; 128 and the signal's number if a signal ended it, as shells count.
    pub code: i32,
}

impl Finished {
    /// Whether its exit code is zero.
    pub fn succeeded(&self) -> bool {
        self.code == 0
    }
}
