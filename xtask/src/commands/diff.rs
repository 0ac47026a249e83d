//! `diff`: what differs between two states of a unit's objects, as meaning and not as text.

use std::collections::BTreeMap;
use std::path::Path;

use diag::Diagnostic;
use hashing::Digest;
use plan::{Session, Strictness};
use serde::Serialize;
use serde_json::Value;
use yaml::Node;

use crate::args::{Format, Global};
use crate::commands::session::with_session;
use crate::context;
use crate::error::{CHECK, CliError};
use crate::printer::Printer;

/// Compare the objects of a unit with those of another state.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  cargo xtask diff platform/network/metallb                        against the last build
  cargo xtask diff platform/network/metallb --against HEAD~1       against a commit, built beside
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

/// One difference.
#[derive(Debug, Serialize)]
struct Difference {
    object: String,
    field: String,
    before: Option<Value>,
    after: Option<Value>,
}

type Objects = BTreeMap<String, Node>;

pub(crate) fn run(args: &Args, global: &Global, printer: &Printer) -> Result<u8, CliError> {
    let before = match args.against.as_deref() {
        None => with_session(global, printer, &args.cluster, Strictness::Lenient, |session| {
            plan::last_objects(session, &args.unit)
        })?,
        Some(digest) if digest.starts_with("sha256:") => {
            let digest: Digest = digest.parse().map_err(|error| {
                CliError::input(Diagnostic::error(format!("`{digest}` is no digest: {error}")))
            })?;
            with_session(global, printer, &args.cluster, Strictness::Lenient, |session| {
                plan::objects_by_digest(session, &digest)
            })?
        }
        Some(revision) => at_revision(args, global, printer, revision)?,
    };
    let after = with_session(global, printer, &args.cluster, Strictness::Lenient, |session| {
        plan::packed_objects(session, &args.unit)
    })?;
    let differences = compare(&before, &after);
    print(&differences, printer);
    Ok(if args.exit_code && !differences.is_empty() { CHECK } else { 0 })
}

/// The objects of the unit as a commit describes it, built from an export of that commit.
fn at_revision(args: &Args, global: &Global, printer: &Printer, revision: &str) -> Result<Objects, CliError> {
    let workspace = context::workspace(global)?;
    let store = context::store(global)?;
    let scratch = store.scratch()?;
    export(workspace.root(), revision, scratch.path())?;
    let there = Global { workspace: Some(scratch.path().join("tree")), ..global.clone() };
    let exported = |session: &Session<'_>| plan::packed_objects(session, &args.unit);
    let absent = catalogue::load(&catalogue::Workspace::at(scratch.path().join("tree")), &args.cluster)
        .is_ok_and(|catalogue| !catalogue.units.contains_key(&args.unit));
    if absent {
        return Ok(Objects::new());
    }
    with_session(&there, printer, &args.cluster, Strictness::Lenient, |session| exported(session))
}

fn export(root: &Path, revision: &str, scratch: &Path) -> Result<(), CliError> {
    let missing = || CliError::environment(&"not found; install it", "git");
    let git = process::find("git").ok_or_else(missing)?;
    let archived = process::run(
        &process::Command::new(git, scratch)
            .args(["-C".as_ref(), root.as_os_str(), "archive".as_ref(), "--format=tar".as_ref(), revision.as_ref()]),
    )
    .map_err(|error| CliError::environment(&error, "git archive"))?;
    if archived.code != 0 {
        let diagnostic = Diagnostic::error(format!("git knows no `{revision}`: {}", archived.stderr.trim()));
        return Err(CliError::input(diagnostic.hint("name a commit, a branch or a tag")));
    }
    let tree = archive::unpack::tar(&archived.stdout, archive::unpack::Limits::default())
        .map_err(|error| CliError::environment(&error, "git archive"))?;
    for (path, file) in tree.iter() {
        let target = scratch.join("tree").join(path);
        let written = target.parent().map_or(Ok(()), std::fs::create_dir_all);
        written
            .and_then(|()| std::fs::write(&target, &file.content))
            .map_err(|error| CliError::environment(&error, path))?;
    }
    Ok(())
}

fn compare(before: &Objects, after: &Objects) -> Vec<Difference> {
    let mut differences = Vec::new();
    let mut names: Vec<&String> = before.keys().chain(after.keys()).collect();
    names.sort();
    names.dedup();
    for name in names {
        let json = |objects: &Objects| objects.get(name).map(Node::to_json);
        descend(name, "", json(before), json(after), &mut differences);
    }
    differences
}

fn descend(object: &str, field: &str, before: Option<Value>, after: Option<Value>, found: &mut Vec<Difference>) {
    match (before, after) {
        (before, after) if before == after => {}
        (Some(Value::Object(before)), Some(Value::Object(after))) => {
            let mut keys: Vec<&String> = before.keys().chain(after.keys()).collect();
            keys.sort();
            keys.dedup();
            for key in keys {
                let path = if field.is_empty() { key.clone() } else { format!("{field}.{key}") };
                descend(object, &path, before.get(key).cloned(), after.get(key).cloned(), found);
            }
        }
        (Some(Value::Array(before)), Some(Value::Array(after))) if before.len() == after.len() => {
            for (index, (before, after)) in before.into_iter().zip(after).enumerate() {
                descend(object, &format!("{field}[{index}]"), Some(before), Some(after), found);
            }
        }
        (before, after) => {
            found.push(Difference { object: object.to_owned(), field: field.to_owned(), before, after });
        }
    }
}

fn print(differences: &[Difference], printer: &Printer) {
    if printer.format == Format::Json {
        printer.json(&differences);
        return;
    }
    let mut object = "";
    for difference in differences {
        let name = difference.object.trim_end_matches(".yaml");
        match (difference.field.as_str(), &difference.before, &difference.after) {
            ("", None, Some(_)) => printer.data(&format!("+ {name}")),
            ("", Some(_), None) => printer.data(&format!("- {name}")),
            (field, before, after) => {
                if object != difference.object {
                    printer.data(&format!("~ {name}"));
                }
                let text = |value: &Option<Value>| value.as_ref().map_or_else(|| "nothing".to_owned(), Value::to_string);
                printer.data(&format!("    {field}: {} -> {}", text(before), text(after)));
            }
        }
        object = &difference.object;
    }
    printer.note(&match differences.len() {
        0 => "no differences".to_owned(),
        1 => "1 difference".to_owned(),
        count => format!("{count} differences"),
    });
}

