//! `releases`: what was published.

use std::path::PathBuf;

use attest::VerifyingKey;
use publish::Generation;

use crate::args::{Format, Global};
use crate::commands::changes;
use crate::commands::remote::{AuthorArgs, Place, RemoteArgs};
use crate::commands::signing::{self, SignatureState};
use crate::error::{CHECK, CliError};
use crate::printer::Printer;
use crate::table::{Align, count, table};

/// List the generations of a cluster, compare two of them, look whether all of them is there, remove old ones.
#[derive(Debug, clap::Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "Examples:
  cargo xtask releases                   the generations of lab
  cargo xtask releases home-ops          those of another cluster
  cargo xtask releases diff 3 4          every field that differs between two generations
  cargo xtask releases verify            look for everything that they are made of
  cargo xtask releases gc --keep 10      remove older ones that no channel is on"
)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    list: List,
}

#[derive(Debug, clap::Args)]
struct List {
    /// The cluster
    #[arg(default_value = "lab")]
    cluster: String,
    /// A public key to verify the signatures of the releases with; that of the cluster unless given
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    #[command(flatten)]
    remote: RemoteArgs,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Compare the objects of two generations
    #[command(after_help = "Examples:
  cargo xtask releases diff 3 4
  cargo xtask releases diff 3 4 --cluster home-ops --format json")]
    Diff {
        /// The older generation
        from: u64,
        /// The newer generation
        to: u64,
        /// The cluster
        #[arg(long, default_value = "lab", value_name = "NAME")]
        cluster: String,
        #[command(flatten)]
        remote: RemoteArgs,
    },
    /// Look for every manifest and blob of every generation, and whether tags, signatures and provenance are right
    #[command(after_help = "Examples:
  cargo xtask releases verify
  cargo xtask releases verify --key cosign.pub
  cargo xtask releases verify --cluster home-ops")]
    Verify {
        /// A public key, that of the cluster unless given: every artifact must be signed by it, and every release have
        /// its provenance and its bill of materials
        #[arg(long, value_name = "FILE")]
        key: Option<PathBuf>,
        /// The cluster
        #[arg(long, default_value = "lab", value_name = "NAME")]
        cluster: String,
        #[command(flatten)]
        remote: RemoteArgs,
    },
    /// Remove old generations and what only they need
    #[command(after_help = "Examples:
  cargo xtask releases gc --keep 10 --dry-run
  cargo xtask releases gc --keep 10")]
    Gc {
        /// How many of the newest to keep, besides those that channels are on
        #[arg(long, value_name = "N", default_value_t = 10)]
        keep: usize,
        /// Only tell what would be removed
        #[arg(long)]
        dry_run: bool,
        /// The cluster
        #[arg(long, default_value = "lab", value_name = "NAME")]
        cluster: String,
        #[command(flatten)]
        remote: RemoteArgs,
        #[command(flatten)]
        author: AuthorArgs,
    },
}

pub(crate) fn run(args: &Args, global: &Global, printer: &Printer) -> Result<u8, CliError> {
    match &args.command {
        None => list(&args.list, global, printer),
        Some(Command::Diff { from, to, cluster, remote }) => {
            diff(&Place::open(remote, cluster, global)?, *from, *to, printer)
        }
        Some(Command::Verify { key, cluster, remote }) => {
            let place = Place::open(remote, cluster, global)?;
            let key = key.clone().or_else(|| place.public_key());
            let key = key.as_deref().map(signing::verifying_key).transpose()?;
            verify(&place, key.as_ref(), printer)
        }
        Some(Command::Gc { keep, dry_run, cluster, remote, author }) => {
            let place = Place::open(remote, cluster, global)?;
            gc(&place, *keep, (!dry_run).then_some(author), printer)
        }
    }
}

/// A generation and its signature, for programs.
#[derive(serde::Serialize)]
struct Line {
    #[serde(flatten)]
    generation: Generation,
    signed: SignatureState,
}

