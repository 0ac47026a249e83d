//! `publish`: a release goes to a registry.

use plan::{Report, Strictness};
use publish::{Artifact, Publication, Published, Request, Signer};
use serde_json::json;

use crate::args::{Format, Global};
use crate::commands::changes;
use crate::commands::notify::{News, NotifyArgs};
use crate::commands::remote::{AuthorArgs, Place, RemoteArgs, StoredBlobs};
use crate::commands::signing::{self, SigningArgs};
use crate::context;
use crate::error::CliError;
use crate::printer::Printer;
use crate::progress::Progress;
use crate::table::count;

/// How many bundles are pushed at once: registries are far, and most of the time is waiting.
pub(super) const AT_ONCE: usize = 8;

/// Publish the release of a cluster: build it, push what the registry lacks, and add a generation.
///
/// Unchanged content makes no new generation. Nothing that engines follow moves before all of the release is there.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  cargo xtask publish                                    lab, to the registry of the cluster
  cargo xtask publish --channel staging                  and move a channel to it
  cargo xtask publish --channel staging --notify flux    and tell Flux, so that it looks at once
  cargo xtask publish lab --to oci://localhost:5000/lab  to another registry
  cargo xtask publish --key cosign.key                   and sign everything that is pushed
  cargo xtask publish --thorough                         look for every bundle, push and sign what is not")]
pub(crate) struct Args {
    /// The cluster
    #[arg(default_value = "lab")]
    cluster: String,
    /// The registry, `oci://host[:port]/path`: goes before `--registry`
    #[arg(long, value_name = "URL")]
    to: Option<String>,
    /// The channel to move to the release
    #[arg(long, value_name = "NAME")]
    channel: Option<String>,
    /// Move the channel although the release names another address than the one that engines follow it by
    #[arg(long, requires = "channel")]
    new_address: bool,
    /// Refuse images whose digest is not known
    #[arg(long)]
    strict: bool,
    /// Look for everything in the registry, not only for what is new since the last generation
    #[arg(long)]
    thorough: bool,
    #[command(flatten)]
    remote: RemoteArgs,
    #[command(flatten)]
    author: AuthorArgs,
    #[command(flatten)]
    signing: SigningArgs,
    #[command(flatten)]
    notify: NotifyArgs,
}

pub(crate) fn run(args: &Args, global: &Global, printer: &Printer) -> Result<u8, CliError> {
    args.notify.check()?;
    let mut remote = args.remote.clone();
    remote.registry = args.to.clone().or(remote.registry);
    let place = Place::open(&remote, &args.cluster, global)?;
    let signer = args.signing.signer()?;
    let strictness = if args.strict { Strictness::Strict } else { Strictness::Lenient };
    let workspace = context::workspace(global)?;
    let store = context::store(global)?;
    let progress = Progress::new(printer);
    let options = place.options(global, strictness);
    let report = plan::build(&workspace, &store, &args.cluster, &options, &|event| {
        progress.tell(event);
    });
    progress.finish();
    let report = report?;
    let blobs = StoredBlobs::new(store);
    let statements = || match plan::evidence(&workspace, blobs.store(), &args.cluster, &options) {
        Ok(Some(evidence)) => signing::statements(&report, &evidence),
        Ok(None) => Err("the records of its build are gone: `cargo xtask build` makes them again".to_owned()),
        Err(error) => Err(error.to_string()),
    };
    let signer = signer.map(|signer| signer.attesting(report.release.digest, &statements));
    let published = publish::publish(
        place.cluster(),
        &Request {
            publication: &publication(&report),
            blobs: &blobs,
            signer: signer.as_ref().map(|signer| signer as &dyn Signer),
            channel: args.channel.as_deref(),
            new_address: args.new_address,
            who: args.author.who(),
            thorough: args.thorough,
            jobs: AT_ONCE,
            progress: &|name| printer.detail(&format!("pushed {name}")),
        },
    )?;
    print(args, &place, &published, printer);
    let channel = args.channel.as_deref();
    let news = News { channel, generation: published.generation, release: published.digest, back: false };
    args.notify.tell(&place, &news, global, printer)?;
    Ok(0)
}

pub(super) fn publication(report: &Report) -> Publication {
    let artifact = |line: &plan::BundleLine| Artifact {
        name: line.name.clone(),
        version: line.version.clone(),
        manifest: line.digest,
    };
    Publication {
        release: artifact(&report.release),
        bundles: report.units.iter().flat_map(|unit| &unit.bundles).map(artifact).collect(),
    }
}

fn print(args: &Args, place: &Place, published: &Published, printer: &Printer) {
    let address = format!("{}/{}", place.remote.base(), place.cluster().repository());
    if printer.format == Format::Json {
        printer.json(&json!({
            "cluster": args.cluster,
            "address": address,
            "generation": published.generation,
            "digest": published.digest,
            "new": published.is_new,
            "channel": args.channel,
            "moved": published.moved,
            "pushed": published.pushed,
            "changes": published.changes,
            "requests": place.remote.requests(),
        }));
        return;
    }
    printer.data(&format!("{address}@{}", published.digest));
    if published.is_new {
        match &published.changes {
            Some(found) => printer.note(&changes::summary(found)),
            None => printer.note("what changes is not known: the generation before cannot be read"),
        }
    }
    if !published.pushed.is_empty() {
        printer.note(&format!("pushed {}", count(published.pushed.len(), "artifact")));
    }
    printer.detail(&count(usize::try_from(place.remote.requests()).unwrap_or(usize::MAX), "request"));
    let generation = published.generation;
    printer.note(&if published.is_new {
        format!("generation {generation} of `{}` is published", args.cluster)
    } else {
        format!("nothing changed since generation {generation} of `{}`", args.cluster)
    });
    if let (Some(channel), true) = (&args.channel, published.moved) {
        printer.note(&format!("channel `{channel}` is on generation {generation} now"));
    }
}
