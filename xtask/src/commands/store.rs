//! `store`: looking after inputs and outputs.

use clap::Subcommand;
use diag::Diagnostic;

use crate::args::Global;
use crate::context;
use crate::error::{CHECK, CliError};
use crate::printer::Printer;
use crate::table::{Align, bytes, table};

/// Look after the store of inputs and outputs.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Clone, Copy, Debug, Subcommand)]
enum Action {
    /// Print where it lies
    Path,
    /// Print what takes how much room
    Size,
    /// Hash everything again; what is damaged is moved away and made anew by the next build
    Verify,
    /// Remove what the last build of no checkout needs
    Gc,
}

pub(crate) fn run(args: &Args, global: &Global, printer: &Printer) -> Result<u8, CliError> {
    let mut store = context::store(global)?;
    match args.action {
        Action::Path => printer.data(&store.path().display().to_string()),
        Action::Size => {
            let size = store.size()?;
            let rows: Vec<Vec<String>> = [
                ("objects", size.objects),
                ("trees", size.trees),
                ("tools", size.tools),
                ("recipes", size.recipes),
                ("roots", size.roots),
                ("caches", size.caches),
                ("downloads", size.downloads),
                ("temporary", size.temporary),
                ("total", size.total()),
            ]
            .into_iter()
            .map(|(name, usage)| vec![name.to_owned(), usage.files.to_string(), bytes(usage.bytes)])
            .collect();
            printer.data(&table(&[("WHAT", Align::Left), ("FILES", Align::Right), ("SIZE", Align::Right)], &rows));
        }
        Action::Gc => {
            let removed = store.gc()?.total();
            printer.data(&format!("removed {} files, {}", removed.count, bytes(removed.bytes)));
        }
        Action::Verify => return verify(&store, printer),
    }
    Ok(0)
}

fn verify(store: &store::Store, printer: &Printer) -> Result<u8, CliError> {
    let report = store.verify()?;
    if report.bad.is_empty() {
        printer.data(&format!("{} paths checked, all sound", report.checked));
        return Ok(0);
    }
    let diagnostics = report.bad.iter().map(|bad| Diagnostic::error(format!("`{}`: {}", bad.path.display(), bad.problem))).collect();
    Err(CliError { code: CHECK, diagnostics })
}
