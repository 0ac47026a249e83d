//! One file per command.

use crate::args::{Args, Command};
use crate::error::CliError;
use crate::printer::Printer;

pub(crate) mod bench;
pub(crate) mod boot;
pub(crate) mod bootstrap;
pub(crate) mod build;
mod changes;
pub(crate) mod completions;
pub(crate) mod diff;
pub(crate) mod e2e;
mod hosts;
mod kubectl;
pub(crate) mod lock;
mod login;
mod notify;
pub(crate) mod promote;
pub(crate) mod publish;
pub(crate) mod releases;
mod remote;
pub(crate) mod schema;
pub(crate) mod secrets;
mod session;
pub(crate) mod show;
mod signing;
pub(crate) mod store;
pub(crate) mod test;
pub(crate) mod why;

/// Runs a command and gives the exit code.
pub(crate) fn run(args: Args, printer: &Printer) -> Result<u8, CliError> {
    let global = &args.global;
    match args.command {
        Command::Build(args) => build::run(&args, global, printer),
        Command::Show(args) => show::run(&args, global, printer),
        Command::Diff(args) => diff::run(&args, global, printer),
        Command::Why(args) => why::run(&args, global, printer),
        Command::E2e(args) => e2e::run(&args, global, printer),
        Command::Lock(args) => lock::run(&args, global, printer),
        Command::Store(args) => store::run(&args, global, printer),
        Command::Publish(args) => publish::run(&args, global, printer),
        Command::Releases(args) => releases::run(&args, global, printer),
        Command::Promote(args) => promote::promote(&args, global, printer),
        Command::Rollback(args) => promote::rollback(&args, global, printer),
        Command::Bootstrap(args) => bootstrap::run(&args, global, printer),
        Command::Secrets(args) => secrets::run(&args, global, printer),
        Command::Schema(args) => schema::run(&args, printer),
        Command::Completions(args) => completions::run(&args, printer),
        Command::Boot(args) => boot::run(&args, global, printer),
        Command::Test(args) => test::run(&args, global, printer),
        Command::Bench(args) => bench::run(&args, global, printer),
    }
}
