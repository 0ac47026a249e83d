//! `show`: a unit as the build sees it.

use std::collections::BTreeMap;

use plan::{PlanError, Session, Strictness};
use serde::Serialize;
use serde_json::Value;
use yaml::Node;

use crate::args::{Format, Global};
use crate::commands::hosts::{self, Hosts};
use crate::commands::session::with_session;
use crate::context;
use crate::error::CliError;
use crate::printer::Printer;
use crate::table::{Align, table};

/// Print a unit: its description, its values and where each comes from, its objects.
///
/// A cluster is a unit too: it is shown with the names of the units that it is made of.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  cargo xtask show lab                                  a cluster and its units
  cargo xtask show hosts/lab                            its machines
  cargo xtask show hosts/lab/lab-1 --why                the line that set each value of a configuration
  cargo xtask show platform/network/metallb             the description as the build reads it
  cargo xtask show platform/network/metallb --values    the values of all layers together
  cargo xtask show platform/network/metallb --why       the layer, file and line that set each value
  cargo xtask show platform/network/metallb --objects   what is packed")]
pub(crate) struct Args {
    /// The unit, or a cluster
    unit: String,
    /// The cluster
    #[arg(long, default_value = "lab", value_name = "NAME")]
    cluster: String,
    /// The objects as they are packed; renders what is not in the store yet
    #[arg(long, conflicts_with_all = ["values", "why"])]
    objects: bool,
    /// The values of all layers together, one document for each chart
    #[arg(long)]
    values: bool,
    /// The layer, file and line that set each value
    #[arg(long)]
    why: bool,
}

pub(crate) fn run(args: &Args, global: &Global, printer: &Printer) -> Result<u8, CliError> {
    if let Some(hosts) = Hosts::of(&args.unit) {
        return hosts::show::run(&hosts, args.why, global, printer);
    }
    if !args.unit.contains('/') {
        return cluster(&args.unit, global, printer);
    }
    with_session(global, printer, &args.cluster, Strictness::Lenient, |session| {
        if args.objects {
            let objects = plan::packed_objects(session, Some(&args.unit))?;
            print_nodes(printer, objects.into_iter());
        } else if args.why {
            why(session, &args.unit, printer)?;
        } else if args.values {
            values(session, &args.unit, printer)?;
        } else {
            let mut description = plan::description(session, &args.unit)?;
            remove_absent(&mut description);
            print_one(printer, &description);
        }
        Ok(0)
    })
}

fn cluster(name: &str, global: &Global, printer: &Printer) -> Result<u8, CliError> {
    let workspace = context::workspace(global)?;
    let catalogue = catalogue::load(&workspace, name).map_err(CliError::inputs)?;
    let mut spec = catalogue.cluster.spec;
    spec.units = catalogue.units.into_keys().collect();
    let mut description = serde_json::to_value(&spec).unwrap_or_default();
    remove_absent(&mut description);
    print_one(printer, &description);
    Ok(0)
}

/// Takes out what a description does not say.
fn remove_absent(value: &mut Value) {
    if let Value::Object(fields) = value {
        fields.retain(|_, field| match field {
            Value::Null => false,
            Value::Array(items) => !items.is_empty(),
            Value::Object(fields) => !fields.is_empty(),
            _ => true,
        });
        fields.values_mut().for_each(remove_absent);
    } else if let Value::Array(items) = value {
        items.iter_mut().for_each(remove_absent);
    }
}

fn print_one(printer: &Printer, value: &Value) {
    match printer.format {
        Format::Text => printer.data(&yaml::emit_ordered(&Node::from_json(value))),
        Format::Json => printer.json(value),
    }
}

fn print_nodes(printer: &Printer, nodes: impl Iterator<Item = Node>) {
    if printer.format == Format::Json {
        printer.json(&nodes.map(|node| node.to_json()).collect::<Vec<_>>());
        return;
    }
    let texts: Vec<String> = nodes.map(|node| yaml::emit(&node)).collect();
    if !texts.is_empty() {
        printer.data(&texts.join("---\n"));
    }
}

/// One value: where it stands in the result, and what set it.
#[derive(Serialize)]
struct Setting {
    release: String,
    field: String,
    value: Value,
    layer: String,
    file: String,
    line: usize,
}

fn values(session: &Session<'_>, unit: &str, printer: &Printer) -> Result<(), PlanError> {
    let mut merged = BTreeMap::new();
    for (release, layers) in plan::values_of(session, unit)?.values {
        let roots = parsed(&layers)?;
        merged.insert(release, yaml::layers::merge(&roots.iter().collect::<Vec<_>>()));
    }
    if printer.format == Format::Json {
        printer.json(
            &merged.iter().map(|(release, node)| (release, node.to_json())).collect::<BTreeMap<_, _>>(),
        );
        return Ok(());
    }
    let documents: Vec<String> = merged
        .iter()
        .map(|(release, node)| format!("# release {release}\n{}", yaml::emit_ordered(node)))
        .collect();
    match documents.is_empty() {
        true => printer.note(&format!("`{unit}` has no chart, so it has no values")),
        false => printer.data(&documents.join("---\n")),
    }
    Ok(())
}

fn why(session: &Session<'_>, unit: &str, printer: &Printer) -> Result<(), PlanError> {
    let mut settings = Vec::new();
    for (release, layers) in plan::values_of(session, unit)?.values {
        let roots = parsed(&layers)?;
        let roots: Vec<&Node> = roots.iter().collect();
        let merged = yaml::layers::merge(&roots);
        for (pointer, origin) in yaml::layers::origins(&roots) {
            let Some((layer, source)) = layers.get(origin.layer) else { continue };
            let (line, _) = diag::line_column(&source.text, origin.span.start);
            settings.push(Setting {
                release: release.clone(),
                field: field(&pointer),
                value: merged.pointer(&pointer).map_or(Value::Null, Node::to_json),
                layer: layer.clone(),
                file: source.name.clone(),
                line,
            });
        }
    }
    if printer.format == Format::Json {
        printer.json(&settings);
        return Ok(());
    }
    let rows: Vec<Vec<String>> = settings
        .into_iter()
        .map(|Setting { release, field, value, layer, file, line }| {
            vec![release, field, value.to_string(), layer, format!("{file}:{line}")]
        })
        .collect();
    let headings = ["RELEASE", "FIELD", "VALUE", "LAYER", "SET IN"].map(|heading| (heading, Align::Left));
    printer.data(&table(&headings, &rows));
    Ok(())
}

/// A JSON pointer (RFC 6901) as people write paths.
fn field(pointer: &str) -> String {
    let parts = pointer.split('/').skip(1).map(|part| part.replace("~1", "/").replace("~0", "~"));
    parts.collect::<Vec<_>>().join(".")
}

fn parsed(layers: &[(String, diag::SourceRef)]) -> Result<Vec<Node>, PlanError> {
    let mut roots = Vec::new();
    for (_, source) in layers {
        roots.push(yaml::parse_one(source, yaml::Duplicates::LastWins)?.root);
    }
    Ok(roots)
}
