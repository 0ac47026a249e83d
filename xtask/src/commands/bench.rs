//! `bench`.

use crate::args::Global;
use crate::error::CliError;
use crate::printer::Printer;

/// Placeholder.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {}

pub(crate) fn run(_: &Args, _: &Global, _: &Printer) -> Result<u8, CliError> {
    Ok(0)
}
