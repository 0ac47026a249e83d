//! The pinned `kubectl`, on a cluster of the user's.

use std::path::PathBuf;
use std::time::Duration;

use diag::Diagnostic;
use plan::Strictness;
use process::Command;

use crate::args::Global;
use crate::commands::session::with_session;
use crate::error::CliError;
use crate::printer::Printer;

/// A login of the user's may ask a person.
const DEADLINE: Duration = Duration::from_mins(2);

/// Which cluster, as `kubectl` is told.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Access {
    /// The kubeconfig file; what `kubectl` takes unless given
    #[arg(long, value_name = "FILE")]
    kubeconfig: Option<PathBuf>,
    /// The context in it
    #[arg(long, value_name = "NAME")]
    context: Option<String>,
}

impl Access {
    /// Refuses to be told of a cluster that nobody asks: without `flag`.
    pub(crate) fn only_with(&self, asked: bool, flag: &str) -> Result<(), CliError> {
        if asked || self.kubeconfig.is_none() && self.context.is_none() {
            return Ok(());
        }
        let message = format!("`--kubeconfig` and `--context` say nothing without `{flag}`");
        Err(CliError::input(
            Diagnostic::error(message).hint(format!("give `{flag}` as well, or leave them out")),
        ))
    }

    /// Runs `kubectl <verb> …` against the cluster that `name` describes; what it prints.
    pub(crate) fn run(
        &self,
        name: &str,
        arguments: &[&str],
        stdin: &str,
        global: &Global,
        printer: &Printer,
    ) -> Result<String, CliError> {
        let program = with_session(global, printer, name, Strictness::Lenient, plan::kubectl)?;
        let scratch =
            tempfile::tempdir().map_err(|error| CliError::environment(&error, "a scratch directory"))?;
        let directory = std::env::current_dir()
            .map_err(|error| CliError::environment(&error, "the current directory"))?;
        let mut command = Command { deadline: DEADLINE, directory, ..Command::new(program, scratch.path()) };
        // It speaks to the user's cluster as the user does.
        for (name, value) in std::env::vars() {
            command = command.env(name, value);
        }
        command.stdin = stdin.as_bytes().to_vec();
        let mut words: Vec<String> = arguments.iter().map(|word| (*word).to_owned()).collect();
        words.extend(self.kubeconfig.iter().map(|file| format!("--kubeconfig={}", file.display())));
        words.extend(self.context.iter().map(|context| format!("--context={context}")));
        let line = format!("`kubectl {}`", arguments.first().copied().unwrap_or_default());
        let finished =
            process::run(&command.args(words)).map_err(|error| CliError::environment(&error, &line))?;
        if finished.code == 0 {
            return Ok(String::from_utf8_lossy(&finished.stdout).into_owned());
        }
        let diagnostic = Diagnostic::error(format!("{line} refused: {}", finished.stderr.trim_end()));
        Err(CliError::surroundings(diagnostic.hint(
            "is the cluster up, the kubeconfig right (`--kubeconfig`, `--context`), and the engine installed?",
        )))
    }
}
