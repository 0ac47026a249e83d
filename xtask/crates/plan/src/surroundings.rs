//! What only the whole cluster tells: who brings which namespace and CRD, what each image is, what comes first.

use std::collections::{BTreeMap, BTreeSet};

use catalogue::{Catalogue, Edge, Graph, Reason};
use diag::{Diagnostic, nearest};
use hashing::Digest;
use render::{ObjectFacts, Scopes};

use crate::build::Session;
use crate::error::PlanError;
use crate::images;
use crate::render_step::RenderedUnit;

/// Namespaces that every cluster has from the start.
const BUILT_IN_NAMESPACES: [&str; 4] = ["default", "kube-node-lease", "kube-public", "kube-system"];

/// The cluster as its rendered units show it.
pub(crate) struct Whole {
    /// Scope and versions of every custom kind.
    pub(crate) scopes: Scopes,
    /// Who brings the CRD of a (group, kind), in which tar and file.
    pub(crate) crds: BTreeMap<(String, String), Producer>,
    /// Image references as they are packed, by reference as rendered.
    pub(crate) images: BTreeMap<String, String>,
    /// References whose digest the lock does not know.
    pub(crate) unresolved: BTreeSet<String>,
    /// Who waits for whom.
    pub(crate) graph: Graph,
}

/// The unit that brings a CRD.
#[derive(Clone, Debug)]
pub(crate) struct Producer {
    pub(crate) unit: String,
    pub(crate) tar: Digest,
    pub(crate) file: String,
}

/// Looks at all units together.
pub(crate) fn look(session: &Session<'_>, units: &[&RenderedUnit]) -> Result<Whole, PlanError> {
    let catalogue = session.catalogue;
    let mut mistakes = Vec::new();
    let (scopes, crds) = custom_kinds(units, &mut mistakes);
    check_apis(catalogue, &scopes, &mut mistakes);
    check_shared_objects(units, &mut mistakes);
    let (images, unresolved) = images::look_up(session, units, &mut mistakes);
    let graph = graph(catalogue, units, &crds, &mut mistakes);
    if !mistakes.is_empty() {
        return Err(mistakes.into());
    }
    Ok(Whole { scopes, crds, images, unresolved, graph })
}

fn custom_kinds(
    units: &[&RenderedUnit],
    mistakes: &mut Vec<Diagnostic>,
) -> (Scopes, BTreeMap<(String, String), Producer>) {
    let mut scopes = Scopes::new();
    let mut producers: BTreeMap<(String, String), Producer> = BTreeMap::new();
    for unit in units {
        let Some(tar) = unit.crds else { continue };
        for crd in &unit.facts.crds {
            let key = (crd.group.clone(), crd.kind.clone());
            scopes.insert(key.clone(), (crd.namespaced, crd.versions.clone()));
            let producer = Producer { unit: unit.name.clone(), tar, file: crd.file.clone() };
            if let Some(other) = producers.insert(key, producer) {
                let message =
                    format!("CRD `{}` comes from `{}` and from `{}`", crd.name, other.unit, unit.name);
                mistakes.push(Diagnostic::error(message).hint(
                    "the two would overwrite each other: turn it off in one chart's values, or `drop` it there",
                ));
            }
        }
    }
    (scopes, producers)
}

/// An API that a chart was told about must be there when its objects arrive.
fn check_apis(catalogue: &Catalogue, scopes: &Scopes, mistakes: &mut Vec<Diagnostic>) {
    let cluster = &catalogue.cluster;
    for (index, api) in cluster.spec.kubernetes.apis.iter().enumerate() {
        let parts: Vec<&str> = api.split('/').collect();
        let served = scopes.iter().any(|((group, kind), (_, versions))| {
            parts.first() == Some(&group.as_str())
                && parts.get(1).is_none_or(|version| versions.iter().any(|served| served == version))
                && parts.get(2).is_none_or(|wanted| wanted == kind)
        });
        if !served {
            let place = ["kubernetes", "apis", &index.to_string()].map(str::to_owned);
            let place: Vec<&str> = place.iter().map(String::as_str).collect();
            let span = cluster.document.root.at(&place).map_or_else(Default::default, |node| node.span);
            let message =
                format!("charts are told of API `{api}`, but no unit of the cluster brings its CRD");
            mistakes.push(
                Diagnostic::error(message)
                    .at(&cluster.source, span, "not served")
                    .hint("add the unit that brings it, or remove the entry"),
            );
        }
    }
}

