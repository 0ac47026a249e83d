//! `build`: from a cluster to bundles and a release.

pub(crate) mod image;
mod machines;

use std::path::PathBuf;

use plan::{Report, Status, Strictness};
use serde::Serialize;

use crate::args::{Format, Global};
use crate::commands::hosts::{self, Hosts};
use crate::context;
use crate::error::CliError;
use crate::printer::Printer;
use crate::progress::Progress;
use crate::table::{Align, bytes, count, table};

/// Build a cluster: render, check and pack its units into OCI bundles and a release.
///
/// Only what is not in the store yet is made. The images that its machines start from are built as well, as far as all that
/// they are made of is known. Naming units limits what is listed; they are checked with the whole
/// cluster, since namespaces and CRDs come from other units.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  cargo xtask build                                   the default cluster, lab
  cargo xtask build --cluster home-ops --mirror DIR   another one, its charts from a directory
  cargo xtask build --all --format json               every cluster, for programs
  cargo xtask build platform/network/metallb          list one unit only
  cargo xtask build hosts/home-ops                    the configuration of each machine of a cluster
  cargo xtask build images/lab                        an image of a machine
  cargo xtask build --strict                          refuse images without a digest")]
pub(crate) struct Args {
    /// Units to list, all unless given; `hosts/<cluster>` and `hosts/<cluster>/<machine>` for machines, `images/<name>`
    /// for the image of one
    #[arg(value_name = "UNIT")]
    units: Vec<String>,
    /// The cluster
    #[arg(long, default_value = "lab", value_name = "NAME")]
    cluster: String,
    /// Every cluster of the workspace
    #[arg(long, conflicts_with = "cluster")]
    all: bool,
    /// Refuse images whose digest is not known
    #[arg(long)]
    strict: bool,
    /// Write the configurations of machines with their secrets to a directory outside of the checkout
    #[arg(long, value_name = "DIR")]
    with_secrets: Option<PathBuf>,
    #[command(flatten)]
    keys: image::Keys,
}

pub(crate) fn run(args: &Args, global: &Global, printer: &Printer) -> Result<u8, CliError> {
    let machines: Vec<Hosts> = args.units.iter().filter_map(|unit| Hosts::of(unit)).collect();
    if !machines.is_empty() && machines.len() == args.units.len() {
        return hosts::build::run(&machines, args.with_secrets.as_deref(), global, printer);
    }
    if !machines.is_empty() || args.with_secrets.is_some() {
        let message = "machines are built apart from the units of clusters";
        let diagnostic = diag::Diagnostic::error(message);
        return Err(CliError::input(diagnostic.hint("name only units below `hosts/`, or none of them")));
    }
    let workspace = context::workspace(global)?;
    let store = context::store(global)?;
    let strictness = if args.strict { Strictness::Strict } else { Strictness::Lenient };
    let options = context::options(global, strictness);
    let (images, units): (Vec<String>, Vec<String>) =
        args.units.iter().cloned().partition(|unit| unit.starts_with("images/"));
    if !images.is_empty() {
        let code = image::run(&images, &workspace, &store, &options, &args.keys, printer)?;
        if units.is_empty() {
            return Ok(code);
        }
    }
    let clusters = if args.all { catalogue::clusters(&workspace) } else { vec![args.cluster.clone()] };
    let (mut reports, mut failures) = (Vec::new(), Vec::new());
    for cluster in &clusters {
        let progress = Progress::new(printer);
        let built = plan::build(&workspace, &store, cluster, &options, &|event| progress.tell(event));
        progress.finish();
        match built.map_err(CliError::from).and_then(|report| select(report, &units)) {
            Ok(report) => {
                if printer.format == Format::Text {
                    print(&report, printer);
                }
                let mut images = Vec::new();
                // What is wrong with machines is told when they are built.
                if units.is_empty()
                    && let Ok(fleet) = fleet::load(&workspace, cluster)
                {
                    let (lines, failure) =
                        machines::build(&fleet, &workspace, &store, &options, &args.keys, printer);
                    images = lines;
                    failures.extend(failure);
                }
                if printer.format == Format::Text {
                    machines::print(&images, printer);
                }
                reports.push(Built { report, images });
            }
            // The other clusters have nothing to do with it.
            Err(error) => failures.push(error),
        }
        if process::interrupted() {
            break;
        }
    }
    if printer.format == Format::Json && (failures.is_empty() || !reports.is_empty()) {
        printer.json(&reports);
    }
    CliError::join(failures).map_or(Ok(0), Err)
}

