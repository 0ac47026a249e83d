//! `e2e`: a release is proven on a real cluster.

mod admission;
mod changes;
mod edits;
mod images;
mod install;
mod invariants;
mod kwok;
mod machines;
mod result;
mod session;
mod shelf;
mod simulated;
mod source;
mod stage;
mod storage;
mod trouble;
mod wanted;

use std::path::PathBuf;
use std::time::Duration;

use catalogue::{ClusterSpec, Workspace};
use clap::{Subcommand, ValueEnum};
use deliver::Engine;
use kind::{Docker, Driver as _, KindError, State};
use plan::{Destination, Strictness};
use prove::{Assertions, Report};
use store::Store;

use crate::args::Global;
use crate::context;
use crate::error::CliError;
use crate::printer::Printer;
use crate::progress::Progress;
use session::Session;
use wanted::Wanted;

/// The registry of clusters whose own one is out in the world.
const REGISTRY: &str = "registry.e2e.internal:5000";

/// Prove a release on a real cluster.
///
/// Starts a registry and a cluster of containers, publishes the release there, lets the engine apply it, waits until every
/// component reports this release's digest and is healthy, looks at what must be true, and tells all of it. Images that no
/// registry within reach has are built from source. Everything that is started is gone afterwards, except with `--keep`.
#[allow(clippy::struct_excessive_bools, reason = "a flag is there or not")]
#[derive(Debug, clap::Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "Examples:
  cargo xtask e2e                                      lab, with its first engine
  cargo xtask e2e lab --unit apps/web/podinfo          only one unit and what it needs
  cargo xtask e2e lab --engine flux --keep             leave the cluster for a look
  cargo xtask e2e lab --change upgrade                 of what follows the first release only this
  cargo xtask e2e down                                 and take it away"
)]
pub(crate) struct Args {
    /// The cluster
    #[arg(default_value = "lab")]
    cluster: String,
    /// The engine; the first one of the cluster unless given
    #[arg(long, value_enum)]
    engine: Option<EngineName>,
    /// Wait only for this unit and those it needs; may be repeated
    #[arg(long = "unit", value_name = "UNIT")]
    units: Vec<String>,
    /// Make only this change after the first release; may be repeated
    #[arg(long = "change", value_name = "NAME")]
    changes: Vec<String>,
    /// Deliver the first release and nothing more
    #[arg(long, conflicts_with = "changes")]
    first: bool,
    /// Leave the cluster and say how to reach it
    #[arg(long)]
    keep: bool,
    /// Make trouble as well: registry and network away, controllers, API server and machine restarted
    #[arg(long)]
    faults: bool,
    /// How long the release may take to converge, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 600)]
    timeout: u64,
    /// How many machines there are besides the control plane
    #[arg(long, value_name = "N", default_value_t = 0)]
    workers: usize,
    /// An image of a node that the container engine knows, in place of the one built from source
    #[arg(long, value_name = "IMAGE")]
    node_image: Option<String>,
    /// Succeed, and say `SKIPPED`, where no container engine answers or can be started
    #[arg(long)]
    if_possible: bool,
    #[command(subcommand)]
    action: Option<Action>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
enum EngineName {
    /// Flux
    Flux,
    /// Argo CD
    Argocd,
    /// One after the other, each on a cluster of its own
    Both,
}

impl EngineName {
    fn engines(self) -> &'static [Engine] {
        match self {
            Self::Flux => &[Engine::Flux],
            Self::Argocd => &[Engine::ArgoCd],
            Self::Both => &[Engine::Flux, Engine::ArgoCd],
        }
    }
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Print what the machines of a kept cluster wrote last
    #[command(after_help = "Example:\n  cargo xtask e2e logs")]
    Logs,
    /// Print the command that opens a shell on the first machine of a kept cluster
    #[command(after_help = "Example:\n  $(cargo xtask e2e shell)")]
    Shell,
    /// Remove a kept cluster, and whatever a killed run left behind
    #[command(after_help = "Example:\n  cargo xtask e2e down")]
    Down,
}

impl Args {
    /// A run of one engine, with one change after the first release, or none.
    pub(crate) fn measured(cluster: &str, engine: Engine, change: Option<&str>) -> Self {
        Self {
            cluster: cluster.to_owned(),
            engine: Some(match engine {
                Engine::Flux => EngineName::Flux,
                Engine::ArgoCd => EngineName::Argocd,
            }),
            units: Vec::new(),
            changes: change.into_iter().map(str::to_owned).collect(),
            first: change.is_none(),
            keep: false,
            faults: false,
            timeout: 600,
            workers: 0,
            node_image: None,
            if_possible: false,
            action: None,
        }
    }
}

pub(crate) fn run(args: &Args, global: &Global, printer: &Printer) -> Result<u8, CliError> {
    if let Some(action) = &args.action {
        return act(action, args, global, printer);
    }
    if args.if_possible
        && let Some(reason) = impossible(global)?
    {
        printer.data(&format!("SKIPPED: {reason}"));
        return Ok(0);
    }
    let workspace = context::workspace(global)?;
    let report = prove(args, global, printer, &workspace)?;
    result::write(&workspace, &report, printer)
}

