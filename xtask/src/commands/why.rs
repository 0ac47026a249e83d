//! `why`: what changed in a unit since the last build.

use plan::Strictness;

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
    /// Print the recipe
    #[arg(long)]
    explain: bool,
}

pub(crate) fn run(args: &Args, global: &Global, printer: &Printer) -> Result<u8, CliError> {
    with_session(global, printer, &args.cluster, Strictness::Lenient, |session| {
        if args.explain {
            let recipe = plan::explain(session, &args.unit)?;
            printer.json(&serde_json::json!({"key": recipe.key(), "recipe": recipe}));
            return Ok(0);
        }
        let changes = plan::why(session, &args.unit)?;
        if printer.format == Format::Json {
            printer.json(&changes);
            return Ok(0);
        }
        match changes {
            None => printer.data(&format!("`{}` was not built in this checkout yet", args.unit)),
            Some(changes) if changes.is_empty() => {
                printer.data(&format!("nothing changed in `{}` since the last build", args.unit));
            }
            Some(changes) => {
                for change in changes {
                    let text = |value: Option<String>| value.unwrap_or_else(|| "nothing".to_owned());
                    printer.data(&format!("{}\n  was {}\n  is  {}", change.field, text(change.before), text(change.after)));
                }
            }
        }
        Ok(0)
    })
}
