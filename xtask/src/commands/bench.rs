//! `bench`: what a build costs, what it costs beyond the programs that it runs, and what machines, their images and
//! publishing cost.

mod e2e;
mod figures;
mod images;
mod lab;
mod layers;
mod machine;
mod machines;
mod publishing;
mod runs;
mod stage;
mod synthetic;

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Subcommand;

use crate::args::{Format, Global};
use crate::context;
use crate::error::{CHECK, CliError};
use crate::printer::Printer;
use figures::Figures;
use stage::Stage;

/// Measure builds (nothing changed, one value changed, everything new, what each component of a big cluster costs), the
/// configurations of many machines, images of machines, and publishing.
///
/// Everything happens on copies in a temporary directory. Processor time and memory are the kernel's count; a ratio
/// compares with the bare helm and kubectl calls, or the imager of Talos, of the same run. Figures over their limit are marked, and end the
/// command with exit code 1. No cluster is started, except by `bench e2e`.
#[derive(Debug, clap::Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "Examples:
  cargo xtask bench                          lab, and clusters of 50, 500 and 2000 components
  cargo xtask bench --components 50          lab, and one cluster of 50 components
  cargo xtask bench --format json            for programs
  cargo xtask bench images                   images of machines only, beside the imager of Talos
  cargo xtask bench e2e                      what a release takes on a real cluster"
)]
pub(crate) struct Args {
    /// Sizes of the synthetic clusters, from small to big
    #[arg(long, value_name = "N", value_delimiter = ',', default_values_t = [50, 500, 2000])]
    components: Vec<usize>,
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Measure real clusters: how soon one is there, follows, and has what was published
    #[command(name = "e2e")]
    E2e(e2e::Args),
    /// Measure images of machines only
    Images,
}

pub(crate) fn run(args: &Args, global: &Global, printer: &Printer) -> Result<u8, CliError> {
    if let Some(What::E2e(args)) = &args.what {
        let mut figures = Figures::default();
        printer.note(&machine::describe());
        e2e::measure(args, global, printer, &mut figures)?;
        return Ok(print(&figures, printer));
    }
    if cfg!(debug_assertions) {
        return optimised(args, global, printer);
    }
    let workspace = context::workspace(global)?;
    let store = context::store(global)?;
    printer.note(&machine::describe());
    let stage = Stage::new(global, &workspace, &store, printer)?;
    let mut figures = Figures::default();
    if let Some(What::Images) = args.what {
        images::measure(&stage, workspace.root(), &mut figures)?;
        return Ok(print(&figures, printer));
    }
    machines::measure(&stage, &mut figures)?;
    images::measure(&stage, workspace.root(), &mut figures)?;
    lab::measure(&stage, &mut figures)?;
    synthetic::measure(&stage, &args.components, &mut figures)?;
    publishing::measure(&stage, &mut figures)?;
    Ok(print(&figures, printer))
}

/// Prints the figures and gives the exit code.
fn print(figures: &Figures, printer: &Printer) -> u8 {
    match printer.format {
        Format::Text => printer.data(&figures.table()),
        Format::Json => printer.json(figures),
    }
    if figures.all_met() { 0 } else { CHECK }
}

/// Runs the same command of a release build: figures of another would say nothing.
fn optimised(args: &Args, global: &Global, printer: &Printer) -> Result<u8, CliError> {
    let workspace = context::workspace(global)?;
    let cargo = std::env::var_os("CARGO").map_or_else(|| PathBuf::from("cargo"), PathBuf::from);
    let sizes: Vec<String> = args.components.iter().map(usize::to_string).collect();
    let store = context::store_path(global)?;
    let (store, sizes) = (store.display().to_string(), sizes.join(","));
    let mut words = vec!["run", "--release", "--package", "xtask", "--", "bench"];
    match args.what {
        Some(What::Images) => words.push("images"),
        _ => words.extend(["--components", &sizes]),
    }
    words.extend(["--store", &store]);
    if global.offline {
        words.push("--offline");
    }
    if printer.format == Format::Json {
        words.extend(["--format", "json"]);
    }
    let code = process::stream(&cargo, &words, workspace.root(), &BTreeMap::new(), &mut |line| {
        printer.data(line);
    })
    .map_err(|error| CliError::environment(&error, "cargo"))?;
    Ok(u8::try_from(code).unwrap_or(CHECK))
}
