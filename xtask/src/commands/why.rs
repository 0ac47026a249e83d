//! `why`: what changed in a unit since the last build.

use plan::{Change, Strictness};
use yaml::Node;

use crate::args::{Format, Global};
use crate::commands::session::with_session;
use crate::error::CliError;
use crate::printer::Printer;

/// Tell what changed in a unit since the last build.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  cargo xtask why platform/network/metallb
  cargo xtask why platform/network/metallb --explain    print the recipe and its key")]
pub(crate) struct Args {
    /// The unit
    unit: String,
    /// The cluster
    #[arg(long, default_value = "lab", value_name = "NAME")]
    cluster: String,
    /// Print the recipe and its key: everything that the objects of the unit depend on
    #[arg(long)]
    explain: bool,
}

pub(crate) fn run(args: &Args, global: &Global, printer: &Printer) -> Result<u8, CliError> {
    with_session(global, printer, &args.cluster, Strictness::Lenient, |session| {
        if args.explain {
            let recipe = plan::explain(session, &args.unit)?;
            let explained = serde_json::json!({"key": recipe.key(), "recipe": recipe});
            match printer.format {
                Format::Text => printer.data(&yaml::emit_ordered(&Node::from_json(&explained))),
                Format::Json => printer.json(&explained),
            }
            return Ok(0);
        }
        let changes = plan::why(session, &args.unit)?;
        match printer.format {
            Format::Text => printer.data(&text(&args.unit, changes.as_deref())),
            Format::Json => printer.json(&changes),
        }
        Ok(0)
    })
}

fn text(unit: &str, changes: Option<&[Change]>) -> String {
    match changes {
        None => format!("`{unit}` was not built in this checkout yet"),
        Some([]) => format!("nothing changed in `{unit}` since the last build"),
        Some(changes) => {
            let value = |value: &Option<String>| value.clone().unwrap_or_else(|| "nothing".to_owned());
            let change = |change: &Change| {
                format!("{}\n  was {}\n  is  {}\n", change.field, value(&change.before), value(&change.after))
            };
            changes.iter().map(change).collect()
        }
    }
}
