//! `lock`: what a build is made of, by digest.

use std::collections::BTreeSet;

use catalogue::Workspace;
use clap::Subcommand;
use diag::Diagnostic;
use hashing::Digest;
use inputs::{Fetcher, Kind, Lock, Pin, PinDigest, Source};
use plan::Strictness;
use store::Store;

use crate::args::{Format, Global};
use crate::commands::session::with_session;
use crate::context;
use crate::error::{CHECK, CliError};
use crate::printer::Printer;
use crate::progress::Progress;
use crate::table::{Align, table};

/// Lock inputs: add, update, verify, look for newer versions.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  cargo xtask lock add chart metallb 0.15.2 --source '{ go = \"go.universe.tf/metallb@v0.15.2\", select = [\"charts/metallb => .\"] }'
  cargo xtask lock add image ghcr.io/example/app 1.2.3
  cargo xtask lock update metallb
  cargo xtask lock update --images --cluster lab
  cargo xtask lock verify
  cargo xtask lock outdated")]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Fetch something and lock what came
    Add {
        /// chart, manifests, schema, tool, image or package
        kind: String,
        /// What it is called
        name: String,
        /// Its version; the tag of an image
        version: String,
        /// Where it comes from, as in `inputs.lock`; the first that works is locked
        #[arg(long, value_name = "TOML")]
        source: Vec<String>,
    },
    /// Fetch again and lock what comes now
    Update {
        /// Names of pins, all but images unless given
        names: Vec<String>,
        /// The images of the clusters: lock those that are missing, look up those without digest
        #[arg(long)]
        images: bool,
        /// Whose images
        #[arg(long, default_value = "lab", value_name = "NAME")]
        cluster: String,
        /// The images of every cluster
        #[arg(long)]
        all: bool,
    },
    /// Check that everything that was fetched still has its digest
    Verify,
    /// List pins that have a newer version
    Outdated,
}

pub(crate) fn run(args: &Args, global: &Global, printer: &Printer) -> Result<u8, CliError> {
    match &args.action {
        Action::Add { kind, name, version, source } => add(global, printer, kind, name, version, source),
        Action::Update { images: true, cluster, all, .. } => update_images(global, printer, cluster, *all),
        Action::Update { names, .. } => update(global, printer, names),
        Action::Verify => verify(global, printer),
        Action::Outdated => outdated(global, printer),
    }
}

