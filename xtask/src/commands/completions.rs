//! `completions`: scripts for shells.

use clap::CommandFactory as _;
use clap_complete::Shell;

use crate::error::CliError;

/// Print a completion script for a shell.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The shell
    shell: Shell,
}

#[allow(clippy::unnecessary_wraps, reason = "all commands have one shape")]
pub(crate) fn run(args: &Args) -> Result<u8, CliError> {
    clap_complete::generate(args.shell, &mut crate::args::Args::command(), "xtask", &mut std::io::stdout());
    Ok(0)
}