/// One object belongs to one unit.
fn check_shared_objects(units: &[&RenderedUnit], mistakes: &mut Vec<Diagnostic>) {
    let mut owners: BTreeMap<(String, &str, Option<&str>, &str), &str> = BTreeMap::new();
    for unit in units {
        for object in &unit.facts.objects {
            let group = object.api_version.split_once('/').map_or("", |(group, _)| group);
            let key =
                (group.to_owned(), object.kind.as_str(), object.namespace.as_deref(), object.name.as_str());
            let Some(other) = owners.insert(key, &unit.name) else { continue };
            let message = format!("{} belongs to `{other}` and to `{}`", title(object), unit.name);
            mistakes.push(
                Diagnostic::error(message)
                    .hint("two units would take it from each other for ever: `drop` it in one of them"),
            );
        }
    }
}

fn graph(
    catalogue: &Catalogue,
    units: &[&RenderedUnit],
    crds: &BTreeMap<(String, String), Producer>,
    mistakes: &mut Vec<Diagnostic>,
) -> Graph {
    let mut graph = catalogue.needs();
    let creators = namespace_creators(units);
    for unit in units {
        let mut edge = |to: &str, reason| {
            graph.add_edge(Edge { from: unit.name.clone(), to: to.to_owned(), reason });
        };
        for namespace in namespaces_of(unit) {
            match creators.get(namespace) {
                Some(creator) => edge(creator, Reason::Namespace(namespace.to_owned())),
                None => mistakes.push(no_namespace(catalogue, unit, namespace, creators.keys().copied())),
            }
        }
        for object in unit.facts.objects.iter().filter(|object| object.custom) {
            let group = object.api_version.split_once('/').map_or("", |(group, _)| group);
            if let Some(producer) = crds.get(&(group.to_owned(), object.kind.clone())) {
                edge(&producer.unit, Reason::Crd(object.kind.clone()));
            }
        }
    }
    graph
}

fn namespace_creators<'u>(units: &[&'u RenderedUnit]) -> BTreeMap<&'u str, &'u str> {
    let mut creators = BTreeMap::new();
    for unit in units {
        for object in &unit.facts.objects {
            if object.kind == "Namespace" && object.api_version == "v1" {
                creators.insert(object.name.as_str(), unit.name.as_str());
            }
        }
    }
    creators
}

/// Namespaces that must be there before the unit, built-in ones left out.
fn namespaces_of(unit: &RenderedUnit) -> BTreeSet<&str> {
    let used = unit.facts.objects.iter().filter_map(|object| object.namespace.as_deref());
    used.filter(|name| !BUILT_IN_NAMESPACES.contains(name)).collect()
}

fn no_namespace<'n>(
    catalogue: &Catalogue,
    unit: &RenderedUnit,
    namespace: &str,
    known: impl Iterator<Item = &'n str>,
) -> Diagnostic {
    let message =
        format!("unit `{}` has objects in namespace `{namespace}`, which no unit creates", unit.name);
    let mut diagnostic = Diagnostic::error(message);
    if let Some(unit) = catalogue.units.get(&unit.name) {
        diagnostic = diagnostic.at(&unit.source, unit.place(&["namespace"]), "the unit's namespace");
    }
    match nearest(namespace, known) {
        Some(near) => diagnostic.hint(format!("did you mean `{near}`? Otherwise add a Namespace to a unit")),
        None => diagnostic
            .hint("add a Namespace object to a unit of the cluster, such as `platform/core/namespaces`"),
    }
}

pub(crate) fn title(object: &ObjectFacts) -> String {
    match &object.namespace {
        Some(namespace) => format!("{} {namespace}/{}", object.kind, object.name),
        None => format!("{} {}", object.kind, object.name),
    }
}