/// Proves a release of a workspace. What is started for it is gone then, except with `--keep`.
pub(crate) fn prove(
    args: &Args,
    global: &Global,
    printer: &Printer,
    workspace: &Workspace,
) -> Result<Report, CliError> {
    let store = context::store(global)?;
    let catalogue = catalogue::load(workspace, &args.cluster).map_err(CliError::inputs)?;
    let built = built_of(global, printer, workspace, &store, &catalogue.cluster.spec)?;
    // A mistake is told before anything starts.
    let described = changes::described(workspace, &args.cluster, args)?;
    let engines = engines(args, &catalogue.cluster.spec).iter();
    let of = |engine: &Engine| {
        Ok((*engine, Wanted::of(workspace, &store, &built, &args.units, *engine, &catalogue)?))
    };
    let wanted = engines.map(of).collect::<Result<Vec<_>, CliError>>()?;
    let session = Session::open(global, printer, workspace, &store, &catalogue)?;
    let report = each_engine(args, &session, &built, &described, &wanted);
    end(args, &session, printer)?;
    report
}

/// One engine after the other, each on a cluster of its own.
fn each_engine(
    args: &Args,
    session: &Session<'_>,
    built: &plan::Report,
    described: &Assertions,
    wanted: &[(Engine, Wanted)],
) -> Result<Report, CliError> {
    let mut report = Report::default();
    for (engine, wanted) in wanted {
        // What a run that was killed has left is in the way of this one, and so is the cluster of the engine before.
        session.sweep()?;
        report.add(session.prove(args, built, described, wanted, *engine)?);
    }
    Ok(report)
}

/// The engines of a run, one after the other.
fn engines(args: &Args, spec: &ClusterSpec) -> &'static [Engine] {
    match (args.engine, spec.engines.first()) {
        (Some(engine), _) => engine.engines(),
        (None, Some(catalogue::Engine::Argocd)) => EngineName::Argocd.engines(),
        (None, _) => EngineName::Flux.engines(),
    }
}

/// Why there can be no cluster on this machine.
fn impossible(global: &Global) -> Result<Option<String>, CliError> {
    let state = State::take(&state_path(global)?)?;
    match Docker::reach(&state) {
        Ok(_) => Ok(None),
        Err(error @ KindError::NoEngine { .. }) => Ok(Some(error.to_string())),
        Err(error) => Err(error.into()),
    }
}

/// Takes everything away, or says how to reach what stays.
fn end(args: &Args, session: &Session<'_>, printer: &Printer) -> Result<(), CliError> {
    if args.keep && session.kubeconfig().exists() {
        printer.note(&format!("the cluster stays; KUBECONFIG={}", session.kubeconfig().display()));
        return Ok(());
    }
    session.sweep()?;
    Ok(session.driver.docker().stop()?)
}

/// Builds a release as the registry of a run will have it.
fn built_of(
    global: &Global,
    printer: &Printer,
    workspace: &Workspace,
    store: &Store,
    spec: &ClusterSpec,
) -> Result<plan::Report, CliError> {
    let destination = Destination { registry: registry_of(spec), plain_http: true };
    let options =
        plan::Options { destination: Some(destination), ..context::options(global, Strictness::Lenient) };
    let progress = Progress::new(printer);
    let built = plan::build(workspace, store, &spec.name, &options, &|event| progress.tell(event));
    progress.finish();
    Ok(built?)
}

fn act(action: &Action, args: &Args, global: &Global, printer: &Printer) -> Result<u8, CliError> {
    let workspace = context::workspace(global)?;
    let store = context::store(global)?;
    // Which one was kept is known to the container engine: any that is described will do here.
    let all = catalogue::clusters(&workspace);
    let named = all.iter().find(|name| **name == args.cluster).or_else(|| all.first());
    let catalogue = catalogue::load(&workspace, named.unwrap_or(&args.cluster)).map_err(CliError::inputs)?;
    let session = Session::open(global, printer, &workspace, &store, &catalogue)?;
    match action {
        Action::Down => {
            session.sweep()?;
            session.driver.docker().stop()?;
        }
        Action::Logs => printer.data(&session.driver.logs(&kept(args, &session)?)?),
        Action::Shell => {
            let (program, words, variables) = session.driver.shell(&kept(args, &session)?);
            let mut line: Vec<String> =
                variables.iter().map(|(name, value)| format!("{name}={value}")).collect();
            line.push(program.display().to_string());
            line.extend(words);
            printer.data(&line.join(" "));
        }
    }
    Ok(0)
}

/// The registry of a run, as its machines reach it: the cluster's own name for it where that has a port, since it speaks
/// plain HTTP at port 5000, and another name for the same path elsewhere.
fn registry_of(spec: &ClusterSpec) -> String {
    let registry = spec.registry.trim_end_matches('/');
    let (host, path) =
        registry.strip_prefix("oci://").unwrap_or(registry).split_once('/').unwrap_or_default();
    if host.is_empty() || host.contains(':') {
        return registry.to_owned();
    }
    format!("oci://{REGISTRY}/{path}")
}

/// The plan of a kept cluster, as far as its machines go.
fn kept(args: &Args, session: &Session<'_>) -> Result<kind::Plan, CliError> {
    let plan = session.plan(args, "", "", Vec::new());
    Ok(kind::Plan { cluster: session.driver.kept()?.unwrap_or(plan.cluster.clone()), ..plan })
}

/// Where the state of runs is: beside the store, since it outlives a run.
fn state_path(global: &Global) -> Result<PathBuf, CliError> {
    Ok(context::store_path(global)?.with_extension("e2e"))
}

/// Time on the clock of a run.
fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
