//! `promote` and `rollback`: a channel moves.

use publish::Move;
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
    args.shared.notify.check()?;
    let place = Place::open(&args.shared.remote, &args.shared.cluster, global)?;
    let who = (!args.shared.dry_run).then(|| args.shared.author.who());
    let moved = publish::promote(place.cluster(), &args.from, &args.to, who.as_ref())?;
    print(&moved, who.is_some(), printer);
    if who.is_some() {
        args.shared.notify.tell(&place, &News::from(&moved), global, printer)?;
    }
    Ok(0)
}

pub(crate) fn rollback(args: &Rollback, global: &Global, printer: &Printer) -> Result<u8, CliError> {
    args.shared.notify.check()?;
    let place = Place::open(&args.shared.remote, &args.shared.cluster, global)?;
    let who = (!args.shared.dry_run).then(|| args.shared.author.who());
    let moved = publish::rollback(place.cluster(), &args.channel, args.to, who.as_ref())?;
    print(&moved, who.is_some(), printer);
    if who.is_some() {
        args.shared.notify.tell(&place, &News::from(&moved), global, printer)?;
    }
    Ok(0)
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
