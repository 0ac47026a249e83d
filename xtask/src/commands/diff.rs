//! `diff`: what differs between two states of a unit's objects, as meaning and not as text.

mod compare;
mod revision;

use diag::Diagnostic;
use hashing::Digest;
use plan::Strictness;
use serde_json::Value;
use yaml::Node;

use crate::args::{Format, Global};
use crate::commands::hosts::{self, Hosts};
use crate::commands::session::with_session;
use crate::context;
use crate::error::{CHECK, CliError};
use crate::printer::Printer;
use crate::table::count;
use compare::Difference;
pub(crate) use compare::compare;

/// Compare the objects of a unit, or of all units, with those of another state.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  cargo xtask diff platform/network/metallb                        against the last build
  cargo xtask diff hosts/home-ops                                  machines, and which of them would reboot
  cargo xtask diff platform/network/metallb --against HEAD~1       against a commit
  cargo xtask diff platform/network/metallb --against sha256:…     against a bundle in the store
  cargo xtask diff platform/network/metallb --exit-code            exit with 1 when something differs
  cargo xtask diff --against origin/main --markdown > comment.md   all units, as a comment on a pull request")]
pub(crate) struct Args {
    /// The unit, all unless given
    unit: Option<String>,
    /// The cluster
    #[arg(long, default_value = "lab", value_name = "NAME")]
    cluster: String,
    /// A git revision, or the digest of a manifest or layer; the last build unless given
    #[arg(long, value_name = "REV|DIGEST")]
    against: Option<String>,
    /// Exit with 1 when something differs
    #[arg(long)]
    exit_code: bool,
    /// Print Markdown
    #[arg(long)]
    markdown: bool,
}

pub(crate) fn run(args: &Args, global: &Global, printer: &Printer) -> Result<u8, CliError> {
    if let Some(hosts) = args.unit.as_deref().and_then(Hosts::of) {
        return hosts::diff::run(&hosts, args.exit_code, global, printer);
    }
    let before = before(args, global, printer)?;
    let after = with_session(global, printer, &args.cluster, Strictness::Lenient, |session| {
        plan::packed_objects(session, args.unit.as_deref())
    })?;
    let differences = compare(&before, &json(&after));
    match printer.format {
        Format::Json => printer.json(&differences),
        Format::Text if args.markdown => printer.data(&markdown(args, &differences)),
        Format::Text if differences.is_empty() => {}
        Format::Text => printer.data(&text(&differences)),
    }
    printer.note(&count(differences.len(), "difference"));
    Ok(if args.exit_code && !differences.is_empty() { CHECK } else { 0 })
}

fn before(args: &Args, global: &Global, printer: &Printer) -> Result<Vec<Value>, CliError> {
    let objects = match args.against.as_deref() {
        None => with_session(global, printer, &args.cluster, Strictness::Lenient, |session| {
            plan::last_objects(session, args.unit.as_deref())
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
    Ok(json(&objects))
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
    if args.unit.as_ref().is_some_and(|unit| !there.units.contains_key(unit)) {
        return Ok(Vec::new());
    }
    let global = Global { workspace: Some(exported.root().to_owned()), ..global.clone() };
    let objects = with_session(&global, printer, &args.cluster, Strictness::Lenient, |session| {
        plan::packed_objects(session, args.unit.as_deref())
    })?;
    Ok(json(&objects))
}

fn json(objects: &[Node]) -> Vec<Value> {
    objects.iter().map(Node::to_json).collect()
}

/// A comment on a pull request. What is longer than a comment may be is cut.
fn markdown(args: &Args, differences: &[Difference]) -> String {
    const LONGEST: usize = 60_000;
    let what = args
        .unit
        .as_deref()
        .map_or_else(|| format!("cluster `{}`", args.cluster), |unit| format!("`{unit}`"));
    if differences.is_empty() {
        return format!("### Nothing changes in {what}");
    }
    let mut text = text(differences);
    let cut = text.char_indices().map(|(index, _)| index).take_while(|index| *index <= LONGEST).last();
    let note = if text.len() > LONGEST { "\nCut: the whole is in the log of the build.\n" } else { "" };
    text.truncate(cut.filter(|_| !note.is_empty()).unwrap_or(text.len()));
    format!("### {} in {what}\n\n```diff\n{text}\n```\n{note}", count(differences.len(), "difference"))
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
