//! `show hosts/<cluster>`: its machines; `show hosts/<cluster>/<machine>`: the configuration, and what set each value.

use fleet::Fleet;
use serde_json::{Value, json};

use super::Hosts;
use crate::args::{Format, Global};
use crate::context;
use crate::error::CliError;
use crate::printer::Printer;
use crate::table::{Align, table};

pub(crate) fn run(hosts: &Hosts, why: bool, global: &Global, printer: &Printer) -> Result<u8, CliError> {
    let workspace = context::workspace(global)?;
    let fleet = hosts.fleet(&workspace, printer)?;
    if hosts.machine.is_none() && !why {
        machines(&fleet, printer);
        return Ok(0);
    }
    let configurations = hosts.configurations(&fleet, printer)?;
    if why {
        settings(&fleet, &configurations, printer);
    } else if printer.format == Format::Json {
        let documents = configurations.iter().flat_map(fleet::Configuration::documents);
        printer.json(&documents.map(|node| node.to_json()).collect::<Vec<_>>());
    } else {
        let texts: Vec<String> = configurations.iter().map(fleet::Configuration::to_yaml).collect();
        printer.data(&texts.join("---\n"));
    }
    Ok(0)
}

fn machines(fleet: &Fleet, printer: &Printer) {
    let lines: Vec<Value> = fleet
        .machines
        .values()
        .map(|machine| {
            let spec = &machine.spec;
            let install = spec.install.as_ref();
            let disk = install.and_then(|install| match (&install.disk, &install.selector) {
                (Some(disk), _) => Some(disk.clone()),
                (None, Some(selector)) => serde_json::to_string(selector).ok(),
                (None, None) => None,
            });
            let patches = fleet.patches_of(machine).map(|patch| patch.path().to_owned());
            json!({
                "machine": spec.name,
                "role": spec.role.name(),
                "address": spec.address,
                "disk": disk,
                "image": fleet.image_of(machine),
                "patches": patches.collect::<Vec<_>>(),
                "offline": spec.offline,
            })
        })
        .collect();
    if printer.format == Format::Json {
        printer.json(&lines);
        return;
    }
    let headings = ["MACHINE", "ROLE", "ADDRESS", "DISK", "IMAGE", "PATCHES", "STATE"];
    let text = |line: &Value, field: &str| line[field].as_str().unwrap_or("-").to_owned();
    let rows: Vec<Vec<String>> = lines
        .iter()
        .map(|line| {
            let state = line["offline"].as_str().map_or("online".to_owned(), |why| format!("offline: {why}"));
            let patches = line["patches"].as_array().map_or(0, Vec::len).to_string();
            let fields = ["machine", "role", "address", "disk", "image"].map(|field| text(line, field));
            fields.into_iter().chain([patches, state]).collect()
        })
        .collect();
    printer.data(&table(&headings.map(|heading| (heading, Align::Left)), &rows));
}

fn settings(fleet: &Fleet, configurations: &[fleet::Configuration], printer: &Printer) {
    let mut lines = Vec::new();
    for configuration in configurations {
        for setting in configuration.settings(fleet) {
            let field = format!("{} {}", setting.document, setting.field);
            lines.push(json!({
                "machine": configuration.machine,
                "field": field.trim(),
                "value": setting.value.to_json(),
                "origin": setting.origin,
            }));
        }
    }
    if printer.format == Format::Json {
        printer.json(&lines);
        return;
    }
    let text = |line: &Value, field: &str| line[field].as_str().unwrap_or("generated").to_owned();
    let rows: Vec<Vec<String>> = lines
        .iter()
        .map(|line| vec![text(line, "field"), line["value"].to_string(), text(line, "origin")])
        .collect();
    printer.data(&table(&["FIELD", "VALUE", "SET IN"].map(|heading| (heading, Align::Left)), &rows));
}