/// Workspace, store and lock with somebody who fetches.
fn with_fetcher<T>(
    global: &Global,
    printer: &Printer,
    work: impl FnOnce(&Workspace, &Store, Lock, &Fetcher<'_>) -> Result<T, CliError>,
) -> Result<T, CliError> {
    let workspace = context::workspace(global)?;
    let store = context::store(global)?;
    let lock = if workspace.is_file("inputs.lock") { plan::load_lock(&workspace)? } else { Lock::default() };
    let progress = Progress::new(printer);
    let events = |event: inputs::FetchEvent<'_>| progress.tell(event.into());
    let fetcher = Fetcher::new(&store, context::network(global), global.mirror.clone(), &events);
    let result = work(&workspace, &store, lock, &fetcher);
    progress.finish();
    result
}

fn add(
    global: &Global,
    printer: &Printer,
    kind: &str,
    name: &str,
    version: &str,
    sources: &[String],
) -> Result<u8, CliError> {
    let kind = Kind::from_name(kind).ok_or_else(|| {
        let diagnostic = Diagnostic::error(format!("`{kind}` is no kind of input"));
        CliError::input(diagnostic.hint("use chart, manifests, schema, tool, image or package"))
    })?;
    let sources = parse_sources(sources)?;
    with_fetcher(global, printer, |workspace, _, mut lock, fetcher| {
        let pin = fetcher.pin_now(kind, name, version, sources)?;
        printer.data(&format!("{pin} {}", pin.digest));
        lock.insert(pin);
        write(workspace, &lock)?;
        Ok(0)
    })
}

/// Sources as they stand in the lock: a lock with one pin is parsed, so that both have one grammar.
fn parse_sources(sources: &[String]) -> Result<Vec<Source>, CliError> {
    if sources.is_empty() {
        return Ok(Vec::new());
    }
    let digest = Digest::of(b"");
    let text = format!(
        "version = 1\n\n[[pin]]\nkind = \"package\"\nname = \"x\"\nversion = \"1\"\ndigest = \"{digest}\"\nsources = [\n{}\n]\n",
        sources.join(",\n")
    );
    let lock = Lock::parse(&diag::Source::shared("--source", text)).map_err(CliError::inputs)?;
    Ok(lock.pins().first().map(|pin| pin.sources.clone()).unwrap_or_default())
}

fn update(global: &Global, printer: &Printer, names: &[String]) -> Result<u8, CliError> {
    with_fetcher(global, printer, |workspace, _, mut lock, fetcher| {
        let wanted: Vec<Pin> = lock
            .pins()
            .iter()
            .filter(|pin| if names.is_empty() { pin.kind != Kind::Image } else { names.contains(&pin.name) })
            .cloned()
            .collect();
        if let Some(unknown) = names.iter().find(|name| !wanted.iter().any(|pin| pin.name == **name)) {
            return Err(CliError::input(Diagnostic::error(format!("`inputs.lock` has no pin `{unknown}`"))));
        }
        for pin in wanted {
            let new = fetcher.pin_now(pin.kind, &pin.name, &pin.version, pin.sources.clone())?;
            let verdict = if new.digest == pin.digest { "unchanged" } else { "changed" };
            printer.data(&format!("{new} {} {verdict}", new.digest));
            lock.insert(new);
        }
        write(workspace, &lock)?;
        Ok(0)
    })
}

fn update_images(global: &Global, printer: &Printer, cluster: &str, all: bool) -> Result<u8, CliError> {
    let workspace = context::workspace(global)?;
    let clusters = if all { catalogue::clusters(&workspace) } else { vec![cluster.to_owned()] };
    let mut references = BTreeSet::new();
    for cluster in &clusters {
        references.extend(with_session(
            global,
            printer,
            cluster,
            Strictness::Lenient,
            plan::image_references,
        )?);
    }
    with_fetcher(global, printer, |workspace, _, mut lock, fetcher| {
        let mut unresolved = 0;
        for reference in references {
            if lock.image(&reference).is_some_and(|pin| pin.digest != PinDigest::Unresolved) {
                continue;
            }
            let Some((name, version)) = reference.rsplit_once(':') else { continue };
            let digest = match fetcher.resolve_image(&reference) {
                Ok(digest) => PinDigest::File(digest),
                Err(error) => {
                    unresolved += 1;
                    printer.detail(&error.to_string());
                    PinDigest::Unresolved
                }
            };
            printer.data(&format!("{reference} {digest}"));
            lock.insert(Pin {
                kind: Kind::Image,
                name: name.to_owned(),
                version: version.to_owned(),
                digest,
                sources: Vec::new(),
                span: diag::Span::default(),
            });
        }
        write(workspace, &lock)?;
        if unresolved > 0 {
            printer.note(&format!("{unresolved} images could not be looked up from here; `-v` says why"));
        }
        Ok(0)
    })
}

fn verify(global: &Global, printer: &Printer) -> Result<u8, CliError> {
    with_fetcher(global, printer, |_, _, lock, fetcher| {
        let mut failed = Vec::new();
        let mut sound = 0;
        for pin in lock.pins().iter().filter(|pin| pin.kind != Kind::Image) {
            match fetcher.verify(pin) {
                Ok(_) => sound += 1,
                Err(error) => failed.extend(CliError::from(error).diagnostics),
            }
        }
        let unresolved = lock.pins().iter().filter(|pin| pin.digest == PinDigest::Unresolved).count();
        printer.data(&format!("{sound} pins sound, {} not, {unresolved} images unresolved", failed.len()));
        if failed.is_empty() { Ok(0) } else { Err(CliError { code: CHECK, diagnostics: failed }) }
    })
}

fn outdated(global: &Global, printer: &Printer) -> Result<u8, CliError> {
    with_fetcher(global, printer, |_, _, lock, fetcher| {
        let mut rows = Vec::new();
        let mut found = Vec::new();
        for pin in lock.pins().iter().filter(|pin| pin.kind != Kind::Image) {
            let versions: Vec<String> =
                pin.sources.iter().find_map(|source| fetcher.versions(source).ok()).unwrap_or_default();
            let Some(newest) = versions.last() else { continue };
            if newest.trim_start_matches('v') != pin.version.trim_start_matches('v') {
                rows.push(vec![pin.name.clone(), pin.version.clone(), newest.clone()]);
                found.push(serde_json::json!({"name": pin.name, "version": pin.version, "newest": newest}));
            }
        }
        if printer.format == Format::Json {
            printer.json(&found);
        } else {
            printer.data(&table(
                &[("PIN", Align::Left), ("LOCKED", Align::Left), ("NEWEST", Align::Left)],
                &rows,
            ));
        }
        Ok(0)
    })
}

/// Replaces the lock at once, and only when it says something else.
fn write(workspace: &Workspace, lock: &Lock) -> Result<(), CliError> {
    let path = workspace.path("inputs.lock");
    let text = lock.to_text();
    if std::fs::read_to_string(&path).is_ok_and(|old| old == text) {
        return Ok(());
    }
    let temporary = workspace.path("inputs.lock.new");
    std::fs::write(&temporary, text)
        .and_then(|()| std::fs::rename(&temporary, &path))
        .map_err(|error| CliError::environment(&error, "cannot write `inputs.lock`"))
}
