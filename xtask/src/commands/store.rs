//! `store`: looking after inputs and outputs.

mod share;

use clap::Subcommand;
use diag::Diagnostic;
use serde_json::{Map, Value, json};
use store::{Removed, Store, Usage};

use crate::args::{Format, Global};
use crate::context;
use crate::error::{CHECK, CliError};
use crate::printer::Printer;
use crate::table::{Align, bytes, count, table};

/// Look after the store of inputs and outputs.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  cargo xtask store size
  cargo xtask store verify --format json
  du -sh \"$(cargo xtask store path)\"")]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Clone, Debug, Subcommand)]
enum Action {
    /// Print where it lies
    #[command(after_help = "Example:\n  du -sh \"$(cargo xtask store path)\"")]
    Path,
    /// Print what takes how much room
    #[command(after_help = "Example:\n  cargo xtask store size --format json")]
    Size,
    /// Hash everything again; what is damaged is moved away and made anew by the next build
    #[command(after_help = "Example:\n  cargo xtask store verify && cargo xtask build --offline")]
    Verify,
    /// Remove what the last build of no checkout needs, nor its last cluster of containers
    #[command(after_help = "Example:\n  cargo xtask store gc --store /mnt/other")]
    Gc,
    /// Push what the last build of a cluster made and read to a registry, for other machines
    #[command(after_help = "Examples:
  cargo xtask store push oci://ghcr.io/me/cache
  cargo xtask store push oci://localhost:5000/cache home-ops --key cosign.key")]
    Push(share::Push),
    /// Pull what a build of a cluster would make from a registry, as far as it has it
    ///
    /// Content is checked by its digest. That it is what a recipe makes is the word of whoever may push there; with
    /// `--key` only that of a key.
    #[command(after_help = "Examples:
  cargo xtask store pull oci://ghcr.io/me/cache && cargo xtask build
  cargo xtask store pull oci://localhost:5000/cache home-ops --key cosign.pub --inputs")]
    Pull(share::Pull),
}

pub(crate) fn run(args: &Args, global: &Global, printer: &Printer) -> Result<u8, CliError> {
    match &args.action {
        Action::Path => path(global, printer),
        Action::Size => size(&context::store(global)?, printer),
        Action::Verify => verify(&context::store(global)?, printer),
        Action::Gc => gc(&mut context::store(global)?, printer),
        Action::Push(args) => share::push(args, global, printer),
        Action::Pull(args) => share::pull(args, global, printer),
    }
}

fn path(global: &Global, printer: &Printer) -> Result<u8, CliError> {
    let path = context::store_path(global)?;
    let path = std::path::absolute(&path)
        .map_err(|error| CliError::environment(&error, &path.display().to_string()))?
        .display()
        .to_string();
    match printer.format {
        Format::Text => printer.data(&path),
        Format::Json => printer.json(&json!({"path": path})),
    }
    Ok(0)
}

fn size(store: &Store, printer: &Printer) -> Result<u8, CliError> {
    let size = store.size()?;
    let parts: [(&str, Usage); 9] = [
        ("objects", size.objects),
        ("trees", size.trees),
        ("tools", size.tools),
        ("recipes", size.recipes),
        ("roots", size.roots),
        ("caches", size.caches),
        ("downloads", size.downloads),
        ("temporary", size.temporary),
        ("total", size.total()),
    ];
    if printer.format == Format::Json {
        let entry = |(name, usage): (&str, Usage)| {
            (name.to_owned(), json!({"files": usage.files, "bytes": usage.bytes}))
        };
        printer.json(&parts.into_iter().map(entry).collect::<Map<String, Value>>());
        return Ok(0);
    }
    let rows = parts.map(|(name, usage)| vec![name.to_owned(), usage.files.to_string(), bytes(usage.bytes)]);
    printer.data(&table(&[("WHAT", Align::Left), ("FILES", Align::Right), ("SIZE", Align::Right)], &rows));
    Ok(0)
}

fn gc(store: &mut Store, printer: &Printer) -> Result<u8, CliError> {
    let forgotten = plan::forget_gone(store)?;
    let report = store.gc()?;
    let parts: [(&str, Removed); 6] = [
        ("recipes", report.recipes),
        ("objects", report.objects),
        ("trees", report.trees),
        ("tools", report.tools),
        ("leftovers", report.leftovers),
        ("total", report.total()),
    ];
    if printer.format == Format::Json {
        let entry = |(name, removed): (&str, Removed)| {
            (name.to_owned(), json!({"count": removed.count, "bytes": removed.bytes}))
        };
        let removed: Map<String, Value> = parts.into_iter().map(entry).collect();
        printer.json(&json!({"removed": removed, "kept": report.kept}));
        return Ok(0);
    }
    let rows =
        parts.map(|(name, removed)| vec![name.to_owned(), removed.count.to_string(), bytes(removed.bytes)]);
    printer.data(&table(&[("REMOVED", Align::Left), ("COUNT", Align::Right), ("SIZE", Align::Right)], &rows));
    if forgotten > 0 {
        printer.note(&format!("{} of checkouts that are gone forgotten", count(forgotten, "build")));
    }
    printer.note(&format!("{} kept", count(report.kept, "thing")));
    Ok(0)
}

fn verify(store: &Store, printer: &Printer) -> Result<u8, CliError> {
    let report = store.verify()?;
    if printer.format == Format::Json {
        let bad = |bad: &store::Bad| json!({"path": bad.path.display().to_string(), "problem": bad.problem});
        let bad: Vec<Value> = report.bad.iter().map(bad).collect();
        printer.json(&json!({"checked": report.checked, "bytes": report.bytes, "bad": bad}));
    } else {
        let verdict = if report.bad.is_empty() {
            "all sound".to_owned()
        } else {
            format!("{} not sound", report.bad.len())
        };
        printer.data(&format!(
            "{} checked, {}, {verdict}",
            count(report.checked, "thing"),
            bytes(report.bytes)
        ));
    }
    if report.bad.is_empty() {
        return Ok(0);
    }
    let mut diagnostics: Vec<Diagnostic> = report
        .bad
        .iter()
        .map(|bad| Diagnostic::error(format!("`{}`: {}", bad.path.display(), bad.problem)))
        .collect();
    if let Some(last) = diagnostics.pop() {
        diagnostics.push(last.hint("`cargo xtask build` makes anew what was moved away"));
    }
    Err(CliError { code: CHECK, diagnostics })
}
