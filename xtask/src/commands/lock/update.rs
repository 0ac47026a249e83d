//! `lock update`: what the sources have now.

use diag::{Diagnostic, nearest};
use inputs::{Kind, Lock, Pin};

use super::again::{Wish, pin_again};
use super::file::with_fetcher;
use super::{images, packages};
use crate::args::Global;
use crate::error::CliError;
use crate::printer::Printer;

/// Fetch inputs again and lock what comes now, or look up images.
///
/// Versions stay as they are: another version is another pin, and `lock add` makes it.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  cargo xtask lock update metallb            lock what its sources have now
  cargo xtask lock update                    the same for everything but images
  cargo xtask lock update --packages         take the Debian packages that their archives serve now
  cargo xtask lock update --images           lock the images of the default cluster, look up missing digests
  cargo xtask lock update --images --all     those of every cluster")]
pub(super) struct Args {
    /// Names of pins; all but images unless given
    #[arg(conflicts_with_all = ["images", "packages"])]
    names: Vec<String>,
    /// Take the newest version of each Debian package: archives drop what they replace
    #[arg(long, conflicts_with = "images")]
    packages: bool,
    /// Lock the images that a cluster runs, and look up those without a digest
    #[arg(long)]
    images: bool,
    /// Whose images
    #[arg(long, default_value = "lab", value_name = "NAME", requires = "images")]
    cluster: String,
    /// The images of every cluster
    #[arg(long, conflicts_with = "cluster", requires = "images")]
    all: bool,
}

pub(super) fn run(args: &Args, global: &Global, printer: &Printer) -> Result<u8, CliError> {
    if args.images {
        let only = (!args.all).then_some(args.cluster.as_str());
        return images::update(only, global, printer);
    }
    if args.packages {
        return packages::update(global, printer);
    }
    with_fetcher(global, printer, |workspace, lock, fetcher| {
        let same = |pin: Pin| Wish { version: pin.version.clone(), sources: pin.sources.clone(), pin };
        let wishes = wanted(&lock, &args.names)?.into_iter().map(same).collect();
        let line = |_: &Pin, new: &Pin, verdict: &str| format!("{verdict} {new} {}", new.digest);
        let done = pin_again(workspace, lock, fetcher, printer, wishes, line)?;
        done.failures.map_or(Ok(0), Err)
    })
}

fn wanted(lock: &Lock, names: &[String]) -> Result<Vec<Pin>, CliError> {
    let mut unknown = Vec::new();
    for name in names.iter().filter(|name| !lock.pins().iter().any(|pin| pin.name == **name)) {
        let diagnostic = Diagnostic::error(format!("`inputs.lock` has no pin `{name}`"));
        unknown.push(match nearest(name, lock.pins().iter().map(|pin| pin.name.as_str())) {
            Some(near) => diagnostic.hint(format!("did you mean `{near}`?")),
            None => diagnostic.hint("`cargo xtask lock add` makes one"),
        });
    }
    if !unknown.is_empty() {
        return Err(CliError::inputs(unknown));
    }
    let is_wanted =
        |pin: &&Pin| if names.is_empty() { pin.kind != Kind::Image } else { names.contains(&pin.name) };
    Ok(lock.pins().iter().filter(is_wanted).cloned().collect())
}
