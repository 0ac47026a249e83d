//! Reading a cluster with all its units, and every mistake in their files.

use std::collections::{BTreeMap, BTreeSet};

use diag::{Diagnostic, nearest};

use crate::cluster::{Cluster, ClusterSpec};
use crate::decode::decode;
use crate::graph::{Edge, Graph, Reason};
use crate::source::Source;
use crate::unit::{Unit, UnitKind, UnitSpec};
use crate::workspace::{Workspace, WorkspaceError};

/// A cluster and the units it is made of.
#[derive(Clone, Debug)]
pub struct Catalogue {
    /// The cluster.
    pub cluster: Cluster,
    /// Its units by name.
    pub units: BTreeMap<String, Unit>,
}

/// Reads `hosts/<name>/cluster.yaml` and the units that are part of it.
pub fn load(workspace: &Workspace, name: &str) -> Result<Catalogue, Vec<Diagnostic>> {
    let cluster = load_cluster(workspace, name)?;
    let mut mistakes = Vec::new();
    let known = unit_files(workspace).map_err(|error| vec![plain(&error)])?;
    let labels = cluster.spec.labels();
    let listed: BTreeSet<&str> = cluster.spec.units.iter().map(String::as_str).collect();
    check_listed(&cluster, &known, &mut mistakes);

    let mut units = BTreeMap::new();
    for (name, file) in &known {
        let is_listed = listed.contains(name.as_str());
        match load_unit(workspace, name, file) {
            Ok(mut unit) => {
                unit.spec.needs.extend(cluster.spec.needs.get(name).into_iter().flatten().cloned());
                let selected = unit.spec.clusters.as_ref().is_some_and(|selector| selector.matches(&labels));
                if is_listed || selected {
                    units.insert(name.clone(), unit);
                }
            }
            // Whether its selector matches cannot be known, so a broken unit is never passed over.
            Err(found) => mistakes.extend(found),
        }
    }
    check_cluster_needs(&cluster, &units, &mut mistakes);
    for unit in units.values() {
        check_unit(unit, &units, &known, &mut mistakes);
    }
    check_cycles(&units, &mut mistakes);
    if mistakes.is_empty() { Ok(Catalogue { cluster, units }) } else { Err(mistakes) }
}

/// Reads `hosts/<name>/cluster.yaml` alone.
pub fn load_cluster(workspace: &Workspace, name: &str) -> Result<Cluster, Vec<Diagnostic>> {
    let path = format!("hosts/{name}/cluster.yaml");
    if !workspace.is_file(&path) {
        let names = clusters(workspace);
        let message = format!("there is no cluster `{name}`: `{path}` does not exist");
        let hint = match nearest(name, names.iter().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("the clusters of this workspace: {}", names.join(", ")),
        };
        return Err(vec![Diagnostic::error(message).hint(hint)]);
    }
    let source = workspace.text(&path).map_err(|error| vec![plain(&error)])?;
    let (spec, document) = decode::<ClusterSpec>(&source)?;
    if spec.name != name {
        let span = document.root.get("name").map_or(document.root.span, |node| node.span);
        let message = format!("the cluster in `hosts/{name}` calls itself `{}`", spec.name);
        return Err(vec![
            Diagnostic::error(message)
                .at(&source, span, "must be the name of its directory")
                .hint(format!("write `name: {name}`, or rename the directory")),
        ]);
    }
    Ok(Cluster { spec, source, document })
}

impl Catalogue {
    /// The order that `needs` gives.
    pub fn needs(&self) -> Graph {
        needs_graph(&self.units)
    }
}

/// The names of all clusters.
pub fn clusters(workspace: &Workspace) -> Vec<String> {
    let names = workspace.names("hosts").unwrap_or_default();
    names.into_iter().filter(|name| workspace.is_file(&format!("hosts/{name}/cluster.yaml"))).collect()
}

/// Every unit of the workspace with its file: `platform/<area>/<component>`, `apps/<area>/<app>`.
fn unit_files(workspace: &Workspace) -> Result<BTreeMap<String, String>, WorkspaceError> {
    let mut files = BTreeMap::new();
    for (top, file) in [("platform", "component.yaml"), ("apps", "app.yaml")] {
        for area in workspace.names(top)? {
            for name in directory_names(workspace, &format!("{top}/{area}"))? {
                let unit = format!("{top}/{area}/{name}");
                let path = format!("{unit}/{file}");
                if workspace.is_file(&path) {
                    files.insert(unit, path);
                }
            }
        }
    }
    Ok(files)
}

fn directory_names(workspace: &Workspace, path: &str) -> Result<Vec<String>, WorkspaceError> {
    if workspace.is_directory(path) { workspace.names(path) } else { Ok(Vec::new()) }
}

fn load_unit(workspace: &Workspace, name: &str, file: &str) -> Result<Unit, Vec<Diagnostic>> {
    let source = workspace.text(file).map_err(|error| vec![plain(&error)])?;
    let (spec, document) = decode::<UnitSpec>(&source)?;
    let kind = if name.starts_with("apps/") { UnitKind::App } else { UnitKind::Component };
    Ok(Unit { name: name.to_owned(), kind, spec, source, document })
}

