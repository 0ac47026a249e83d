//! Running the program.
#![allow(clippy::disallowed_methods, reason = "the tests run the program as a shell would")]

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;

/// The program with the surroundings that one call of it gets; nothing of the test's own environment.
#[derive(Clone, Debug)]
pub struct Program {
    /// Where it starts.
    pub directory: PathBuf,
    /// Its environment.
    pub env: Vec<(String, String)>,
    /// What stands before the arguments of each call.
    pub flags: Vec<String>,
    /// A command that runs it in place of being run by itself: `sh -c '…; exec "$@"' sh`.
    pub wrapper: Vec<String>,
}

/// What came of a call.
#[derive(Clone, Debug)]
pub struct Run {
    /// The exit code; 128 and the signal's number when a signal ended it.
    pub code: i32,
    /// What it printed.
    pub stdout: String,
    /// What it told.
    pub stderr: String,
}

impl Program {
    /// The program in `directory`, with `home` and `store`.
    pub fn new(directory: &Path, home: &Path, store: &Path) -> Self {
        let text = |path: &Path| path.display().to_string();
        let path = env::var("PATH").unwrap_or_default();
        let env = [("PATH", path), ("HOME", text(home)), ("XTASK_STORE", text(store))];
        Self {
            directory: directory.to_owned(),
            env: env.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
            flags: Vec::new(),
            wrapper: Vec::new(),
        }
    }

    /// Sets a variable.
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.env.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Adds flags of every call.
    pub fn flags(mut self, flags: &[&str]) -> Self {
        self.flags.extend(flags.iter().map(|flag| (*flag).to_owned()));
        self
    }

    /// Runs it to its end.
    pub fn run(&self, args: &[&str]) -> Run {
        Run::of(&self.command(args).output().expect("the program starts"))
    }

    /// Starts it; whoever has it ends it.
    pub fn spawn(&self, args: &[&str]) -> Child {
        self.command(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts")
    }

    /// Builds the default cluster and gives the report.
    ///
    /// # Panics
    ///
    /// When the build fails.
    pub fn build(&self) -> Value {
        self.run(&["build", "--format", "json"]).json()[0].take()
    }

    /// The call, for whoever starts it in another way.
    ///
    /// # Panics
    ///
    /// When the test does not know where it is.
    pub fn command(&self, args: &[&str]) -> Command {
        let binary = binary();
        let mut words = self.wrapper.clone();
        words.push(binary.display().to_string());
        words.extend(self.flags.iter().cloned());
        words.extend(args.iter().map(|arg| (*arg).to_owned()));
        let (first, rest) = words.split_first().expect("there is the program itself");
        let mut command = Command::new(first);
        command.args(rest).current_dir(&self.directory).stdin(Stdio::null()).env_clear();
        command.envs(self.env.iter().map(|(name, value)| (name, value)));
        command
    }
}

impl Run {
    /// What came of a process.
    pub fn of(output: &Output) -> Self {
        use std::os::unix::process::ExitStatusExt as _;
        let code = output.status.code().unwrap_or_else(|| 128 + output.status.signal().unwrap_or_default());
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Self { code, stdout: text(&output.stdout), stderr: text(&output.stderr) }
    }

    /// What it printed, as JSON.
    ///
    /// # Panics
    ///
    /// When it failed or printed something else.
    pub fn json(&self) -> Value {
        assert_eq!(self.code, 0, "{}\n{}", self.stdout, self.stderr);
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}:\n{}", self.stdout))
    }

    /// Everything that a person saw.
    pub fn text(&self) -> String {
        format!("{}{}", self.stdout, self.stderr)
    }
}

/// The program, which lies beside the directory of the test programs.
fn binary() -> PathBuf {
    let test = env::current_exe().expect("a test knows where it is");
    let directory = test.parent().and_then(Path::parent).expect("a test lies in `deps`");
    directory.join("xtask-under-test")
}
