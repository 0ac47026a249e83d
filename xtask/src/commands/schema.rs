//! `schema`: JSON schemas for editors.

use catalogue::{ClusterSpec, ImageSpec, MachineSpec, UnitSpec, json_schema};
use clap::ValueEnum;

use crate::error::CliError;
use crate::printer::Printer;

/// Print the JSON schema of a description file, for editors.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  cargo xtask schema unit > unit.schema.json    then, in a component.yaml: # yaml-language-server: $schema=…")]
pub(crate) struct Args {
    /// Which file
    of: Of,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Of {
    /// hosts/<cluster>/cluster.yaml
    Cluster,
    /// hosts/<cluster>/machines/<name>.yaml
    Machine,
    /// component.yaml and app.yaml
    Unit,
    /// images/<name>.yaml
    Image,
}

#[allow(clippy::unnecessary_wraps, reason = "all commands have one shape")]
pub(crate) fn run(args: &Args, printer: &Printer) -> Result<u8, CliError> {
    printer.json(&match args.of {
        Of::Cluster => json_schema::<ClusterSpec>(),
        Of::Machine => json_schema::<MachineSpec>(),
        Of::Unit => json_schema::<UnitSpec>(),
        Of::Image => json_schema::<ImageSpec>(),
    });
    Ok(0)
}