fn list(args: &List, global: &Global, printer: &Printer) -> Result<u8, CliError> {
    let place = Place::open(&args.remote, &args.cluster, global)?;
    let key = args.key.clone().or_else(|| place.public_key());
    let key = key.as_deref().map(signing::verifying_key).transpose()?;
    let repository = place.cluster().repository();
    let generations = publish::history(place.cluster())?
        .into_iter()
        .map(|one| {
            let state = signing::state(key.as_ref(), &place.remote, &repository, &one.digest);
            state.map(|state| (one, state)).map_err(|error| CliError::registry(&error))
        })
        .collect::<Result<Vec<_>, _>>()?;
    if printer.format == Format::Json {
        let line =
            |(one, signed): &(Generation, SignatureState)| Line { generation: one.clone(), signed: *signed };
        printer.json(&generations.iter().map(line).collect::<Vec<_>>());
        return Ok(0);
    }
    let headings = [
        ("GENERATION", Align::Right),
        ("VERSION", Align::Left),
        ("TIME", Align::Left),
        ("AUTHOR", Align::Left),
        ("CHANGED", Align::Right),
        ("CHANNELS", Align::Left),
        ("SIGNED", Align::Left),
        ("DIGEST", Align::Left),
    ];
    let row = |(one, signed): &(Generation, SignatureState)| {
        vec![
            one.generation.to_string(),
            one.version.clone(),
            one.time.clone(),
            one.author.clone(),
            one.changed.map_or_else(|| "?".to_owned(), |changed| changed.to_string()),
            one.channels.join(", "),
            signed.word().to_owned(),
            format!("sha256:{}", one.digest.short()),
        ]
    };
    if generations.is_empty() {
        printer.note(&format!("nothing was published to `{}` yet", place.remote.base()));
    } else {
        printer.data(&table(&headings, &generations.iter().map(row).collect::<Vec<_>>()));
    }
    Ok(0)
}

fn diff(place: &Place, from: u64, to: u64, printer: &Printer) -> Result<u8, CliError> {
    let changes = publish::changes_between(place.cluster(), from, to)?;
    match printer.format {
        Format::Json => printer.json(&changes),
        Format::Text if changes.is_empty() => {}
        Format::Text => printer.data(&changes::details(&changes)),
    }
    printer.note(&format!("{} changed", count(changes.len(), "object")));
    Ok(0)
}

fn verify(place: &Place, key: Option<&VerifyingKey>, printer: &Printer) -> Result<u8, CliError> {
    let releases = place.cluster().repository();
    let verified = publish::verify(place.cluster(), &|repository, digest| match key {
        Some(key) if repository == releases => signing::check_release(key, &place.remote, repository, digest),
        Some(key) => signing::check_bundle(key, &place.remote, repository, digest),
        None => Ok(()),
    })?;
    if printer.format == Format::Json {
        printer.json(&verified);
    } else {
        for problem in &verified.problems {
            printer.data(&format!("{}@{}: {}", problem.repository, problem.reference, problem.what));
        }
    }
    let (generations, artifacts) =
        (count(verified.generations, "generation"), count(verified.artifacts, "artifact"));
    let problems = count(verified.problems.len(), "problem");
    printer.note(&format!("{generations}, {artifacts}, {problems}"));
    if verified.problems.is_empty() {
        return Ok(0);
    }
    printer.note("hint: `cargo xtask publish --thorough` pushes what is missing of the newest generation");
    Ok(CHECK)
}

fn gc(place: &Place, keep: usize, author: Option<&AuthorArgs>, printer: &Printer) -> Result<u8, CliError> {
    let who = author.map(AuthorArgs::who);
    let collected = publish::collect(place.cluster(), keep, who.as_ref())?;
    if printer.format == Format::Json {
        printer.json(&collected);
        return Ok(0);
    }
    for (repository, digest) in &collected.manifests {
        printer.data(&format!("{repository}@{digest}"));
    }
    let told = if who.is_some() { "removed" } else { "would be removed" };
    let (generations, manifests) =
        (count(collected.generations.len(), "generation"), count(collected.manifests.len(), "manifest"));
    printer.note(&format!("{generations}, {manifests} {told}"));
    Ok(0)
}