/// A cluster and the images of its machines.
#[derive(Serialize)]
struct Built {
    #[serde(flatten)]
    report: Report,
    images: Vec<machines::Line>,
}

fn select(mut report: Report, units: &[String]) -> Result<Report, CliError> {
    for unit in units {
        if !report.units.iter().any(|line| line.unit == *unit) {
            let diagnostic =
                diag::Diagnostic::error(format!("cluster `{}` has no unit `{unit}`", report.cluster));
            let near = diag::nearest(unit, report.units.iter().map(|line| line.unit.as_str()));
            return Err(CliError::input(match near {
                Some(near) => diagnostic.hint(format!("did you mean `{near}`?")),
                None => {
                    diagnostic.hint(format!("`cargo xtask build --cluster {}` lists them", report.cluster))
                }
            }));
        }
    }
    if !units.is_empty() {
        report.units.retain(|line| units.contains(&line.unit));
    }
    Ok(report)
}

fn print(report: &Report, printer: &Printer) {
    let headings = [
        ("UNIT", Align::Left),
        ("VERSION", Align::Left),
        ("OBJECTS", Align::Right),
        ("SIZE", Align::Right),
        ("DIGEST", Align::Left),
        ("STATUS", Align::Left),
        ("TIME", Align::Right),
    ];
    let mut rows = Vec::new();
    for unit in &report.units {
        for (index, bundle) in unit.bundles.iter().enumerate() {
            let (status, time) = match unit.status {
                Status::Built if index == 0 => ("built", format!("{} ms", unit.milliseconds)),
                Status::Built => ("built", String::new()),
                Status::Unchanged => ("unchanged", String::new()),
            };
            rows.push(row(bundle, status, time));
        }
        for note in &unit.notes {
            printer.detail(&format!("{}: {note}", unit.unit));
        }
    }
    rows.push(row(&report.release, "", String::new()));
    printer.data(&table(&headings, &rows));
    summary(report, printer);
}

fn row(bundle: &plan::BundleLine, status: &str, time: String) -> Vec<String> {
    vec![
        bundle.name.clone(),
        bundle.version.clone(),
        bundle.objects.to_string(),
        bytes(bundle.size),
        format!("sha256:{}", bundle.digest.short()),
        status.to_owned(),
        time,
    ]
}

fn summary(report: &Report, printer: &Printer) {
    if !report.unresolved_images.is_empty() {
        let images = count(report.unresolved_images.len(), "image");
        printer.note(&format!("\n{images} without a digest in `inputs.lock`, by tag for now:"));
        for image in &report.unresolved_images {
            printer.note(&format!("  {image}"));
        }
        printer.note("hint: `cargo xtask lock update --images` fills them in on a machine that reaches their registries");
    }
    let bundles = count(report.units.iter().map(|unit| unit.bundles.len()).sum(), "bundle");
    let units = count(report.units.len(), "unit");
    printer.note(&format!("\nOCI layout: {}", report.layout));
    printer.note(&match report.built() {
        0 => format!("cluster `{}`: nothing changed, {units}, {bundles}", report.cluster),
        built => format!(
            "cluster `{}`: {built} of {units} built, {bundles}, release {}",
            report.cluster, report.release.version
        ),
    });
}
