//! `diff hosts/<cluster>`: what differs from the last build on which machine, and whether it would start anew for it.

use std::collections::BTreeMap;

use diag::Source;
use fleet::Configuration;
use serde::Serialize;
use yaml::{Duplicates, Node, Value};

use super::{Hosts, build};
use crate::args::{Format, Global};
use crate::context;
use crate::error::{CHECK, CliError};
use crate::printer::Printer;
use crate::table::count;

/// A value of a machine that differs.
#[derive(Serialize)]
struct Change {
    machine: String,
    field: String,
    before: Option<serde_json::Value>,
    after: Option<serde_json::Value>,
    reboot: bool,
}

pub(crate) fn run(
    hosts: &Hosts,
    exit_code: bool,
    global: &Global,
    printer: &Printer,
) -> Result<u8, CliError> {
    let workspace = context::workspace(global)?;
    let fleet = hosts.fleet(&workspace, printer)?;
    let is_talos = matches!(fleet.distribution(), Some(fleet::Distribution::Talos(_)));
    let mut changes = Vec::new();
    for configuration in hosts.configurations(&fleet, printer)? {
        let path = format!("{}/{}", build::place(&hosts.cluster), configuration.file);
        let before = if workspace.is_file(&path) {
            let text = workspace.text(&path).map_err(|error| CliError::input((&error).into()))?;
            documents(&text.text)?
        } else {
            Vec::new()
        };
        compare(&configuration, &before, is_talos, &mut changes);
    }
    match printer.format {
        Format::Json => printer.json(&changes),
        Format::Text => print(&changes, printer),
    }
    printer.note(&count(changes.len(), "difference"));
    Ok(if exit_code && !changes.is_empty() { CHECK } else { 0 })
}

fn documents(text: &str) -> Result<Vec<Node>, CliError> {
    let source = Source::shared("the last build", text);
    let read = yaml::parse_stream(&source, Duplicates::LastWins).map_err(CliError::inputs)?;
    Ok(read.into_iter().map(|document| document.root).collect())
}

type Values = BTreeMap<(String, String), serde_json::Value>;

fn compare(configuration: &Configuration, before: &[Node], is_talos: bool, changes: &mut Vec<Change>) {
    let (before, after) = (values(before), values(&configuration.documents()));
    let keys: std::collections::BTreeSet<_> = before.keys().chain(after.keys()).collect();
    for key in keys {
        let (old, new) = (before.get(key), after.get(key));
        if old == new {
            continue;
        }
        let (document, field) = key;
        changes.push(Change {
            machine: configuration.machine.clone(),
            field: format!("{document} {field}").trim().to_owned(),
            before: old.cloned(),
            after: new.cloned(),
            // A machine that has no configuration yet is installed first.
            reboot: is_talos && !before.is_empty() && fleet::needs_reboot(document, field),
        });
    }
}

/// Every value that holds no other one, by document and field.
fn values(documents: &[Node]) -> Values {
    let mut all = Values::new();
    for document in documents {
        let text = |key: &str| document.get(key).and_then(Node::as_str).unwrap_or_default();
        let title = format!("{} {}", text("kind"), text("name")).trim().to_owned();
        leaves(document, "", &mut |field, value| {
            all.insert((title.clone(), field.to_owned()), value.to_json());
        });
    }
    all
}

fn leaves(node: &Node, field: &str, visit: &mut dyn FnMut(&str, &Node)) {
    let below = |key: &str| if field.is_empty() { key.to_owned() } else { format!("{field}.{key}") };
    match &node.value {
        Value::Map(map) if !map.is_empty() => {
            map.iter().for_each(|entry| leaves(&entry.value, &below(&entry.key), visit));
        }
        Value::Seq(items) if !items.is_empty() => {
            for (index, item) in items.iter().enumerate() {
                leaves(item, &below(&index.to_string()), visit);
            }
        }
        _ => visit(field, node),
    }
}

fn print(changes: &[Change], printer: &Printer) {
    let mut text = String::new();
    let mut machine = "";
    for change in changes {
        if change.machine != machine {
            machine = &change.machine;
            let reboot = changes.iter().any(|other| other.machine == machine && other.reboot);
            text += &format!("{machine}{}\n", if reboot { " (would reboot)" } else { "" });
        }
        let mark = if change.reboot { "!" } else { " " };
        text += &format!(" {mark} {}\n", change.field);
        for (sign, value) in [("-", &change.before), ("+", &change.after)] {
            if let Some(value) = value {
                text += &format!("     {sign} {value}\n");
            }
        }
    }
    if !text.is_empty() {
        printer.data(&text);
    }
}
