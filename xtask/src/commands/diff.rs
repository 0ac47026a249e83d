//! `diff`: what differs between two states of a unit's objects, as meaning and not as text.

mod compare;
mod revision;

use diag::Diagnostic;
use hashing::Digest;
use plan::Strictness;
use serde_json::Value;
use yaml::Node;

use crate::args::{Format, Global};
use crate::commands::session::with_session;
use crate::context;
use crate::error::{CHECK, CliError};
use crate::printer::Printer;
use crate::table::count;
use compare::Difference;
pub(crate) use compare::compare;

/// Compare the objects of a unit with those of another state.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  cargo xtask diff platform/network/metallb                        against the last build
  cargo xtask diff platform/network/metallb --against HEAD~1       against a commit
  cargo xtask diff platform/network/metallb --against sha256:…     against a bundle in the store
  cargo xtask diff platform/network/metallb --exit-code            exit with 1 when something differs")]
pub(crate) struct Args {
    /// The unit
    unit: String,
    /// The cluster
    #[arg(long, default_value = "lab", value_name = "NAME")]
    cluster: String,
    /// A git revision, or the digest of a manifest or layer; the last build unless given
    #[arg(long, value_name = "REV|DIGEST")]
    against: Option<String>,
    /// Exit with 1 when something differs
    #[arg(long)]
    exit_code: bool,
}

pub(crate) fn run(args: &Args, global: &Global, printer: &Printer) -> Result<u8, CliError> {
    let before = before(args, global, printer)?;
    let after = with_session(global, printer, &args.cluster, Strictness::Lenient, |session| {
        plan::packed_objects(session, &args.unit)
    })?;
    let differences = compare(&before, &json(after.into_values()));
    match printer.format {
        Format::Json => printer.json(&differences),
        Format::Text if differences.is_empty() => {}
        Format::Text => printer.data(&text(&differences)),
    }
    printer.note(&count(differences.len(), "difference"));
    Ok(if args.exit_code && !differences.is_empty() { CHECK } else { 0 })
}

fn before(args: &Args, global: &Global, printer: &Printer) -> Result<Vec<Value>, CliError> {
    let objects = match args.against.as_deref() {
        None => with_session(global, printer, &args.cluster, Strictness::Lenient, |session| {
            plan::last_objects(session, &args.unit)
        })?,
        Some(digest) if digest.starts_with("sha256:") => {
            let digest: Digest = digest.parse().map_err(|error| {
                let diagnostic = Diagnostic::error(format!("`{digest}` is no digest: {error}"));
                CliError::input(diagnostic.hint("`cargo xtask build --format json` prints digests in full"))
            })?;
            with_session(global, printer, &args.cluster, Strictness::Lenient, |session| {
                plan::objects_by_digest(session, &digest)
            })?
        }
        Some(revision) => return at_revision(args, global, printer, revision),
    };
    Ok(json(objects.into_values()))
}

/// The objects of the unit as a commit describes it; none when the unit is newer.
fn at_revision(
    args: &Args,
    global: &Global,
    printer: &Printer,
    revision: &str,
) -> Result<Vec<Value>, CliError> {
    let store = context::store(global)?;
    let scratch = store.scratch()?;
    let exported = revision::export(&context::workspace(global)?, revision, scratch.path())?;
    let there = catalogue::load(&exported, &args.cluster).map_err(CliError::inputs)?;
    if !there.units.contains_key(&args.unit) {
        return Ok(Vec::new());
    }
    let global = Global { workspace: Some(exported.root().to_owned()), ..global.clone() };
    let objects = with_session(&global, printer, &args.cluster, Strictness::Lenient, |session| {
        plan::packed_objects(session, &args.unit)
    })?;
    Ok(json(objects.into_values()))
}

fn json(objects: impl Iterator<Item = Node>) -> Vec<Value> {
    objects.map(|object| object.to_json()).collect()
}

/// A line for each object that is new, gone or other, with its fields.
pub(crate) fn text(differences: &[Difference]) -> String {
    let mut lines = Vec::new();
    let mut shown = "";
    for Difference { object, field, before, after } in differences {
        match (before, after) {
            (None, Some(_)) if field.is_empty() => lines.push(format!("+ {object}")),
            (Some(_), None) if field.is_empty() => lines.push(format!("- {object}")),
            (before, after) => {
                if shown != object {
                    lines.push(format!("~ {object}"));
                }
                let value = |value: &Option<Value>| {
                    value.as_ref().map_or_else(|| "nothing".to_owned(), Value::to_string)
                };
                lines.push(format!("    {field}: {} -> {}", value(before), value(after)));
            }
        }
        shown = object;
    }
    lines.join("\n")
}
