//! Running the program in a workspace of a test's own.

use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::time::SystemTime;

use serde_json::Value;
use tempfile::TempDir;

/// A directory that is a workspace, a home and a store.
pub(crate) struct Workspace(TempDir);

/// What came of a run.
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Workspace {
    /// A directory that is no workspace.
    pub(crate) fn empty() -> Self {
        Self(tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap())
    }

    /// A cluster with one unit, and nothing locked.
    pub(crate) fn small() -> Self {
        let workspace = Self::empty();
        workspace.write("Cargo.toml", "");
        workspace.write("home/.keep", "");
        workspace.write(
            "hosts/lab/cluster.yaml",
            "name: lab\ndescription: For a test.\nenvironment: staging\nrole: hub\nengines: [flux]\n\
             kubernetes: {version: 1.34.1}\nregistry: oci://registry.example.org/lab\nunits: [apps/web/hello]\n",
        );
        workspace.write("apps/web/hello/app.yaml", "description: For a test.\nnamespace: hello\n");
        workspace
    }

    pub(crate) fn path(&self, relative: &str) -> PathBuf {
        self.0.path().canonicalize().unwrap().join(relative)
    }

    pub(crate) fn write(&self, file: &str, text: &str) {
        let path = self.path(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub(crate) fn read(&self, file: &str) -> String {
        std::fs::read_to_string(self.path(file)).unwrap()
    }

    pub(crate) fn modified(&self, file: &str) -> SystemTime {
        std::fs::metadata(self.path(file)).unwrap().modified().unwrap()
    }

    /// What lies at the top.
    pub(crate) fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.0.path()).unwrap();
        entries.map(|entry| entry.unwrap().file_name().to_str().unwrap().to_owned()).collect()
    }

    pub(crate) fn run(&self, args: &[&str]) -> Run {
        self.run_with(args, &[])
    }

    pub(crate) fn run_with(&self, args: &[&str], env: &[(&str, &str)]) -> Run {
        Run::of(self.command(args).envs(env.iter().copied()).output().unwrap())
    }

    /// With stdout connected to something.
    pub(crate) fn run_into(&self, args: &[&str], stdout: Stdio) -> Run {
        Run::of(
            self.command(args)
                .stdout(stdout)
                .stderr(Stdio::piped())
                .spawn()
                .unwrap()
                .wait_with_output()
                .unwrap(),
        )
    }

    /// With stdout connected to a pipe that nobody reads from.
    pub(crate) fn run_into_closed_pipe(&self, args: &[&str]) -> Run {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        self.run_into(args, writer.into())
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        let path = std::env::var_os("PATH").unwrap_or_default();
        command.args(args).current_dir(self.0.path()).stdin(Stdio::null()).env_clear();
        command.env("PATH", path).env("HOME", self.path("home")).env("XTASK_STORE", self.path("store"));
        command.env("XTASK_OFFLINE", "1");
        command
    }
}

impl Run {
    fn of(output: Output) -> Self {
        use std::os::unix::process::ExitStatusExt as _;
        let code = output.status.code().unwrap_or_else(|| 128 + output.status.signal().unwrap_or_default());
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self { code, stdout: text(output.stdout), stderr: text(output.stderr) }
    }

    /// What it printed, as JSON.
    pub(crate) fn json(&self) -> Value {
        assert_eq!(self.code, 0, "{}", self.stderr);
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {}", self.stdout))
    }
}