fn check_listed(cluster: &Cluster, known: &BTreeMap<String, String>, mistakes: &mut Vec<Diagnostic>) {
    let mut seen = BTreeSet::new();
    for (index, name) in cluster.spec.units.iter().enumerate() {
        let span = cluster
            .document
            .root
            .at(&["units", &index.to_string()])
            .map_or_else(Default::default, |n| n.span);
        if !seen.insert(name) {
            let message = format!("unit `{name}` is listed twice");
            let mistake = Diagnostic::error(message).at(&cluster.source, span, "listed before");
            mistakes.push(mistake.hint("remove one of the two"));
        }
        if !known.contains_key(name) {
            let message = format!("cluster `{}` lists `{name}`, which does not exist", cluster.spec.name);
            let diagnostic = Diagnostic::error(message).at(&cluster.source, span, "no such unit");
            mistakes.push(match nearest(name, known.keys().map(String::as_str)) {
                Some(near) => diagnostic.hint(format!("did you mean `{near}`?")),
                None => diagnostic.hint("a unit is a directory with `component.yaml` or `app.yaml`"),
            });
        }
    }
}

fn check_cluster_needs(cluster: &Cluster, units: &BTreeMap<String, Unit>, mistakes: &mut Vec<Diagnostic>) {
    for name in cluster.spec.needs.keys().filter(|name| !units.contains_key(*name)) {
        let span = cluster.document.root.at(&["needs", name]).map_or_else(Default::default, |node| node.span);
        let message = format!("`needs` names `{name}`, which is not part of cluster `{}`", cluster.spec.name);
        let mistake = Diagnostic::error(message).at(&cluster.source, span, "not in the cluster");
        mistakes.push(mistake.hint(format!("add `{name}` to `units`, or remove the entry")));
    }
}

fn check_unit(
    unit: &Unit,
    units: &BTreeMap<String, Unit>,
    known: &BTreeMap<String, String>,
    mistakes: &mut Vec<Diagnostic>,
) {
    for (index, need) in unit.spec.needs.iter().enumerate() {
        if units.contains_key(need) {
            continue;
        }
        let span = unit.place(&["needs", &index.to_string()]);
        let message = format!("`{}` needs `{need}`, which is not part of the cluster", unit.name);
        let diagnostic = Diagnostic::error(message).at(&unit.source, span, "not in the cluster");
        mistakes.push(match (known.contains_key(need), nearest(need, known.keys().map(String::as_str))) {
            (true, _) => diagnostic.hint(format!("add `{need}` to `units` of the cluster")),
            (false, Some(near)) => diagnostic.hint(format!("did you mean `{near}`?")),
            (false, None) => diagnostic,
        });
    }
    if unit.kind == UnitKind::Component && unit.spec.sources.is_empty() {
        let message = format!("component `{}` has no sources", unit.name);
        let hint = "name at least one of helm, manifests and kustomize under `sources`";
        mistakes.push(Diagnostic::error(message).at(&unit.source, unit.document.root.span, "").hint(hint));
    }
    for (index, source) in unit.spec.sources.iter().enumerate() {
        let (what, path, pin, field) = match source {
            Source::Manifests(manifests) => ("manifests", &manifests.path, &manifests.pin, "pin"),
            Source::Helm(helm) => ("the chart", &helm.path, &helm.chart, "chart"),
            Source::Kustomize(_) => continue,
        };
        if path.is_some() == pin.is_some() {
            let span = unit.place(&["sources", &index.to_string()]);
            let message = format!("{what} of `{}`: either `path` or `{field}` is needed", unit.name);
            let mistake = Diagnostic::error(message).at(&unit.source, span, "one of the two, not both");
            let hint = format!("`path` is for files of the unit, `{field}` for an entry of `inputs.lock`");
            mistakes.push(mistake.hint(hint));
        }
    }
}

fn check_cycles(units: &BTreeMap<String, Unit>, mistakes: &mut Vec<Diagnostic>) {
    let Err(cycle) = needs_graph(units).waves(&BTreeMap::new()) else { return };
    let mut diagnostic = Diagnostic::error(format!("units need each other in a circle: {cycle}"));
    for edge in &cycle.0 {
        let Some(unit) = units.get(&edge.from) else { continue };
        let index = unit.spec.needs.iter().position(|need| *need == edge.to).unwrap_or_default();
        diagnostic =
            diagnostic.at(&unit.source, unit.place(&["needs", &index.to_string()]), "part of the circle");
    }
    mistakes.push(diagnostic.hint("remove one of these `needs`"));
}

fn needs_graph(units: &BTreeMap<String, Unit>) -> Graph {
    let mut graph = Graph::default();
    for unit in units.values() {
        graph.add_node(&unit.name);
        for need in unit.spec.needs.iter().filter(|need| units.contains_key(*need)) {
            graph.add_edge(Edge { from: unit.name.clone(), to: need.clone(), reason: Reason::Needs });
        }
    }
    graph
}

fn plain(error: &WorkspaceError) -> Diagnostic {
    error.into()
}
