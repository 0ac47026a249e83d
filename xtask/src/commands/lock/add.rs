//! `lock add`: one more pin.

use clap::ValueEnum;
use diag::Diagnostic;
use inputs::Kind;

use super::file::{described, with_fetcher, write};
use super::sources::Sources;
use crate::args::{Format, Global};
use crate::error::CliError;
use crate::printer::Printer;

/// Fetch an input and lock what came.
///
/// All sources must have the same content: which one served it is never known to a build. An image has no sources;
/// its registry is part of its name.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  cargo xtask lock add chart metallb 0.15.2 --go go.universe.tf/metallb@v0.15.2 --select 'charts/metallb => .'
  cargo xtask lock add chart cilium 1.18.4 --url https://helm.cilium.io/cilium-1.18.4.tgz --mirror-file cilium-1.18.4.tgz
  cargo xtask lock add tool helm 4.1.4 --url https://get.helm.sh/helm-v4.1.4-linux-amd64.tar.gz --member linux-amd64/helm
  cargo xtask lock add image ghcr.io/stefanprodan/podinfo 6.9.2")]
pub(super) struct Args {
    /// What it is for
    #[arg(value_enum)]
    kind: KindName,
    /// What it is called; of an image registry and repository
    name: String,
    /// Its version; of an image the tag
    version: String,
    #[command(flatten)]
    sources: Sources,
}

/// The kinds of inputs.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum KindName {
    Chart,
    Image,
    Manifests,
    Package,
    Schema,
    Tool,
}

impl From<KindName> for Kind {
    fn from(name: KindName) -> Self {
        match name {
            KindName::Chart => Self::Chart,
            KindName::Image => Self::Image,
            KindName::Manifests => Self::Manifests,
            KindName::Package => Self::Package,
            KindName::Schema => Self::Schema,
            KindName::Tool => Self::Tool,
        }
    }
}

pub(super) fn run(args: &Args, global: &Global, printer: &Printer) -> Result<u8, CliError> {
    let kind = Kind::from(args.kind);
    let sources = args.sources.read(kind, &args.name, &args.version)?;
    with_fetcher(global, printer, |workspace, mut lock, fetcher| {
        let pin = fetcher.pin_now(kind, &args.name, &args.version, sources)?;
        let before = lock.insert(pin.clone());
        let verdict = match before {
            None => "added",
            Some(before) if before.digest == pin.digest && before.sources == pin.sources => "unchanged",
            Some(_) => "replaced",
        };
        write(workspace, &lock)?;
        match printer.format {
            Format::Text => printer.data(&format!("{verdict} {pin} {}", pin.digest)),
            Format::Json => printer.json(&described(&pin, verdict)),
        }
        let others = lock.pins().iter().filter(|other| other.kind == kind && other.name == pin.name).count();
        if others > 1 && kind != Kind::Image {
            let message = format!("{kind} `{}` is locked in {others} versions", pin.name);
            printer.warn(
                &Diagnostic::note(message)
                    .hint("`versions` in `cluster.yaml`, or `version` in a source, says which one is meant"),
            );
        }
        Ok(0)
    })
}
