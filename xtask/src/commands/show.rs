//! `show`: a unit as the build sees it.

use std::collections::BTreeMap;

use plan::{PlanError, Session, Strictness};
use yaml::Node;

use crate::args::{Format, Global};
use crate::commands::session::with_session;
use crate::error::CliError;
use crate::printer::Printer;

/// Print a unit: its description, its values and where each comes from, its objects.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  cargo xtask show platform/network/metallb             the description and the recipe's parameters
  cargo xtask show platform/network/metallb --values    the values of all layers together
  cargo xtask show platform/network/metallb --why       the file and line that set each value
  cargo xtask show platform/network/metallb --objects   what is packed")]
pub(crate) struct Args {
    /// The unit
    unit: String,
    /// The cluster
    #[arg(long, default_value = "lab", value_name = "NAME")]
    cluster: String,
    /// The objects as they are packed; builds the cluster first
    #[arg(long, conflicts_with_all = ["values", "why"])]
    objects: bool,
    /// The values of all layers together
    #[arg(long)]
    values: bool,
    /// The file and line that set each value
    #[arg(long)]
    why: bool,
}

pub(crate) fn run(args: &Args, global: &Global, printer: &Printer) -> Result<u8, CliError> {
    with_session(global, printer, &args.cluster, Strictness::Lenient, |session| {
        if args.objects {
            let objects = plan::packed_objects(session, &args.unit)?;
            print_nodes(printer, objects.into_values());
        } else if args.why {
            why(session, &args.unit, printer)?;
        } else if args.values {
            values(session, &args.unit, printer)?;
        } else {
            let description = plan::description(session, &args.unit)?;
            print_nodes(printer, std::iter::once(Node::from_json(&description)));
        }
        Ok(0)
    })
}

fn print_nodes(printer: &Printer, nodes: impl Iterator<Item = Node>) {
    if printer.format == Format::Json {
        printer.json(&nodes.map(|node| node.to_json()).collect::<Vec<_>>());
        return;
    }
    let texts: Vec<String> = nodes.map(|node| yaml::emit(&node)).collect();
    printer.data(&texts.join("---\n"));
}

fn values(session: &Session<'_>, unit: &str, printer: &Printer) -> Result<(), PlanError> {
    let mut merged = BTreeMap::new();
    for (release, layers) in plan::values_of(session, unit)?.values {
        let roots = parsed(&layers)?;
        merged.insert(release, yaml::layers::merge(&roots.iter().collect::<Vec<_>>()));
    }
    for (release, node) in merged {
        printer.detail(&format!("release `{release}`"));
        print_nodes(printer, std::iter::once(node));
    }
    Ok(())
}

fn why(session: &Session<'_>, unit: &str, printer: &Printer) -> Result<(), PlanError> {
    for (_, layers) in plan::values_of(session, unit)?.values {
        let roots = parsed(&layers)?;
        let roots: Vec<&Node> = roots.iter().collect();
        let merged = yaml::layers::merge(&roots);
        for (pointer, origin) in yaml::layers::origins(&roots) {
            let Some((layer, source)) = layers.get(origin.layer) else { continue };
            let (line, _) = diag::line_column(&source.text, origin.span.start);
            let value = merged.pointer(&pointer).map_or_else(String::new, yaml::canonical_json);
            let field = pointer.trim_start_matches('/').replace('/', ".");
            printer.data(&format!("{field} = {value}  # {layer}, {}:{line}", source.name));
        }
    }
    Ok(())
}

fn parsed(layers: &[(String, diag::SourceRef)]) -> Result<Vec<Node>, PlanError> {
    let mut roots = Vec::new();
    for (_, source) in layers {
        roots.push(yaml::parse_one(source, yaml::Duplicates::LastWins)?.root);
    }
    Ok(roots)
}
