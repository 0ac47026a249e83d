//! Applying objects with the pinned `kubectl`.

use std::time::Duration;

use diag::Diagnostic;
use plan::Strictness;
use process::Command;

use super::Args;
use crate::args::Global;
use crate::commands::session::with_session;
use crate::error::CliError;
use crate::printer::Printer;

/// A login of the user's may ask a person.
const DEADLINE: Duration = Duration::from_mins(2);

/// Applies `objects`; what `kubectl` says.
pub(super) fn apply(
    args: &Args,
    objects: &str,
    global: &Global,
    printer: &Printer,
) -> Result<String, CliError> {
    let program = with_session(global, printer, &args.cluster, Strictness::Lenient, plan::kubectl)?;
    let scratch =
        tempfile::tempdir().map_err(|error| CliError::environment(&error, "a scratch directory"))?;
    let directory =
        std::env::current_dir().map_err(|error| CliError::environment(&error, "the current directory"))?;
    let mut command = Command { deadline: DEADLINE, directory, ..Command::new(program, scratch.path()) };
    // It speaks to the user's cluster as the user does.
    for (name, value) in std::env::vars() {
        command = command.env(name, value);
    }
    command.stdin = objects.as_bytes().to_vec();
    let mut arguments = vec!["apply".to_owned(), "--server-side".to_owned()];
    arguments.push("--field-manager=cargo-xtask".to_owned());
    arguments.extend(args.kubeconfig.iter().map(|file| format!("--kubeconfig={}", file.display())));
    arguments.extend(args.context.iter().map(|context| format!("--context={context}")));
    arguments.extend(["-f".to_owned(), "-".to_owned()]);
    let finished = process::run(&command.args(arguments))
        .map_err(|error| CliError::environment(&error, "`kubectl apply`"))?;
    if finished.code == 0 {
        return Ok(String::from_utf8_lossy(&finished.stdout).into_owned());
    }
    let diagnostic = Diagnostic::error(format!("`kubectl apply` refused: {}", finished.stderr.trim_end()));
    Err(CliError::surroundings(diagnostic.hint(
        "is the cluster up, the kubeconfig right (`--kubeconfig`, `--context`), and the engine installed?",
    )))
}
