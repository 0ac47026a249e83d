//! `completions`: scripts for shells.

use clap::CommandFactory as _;
use clap_complete::Shell;

use crate::error::CliError;
use crate::printer::Printer;

/// The program that the script completes: cargo hands no completions of its aliases on.
const PROGRAM: &str = "xtask";

/// Print a completion script for a shell.
///
/// It completes the program `xtask`, which lies in `target/` after a build, and whatever is made an alias of it.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  cargo xtask completions bash > ~/.local/share/bash-completion/completions/xtask
  cargo xtask completions zsh > ~/.zfunc/_xtask
  cargo xtask completions fish > ~/.config/fish/completions/xtask.fish")]
pub(crate) struct Args {
    /// The shell
    shell: Shell,
}

#[allow(clippy::unnecessary_wraps, reason = "all commands have one shape")]
pub(crate) fn run(args: &Args, printer: &Printer) -> Result<u8, CliError> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut crate::args::Args::command(), PROGRAM, &mut script);
    printer.data(&String::from_utf8_lossy(&script));
    Ok(0)
}
