//! `lock`: what a build is made of, by digest.

mod add;
mod again;
mod file;
mod images;
mod outdated;
mod packages;
mod sources;
mod update;
mod verify;

use clap::Subcommand;

use crate::args::Global;
use crate::error::CliError;
use crate::printer::Printer;

/// Lock inputs: add, update, verify, look for newer versions.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  cargo xtask lock add chart metallb 0.15.2 --go go.universe.tf/metallb@v0.15.2 --select 'charts/metallb => .'
  cargo xtask lock update metallb
  cargo xtask lock update --images
  cargo xtask lock verify
  cargo xtask lock outdated")]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Fetch an input and lock what came
    Add(add::Args),
    /// Fetch inputs again and lock what comes now, or look up images
    Update(update::Args),
    /// Check that what was fetched still has its digest
    #[command(after_help = "Example:\n  cargo xtask lock verify --format json")]
    Verify,
    /// List inputs that have newer versions
    #[command(after_help = "Example:\n  cargo xtask lock outdated --format json")]
    Outdated,
}

pub(crate) fn run(args: &Args, global: &Global, printer: &Printer) -> Result<u8, CliError> {
    match &args.action {
        Action::Add(args) => add::run(args, global, printer),
        Action::Update(args) => update::run(args, global, printer),
        Action::Verify => verify::run(global, printer),
        Action::Outdated => outdated::run(global, printer),
    }
}
