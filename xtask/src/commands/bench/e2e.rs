//! What a release takes on a real cluster.

use std::path::Path;

use catalogue::Workspace;
use clap::ValueEnum;
use deliver::Engine;
use prove::{Report, Section};

use super::figures::Figures;
use super::layers;
use crate::args::Global;
use crate::commands::e2e;
use crate::context;
use crate::error::CliError;
use crate::printer::Printer;

/// Limits, in seconds: machines and network are there, the engine too, everything is proven, by one engine and by both.
const CLUSTER: f64 = 15.0;
const ENGINE: f64 = 15.0;
const PROVEN: f64 = 90.0;
const BOTH: f64 = 180.0;
/// The same from a publication until the engine has applied it.
const APPLIED: f64 = 1.0;

/// The cluster of a fresh checkout, and one of small components that wait for each other.
///
/// Container images are expected to be built: what building them takes would be part of the first figure.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  cargo xtask bench e2e                        lab and the layers, with either engine
  cargo xtask bench e2e layers --engine flux   only the small components, with Flux
  cargo xtask bench e2e --format json          for programs")]
pub(super) struct Args {
    /// What is measured
    #[arg(value_enum, default_values_t = [Part::Lab, Part::Layers])]
    parts: Vec<Part>,
    /// With which engines
    #[arg(long = "engine", value_enum, default_values_t = [EngineName::Flux, EngineName::Argocd], value_delimiter = ',')]
    engines: Vec<EngineName>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
enum Part {
    /// The cluster of a fresh checkout, with its assertions
    Lab,
    /// Twenty small components in five layers, of which each needs the one before
    Layers,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
enum EngineName {
    /// Flux
    Flux,
    /// Argo CD
    Argocd,
}

impl EngineName {
    fn engine(self) -> Engine {
        match self {
            Self::Flux => Engine::Flux,
            Self::Argocd => Engine::ArgoCd,
        }
    }
}

/// Runs clusters one after the other and tells what each took.
pub(super) fn measure(
    args: &Args,
    global: &Global,
    printer: &Printer,
    figures: &mut Figures,
) -> Result<(), CliError> {
    let workspace = context::workspace(global)?;
    let engines: Vec<Engine> = args.engines.iter().map(|name| name.engine()).collect();
    if args.parts.contains(&Part::Lab) {
        lab(&workspace, &engines, global, printer, figures)?;
    }
    if args.parts.contains(&Part::Layers) {
        let directory = tempfile::Builder::new().prefix("xtask-bench-").tempdir();
        let directory = directory.map_err(|error| CliError::environment(&error, "a temporary directory"))?;
        layered(&workspace, directory.path(), &engines, global, printer, figures)?;
    }
    Ok(())
}

fn lab(
    workspace: &Workspace,
    engines: &[Engine],
    global: &Global,
    printer: &Printer,
    figures: &mut Figures,
) -> Result<(), CliError> {
    let mut whole = 0.0;
    for &engine in engines {
        let args = e2e::Args::measured("lab", engine, None);
        let report = e2e::prove(&args, global, printer, workspace)?;
        let name = engine.name();
        let took = |step: &str| {
            let of_engine = format!("{step} ({name})");
            let times = report.times.iter().filter(|(known, _)| *known == of_engine);
            times.map(|(_, took)| *took).sum()
        };
        let cluster = seconds(took("registry")) + seconds(took("cluster"));
        let note = "machines, network and images of the control plane";
        figures.limited(&format!("lab, {name}: cluster ready"), cluster, "s", CLUSTER, note);
        figures.limited(
            &format!("lab, {name}: engine ready after that"),
            seconds(took("engine")),
            "s",
            ENGINE,
            "",
        );
        let install = report.sections.first();
        let healthy = install.and_then(|section| section.timeline.end()).map_or(f64::INFINITY, seconds);
        figures.told(&format!("lab, {name}: everything healthy after that"), healthy, "s", "");
        let before: u64 = report.times.iter().map(|(_, took)| took).sum();
        let proven = install.map_or(f64::INFINITY, |section| seconds(before + section.took));
        whole += proven;
        figures.limited(&format!("lab, {name}: proven"), proven, "s", PROVEN, &verdict(&report));
    }
    if engines.len() > 1 {
        figures.limited("lab, both engines: proven", whole, "s", BOTH, "one after the other");
    }
    Ok(())
}

fn layered(
    workspace: &Workspace,
    directory: &Path,
    engines: &[Engine],
    global: &Global,
    printer: &Printer,
    figures: &mut Figures,
) -> Result<(), CliError> {
    layers::write(workspace, directory)?;
    let synthetic = Workspace::at(directory);
    for &engine in engines {
        let args = e2e::Args::measured(layers::CLUSTER, engine, Some(layers::CHANGE));
        let report = e2e::prove(&args, global, printer, &synthetic)?;
        let limit = match engine {
            Engine::Flux => 35.0,
            Engine::ArgoCd => 20.0,
        };
        let what =
            format!("{} components in {} layers, {}", layers::COMPONENTS, layers::LAYERS, engine.name());
        let install = report.sections.first().and_then(layers_healthy).map_or(f64::INFINITY, seconds);
        figures.limited(
            &format!("{what}: healthy after publication"),
            install,
            "s",
            limit,
            &verdict(&report),
        );
        let applied = report.sections.get(1).and_then(changed).map_or(f64::INFINITY, seconds);
        let note = "one bundle, the engine is notified";
        figures.limited(&format!("{what}: a change applied after publication"), applied, "s", APPLIED, note);
    }
    Ok(())
}

/// When the last of the small components was healthy, after the publication.
fn layers_healthy(section: &Section) -> Option<u64> {
    let small =
        section.timeline.components.iter().filter(|component| component.name.starts_with(layers::AREA));
    let last = small.map(|component| component.healthy).collect::<Option<Vec<_>>>()?.into_iter().max()?;
    Some(last.saturating_sub(section.timeline.published?))
}

/// When the changed component was applied, after the publication.
fn changed(section: &Section) -> Option<u64> {
    let component = section.timeline.components.iter().find(|component| component.name == layers::CHANGED)?;
    Some(component.applied?.saturating_sub(section.timeline.published?))
}

fn verdict(report: &Report) -> String {
    let held =
        report.sections.iter().flat_map(|section| &section.outcomes).filter(|one| one.holds == Some(true));
    if report.holds() {
        format!("{} assertions and invariants hold", held.count())
    } else {
        "NOT PROVEN: `cargo xtask e2e` tells why".to_owned()
    }
}

fn seconds(milliseconds: u64) -> f64 {
    std::time::Duration::from_millis(milliseconds).as_secs_f64()
}
