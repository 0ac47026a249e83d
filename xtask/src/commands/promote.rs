//! `promote` and `rollback`: a channel moves.

use publish::{Cluster, Move, PublishError, Who};
use serde_json::json;

use crate::args::{Format, Global};
use crate::commands::changes;
use crate::commands::notify::{News, NotifyArgs};
use crate::commands::remote::{AuthorArgs, Place, RemoteArgs};
use crate::error::CliError;
use crate::printer::Printer;

/// Move a channel to the generation that another one is on.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  cargo xtask promote staging production            what runs in staging goes to production
  cargo xtask promote staging production --dry-run  only tell what would change")]
pub(crate) struct Promote {
    /// The channel whose generation is taken
    from: String,
    /// The channel that moves
    to: String,
    #[command(flatten)]
    shared: Shared,
}

/// Move a channel back to a generation that it was on.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  cargo xtask rollback production             to the generation before
  cargo xtask rollback production --to 7      to a certain one
  cargo xtask rollback production --dry-run   only tell what would change")]
pub(crate) struct Rollback {
    /// The channel that moves
    channel: String,
    /// The generation; the one that the channel was on before unless given
    #[arg(long, value_name = "N")]
    to: Option<u64>,
    #[command(flatten)]
    shared: Shared,
}

#[derive(Debug, clap::Args)]
struct Shared {
    /// Only tell what would change
    #[arg(long)]
    dry_run: bool,
    /// The cluster
    #[arg(long, default_value = "lab", value_name = "NAME")]
    cluster: String,
    #[command(flatten)]
    remote: RemoteArgs,
    #[command(flatten)]
    author: AuthorArgs,
    #[command(flatten)]
    notify: NotifyArgs,
}

pub(crate) fn promote(args: &Promote, global: &Global, printer: &Printer) -> Result<u8, CliError> {
    args.shared
        .run(false, global, printer, |cluster, who| publish::promote(cluster, &args.from, &args.to, who))
}

pub(crate) fn rollback(args: &Rollback, global: &Global, printer: &Printer) -> Result<u8, CliError> {
    args.shared
        .run(true, global, printer, |cluster, who| publish::rollback(cluster, &args.channel, args.to, who))
}

impl Shared {
    /// Moves a channel by `go`, tells of it, and tells the engine; `back` when it goes to where it was.
    fn run(
        &self,
        back: bool,
        global: &Global,
        printer: &Printer,
        go: impl FnOnce(Cluster<'_>, Option<&Who>) -> Result<Move, PublishError>,
    ) -> Result<u8, CliError> {
        self.notify.check()?;
        let place = Place::open(&self.remote, &self.cluster, global)?;
        let who = (!self.dry_run).then(|| self.author.who());
        let moved = go(place.cluster(), who.as_ref())?;
        print(&moved, who.is_some(), printer);
        if who.is_some() {
            let Move { channel, to: generation, release, .. } = moved;
            let news = News { channel: Some(&channel), generation, release, back };
            self.notify.tell(&place, &news, global, printer)?;
        }
        Ok(0)
    }
}

fn print(moved: &Move, done: bool, printer: &Printer) {
    let Move { channel, from, to, changes, .. } = moved;
    if printer.format == Format::Json {
        printer.json(&json!({"channel": channel, "from": from, "to": to, "moved": done, "changes": changes}));
        return;
    }
    printer.data(&changes::summary(changes));
    let from = from.map_or_else(|| "nothing".to_owned(), |from| format!("generation {from}"));
    printer.note(&if done {
        format!("channel `{channel}`: from {from} to generation {to}")
    } else {
        format!("channel `{channel}` would go from {from} to generation {to}")
    });
}
