//! The steps from a job to rendered objects.

use std::path::PathBuf;
use std::sync::Arc;

use diag::Diagnostic;
use schema::Kubernetes;
use store::Store;
use yaml::Node;

use crate::check;
use crate::error::RenderError;
use crate::facts::{CrdFacts, ObjectFacts, OriginFacts, UnitFacts};
use crate::file_name::file_name;
use crate::helm::{ChartEngine, ChartFailure, ChartRequest};
use crate::hooks;
use crate::images;
use crate::job::{Job, JobSource};
use crate::kustomize::{KustomizeEngine, KustomizeFailure, write_tree};
use crate::manifests;
use crate::object::Object;
use crate::purity::{Impurity, KeyOrder, perturb, perturb_tree};
use crate::shape;
use crate::stream::{foreign_objects, generated};

/// The programs and facts that rendering uses.
#[derive(Clone, Copy)]
pub struct Engines<'a> {
    /// Renders charts.
    pub charts: &'a dyn ChartEngine,
    /// Builds kustomizations.
    pub kustomizations: &'a dyn KustomizeEngine,
    /// What Kubernetes of the cluster's version knows.
    pub kubernetes: &'a Kubernetes,
    /// For scratch directories.
    pub store: &'a Store,
}

/// A rendered unit: file names and texts, sorted.
#[derive(Clone, Debug)]
pub struct Rendered {
    /// CRDs, final.
    pub crds: Vec<(String, Vec<u8>)>,
    /// Other objects; images and custom resources are not settled yet.
    pub objects: Vec<(String, Vec<u8>)>,
    /// What they are.
    pub facts: UnitFacts,
}

/// How a render of the same job is varied.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Variation {
    None,
    Perturbed(KeyOrder),
}

/// Renders a unit.
pub fn render(job: &Job, engines: Engines<'_>) -> Result<Rendered, RenderError> {
    let mut notes = Vec::new();
    let objects = objects(job, engines, Variation::None, &mut notes)?;
    refuse_impure(job, engines, &objects)?;
    let mut mistakes = Vec::new();
    shape::refuse_duplicates(job, &objects, &mut mistakes);
    for object in &objects {
        check::check(job, object, engines.kubernetes, &mut mistakes);
    }
    if !mistakes.is_empty() {
        return Err(mistakes.into());
    }
    Ok(settle(job, objects, engines.kubernetes, notes))
}

/// All objects in their final shape but for what the rest of the cluster decides.
fn objects(
    job: &Job,
    engines: Engines<'_>,
    variation: Variation,
    notes: &mut Vec<String>,
) -> Result<Vec<Object>, RenderError> {
    let mut objects = Vec::new();
    let mut mistakes = Vec::new();
    for source in &job.sources {
        match source_objects(job, source, engines, variation) {
            Ok(found) => objects.extend(found),
            Err(RenderError::Refused(found)) => mistakes.extend(found),
            Err(other) => return Err(other),
        }
    }
    if !mistakes.is_empty() {
        return Err(mistakes.into());
    }
    for object in &mut objects {
        shape::clean(object);
        shape::set_namespace(job, object, engines.kubernetes);
    }
    shape::drop_and_patch(job, &mut objects, &mut mistakes);
    // Last, so that a hook can be patched or dropped under the name that the chart gives it.
    let objects = hooks::decide(job, objects, notes);
    match objects {
        Ok(objects) if mistakes.is_empty() => Ok(objects),
        Ok(_) => Err(mistakes.into()),
        Err(found) => {
            mistakes.extend(found);
            Err(mistakes.into())
        }
    }
}

fn source_objects(
    job: &Job,
    source: &JobSource,
    engines: Engines<'_>,
    variation: Variation,
) -> Result<Vec<Object>, RenderError> {
    match source {
        JobSource::Helm { .. } => chart_objects(job, source, engines, variation),
        JobSource::Manifests { layers } => Ok(manifests::layered(&job.namespace, layers)?),
        JobSource::Pinned { files, .. } => Ok(manifests::pinned(files)?),
        JobSource::Kustomize { overlay, files } => {
            let scratch = engines.store.scratch()?;
            let tree = scratch.path().join("tree");
            write_tree(files, &tree)?;
            let directory = if overlay.is_empty() { tree.clone() } else { tree.join(overlay) };
            let text = engines.kustomizations.build(&directory, scratch.path()).map_err(|failure| match failure {
                KustomizeFailure::Process(error) => error.into(),
                KustomizeFailure::Refused(text) => {
                    refused_kustomization(job, &text.replace(&format!("{}/", tree.display()), ""))
                }
            })?;
            let name = format!("kustomization {}", [job.unit.as_str(), overlay].join("/").trim_end_matches('/'));
            Ok(foreign_objects(&generated(name, text))?)
        }
    }
}

fn chart_objects(
    job: &Job,
    source: &JobSource,
    engines: Engines<'_>,
    variation: Variation,
) -> Result<Vec<Object>, RenderError> {
    let JobSource::Helm { chart, directory, digest, release, values, absent, .. } = source else {
        return Ok(Vec::new());
    };
    refuse_absent(job, chart, values, absent)?;
    let scratch = engines.store.scratch()?;
    let mut chart_directory = directory.clone();
    if let Variation::Perturbed(order) = variation {
        let tree = engines.store.tree_content(digest)?;
        let tree = perturb_tree(&tree, order).map_err(|error| Diagnostic::error(error.to_string()))?;
        chart_directory = scratch.path().join("chart");
        write_tree(&tree, &chart_directory)?;
    }
    let mut value_files: Vec<PathBuf> = Vec::new();
    for (index, layer) in values.iter().enumerate() {
        let path = scratch.path().join(format!("values-{index}.yaml"));
        let text = match variation {
            Variation::None => layer.source.text.clone(),
            Variation::Perturbed(order) => perturb(&layer.source.text, order),
        };
        std::fs::write(&path, text)
            .map_err(|source| RenderError::Scratch { path: layer.source.name.clone(), source })?;
        value_files.push(path);
    }
    let request = ChartRequest {
        chart: &chart_directory,
        release,
        namespace: &job.namespace,
        kubernetes_version: &job.kubernetes_version,
        apis: &job.apis,
        values: &value_files,
        scratch: scratch.path(),
    };
    let text = engines.charts.template(&request).map_err(|failure| match failure {
        ChartFailure::Process(error) => error.into(),
        ChartFailure::Refused(text) => {
            let text = text.replace(&chart_directory.display().to_string(), chart);
            refused_chart(job, chart, values, &text)
        }
    })?;
    let name = format!("chart {chart} of {}", job.unit);
    Ok(foreign_objects(&generated(name, text))?)
}

/// Refuses a value that turns on what the pin of the chart does not carry.
fn refuse_absent(job: &Job, chart: &str, values: &[crate::job::JobLayer], absent: &[String]) -> Result<(), RenderError> {
    for condition in absent {
        let path: Vec<&str> = condition.split('.').collect();
        for layer in values.iter().rev() {
            let root = yaml::parse_one(&layer.source, yaml::Duplicates::LastWins)?.root;
            match root.at(&path) {
                Some(node) if node.as_bool() == Some(true) => {
                    let message =
                        format!("unit `{}`: `{condition}` needs a chart that the pin `{chart}` does not carry", job.unit);
                    return Err(Diagnostic::error(message)
                        .at(&layer.source, node.span, "turned on here")
                        .hint("pin the published package, or add the dependency by `select`")
                        .into());
                }
                Some(_) => break,
                None => {}
            }
        }
    }
    Ok(())
}

/// What Helm says, with the values that it speaks of pointed at.
fn refused_chart(job: &Job, chart: &str, values: &[crate::job::JobLayer], text: &str) -> RenderError {
    let text = text.lines().filter(|line| !line.starts_with("Use --debug")).collect::<Vec<_>>().join("\n");
    let text = text.trim().trim_start_matches("Error: ").to_owned();
    let mut diagnostic = Diagnostic::error(format!("unit `{}`: chart `{chart}` does not render", job.unit));
    let documents: Vec<_> =
        values.iter().filter_map(|layer| yaml::parse_one(&layer.source, yaml::Duplicates::LastWins).ok()).collect();
    let roots: Vec<&Node> = documents.iter().map(|document| &document.root).collect();
    for pointer in pointers(&text) {
        if let Some(origin) = yaml::layers::origin_of(&roots, &pointer)
            && let Some(layer) = values.get(origin.layer)
        {
            diagnostic = diagnostic.at(&layer.source, origin.span, "set here");
        }
    }
    diagnostic = diagnostic.with_note(text.clone());
    let hint = if text.contains("schema") {
        "the values do not fit the chart's schema: correct the field that is named above"
    } else if text.contains("kubeVersion") {
        "the chart wants another Kubernetes: choose a version of it for the cluster's, or raise `kubernetes.version`"
    } else if text.contains("missing in charts/ directory") {
        "the chart's dependencies are not packed with it: pin the published package, or add them by `select`"
    } else {
        "the message names the template; `cargo xtask show UNIT --values` prints the values it got"
    };
    RenderError::from(diagnostic.hint(hint))
}

/// JSON pointers that Helm's schema messages name: `at '/a/b'`.
fn pointers(text: &str) -> Vec<String> {
    text.split("at '").skip(1).filter_map(|rest| rest.split('\'').next()).filter(|pointer| pointer.starts_with('/')).map(str::to_owned).collect()
}

fn refused_kustomization(job: &Job, text: &str) -> RenderError {
    let text = text.trim().trim_start_matches("error: ").to_owned();
    Diagnostic::error(format!("unit `{}`: the kustomization does not build", job.unit))
        .with_note(text)
        .hint("paths are relative to the kustomization; pins appear where `pins` mounts them")
        .into()
}

/// Renders again under perturbation when the templates give reason to, and refuses the first difference.
fn refuse_impure(job: &Job, engines: Engines<'_>, objects: &[Object]) -> Result<(), RenderError> {
    let impurities: Vec<&Impurity> = job
        .sources
        .iter()
        .flat_map(|source| match source {
            JobSource::Helm { impurities, .. } => impurities.as_slice(),
            _ => &[],
        })
        .collect();
    let layers_call = job.sources.iter().any(|source| match source {
        JobSource::Helm { values, .. } => {
            values.iter().any(|layer| !crate::purity::scan("", &layer.source.text).is_empty())
        }
        _ => false,
    });
    if impurities.is_empty() && !layers_call {
        return Ok(());
    }
    let unordered = impurities.iter().any(|impurity| impurity.function == "keys");
    let orders: &[KeyOrder] =
        if unordered { &[KeyOrder::Descending, KeyOrder::Ascending] } else { &[KeyOrder::Descending] };
    let mut mistakes = Vec::new();
    for order in orders {
        let other = self::objects(job, engines, Variation::Perturbed(*order), &mut Vec::new())?;
        differences(job, objects, &other, &impurities, &mut mistakes);
        if !mistakes.is_empty() {
            break;
        }
    }
    if mistakes.is_empty() { Ok(()) } else { Err(mistakes.into()) }
}

fn differences(
    job: &Job,
    objects: &[Object],
    other: &[Object],
    impurities: &[&Impurity],
    mistakes: &mut Vec<Diagnostic>,
) {
    if objects.len() != other.len() {
        let message = format!("unit `{}`: two renders of the same inputs give different objects", job.unit);
        mistakes.push(Diagnostic::error(message).hint("the chart is not reproducible; see the functions it calls"));
        return;
    }
    for (left, right) in objects.iter().zip(other) {
        let Some(path) = first_difference(&left.node, &right.node) else { continue };
        let template = &left.origin.template;
        let field = path.join(".");
        let message = format!("`{field}` is different on every render");
        let parts: Vec<&str> = path.iter().map(String::as_str).collect();
        let mut diagnostic = left.error(&job.unit, &parts, &message, "not a function of the inputs");
        for impurity in impurities.iter().filter(|impurity| same_template(&impurity.template, template)) {
            let Impurity { template, line, function } = impurity;
            diagnostic = diagnostic.with_note(format!("`{template}` calls `{function}` in line {line}"));
        }
        mistakes.push(diagnostic.hint(way_out(left)));
    }
}

fn way_out(object: &Object) -> String {
    let (kind, name) = (object.kind(), object.name());
    format!(
        "set the value that the template falls back from (for a password: an existing Secret), or fix the field by \
         `patches: [{{target: {{kind: {kind}, name: {name}}}, merge: …}}]`, or leave the object out by \
         `drop: [{{kind: {kind}, name: {name}, reason: …}}]`"
    )
}

/// `# Source:` begins with the chart's own name, the scan does not.
fn same_template(scanned: &str, rendered: &str) -> bool {
    scanned.ends_with("_helpers.tpl") || rendered.ends_with(scanned)
}

fn first_difference(left: &Node, right: &Node) -> Option<Vec<String>> {
    use yaml::Value::{Map, Seq};
    match (&left.value, &right.value) {
        (Map(left), Map(right)) if left.len() == right.len() => left.entries.iter().find_map(|entry| {
            let mut path = match right.get(&entry.key) {
                Some(other) => first_difference(&entry.value, other)?,
                None => Vec::new(),
            };
            path.insert(0, entry.key.clone());
            Some(path)
        }),
        (Seq(left), Seq(right)) if left.len() == right.len() => {
            left.iter().zip(right).enumerate().find_map(|(index, (left, right))| {
                let mut path = first_difference(left, right)?;
                path.insert(0, index.to_string());
                Some(path)
            })
        }
        _ if left.same(right) => None,
        _ => Some(Vec::new()),
    }
}

/// Texts and facts of checked objects.
fn settle(job: &Job, objects: Vec<Object>, kubernetes: &Kubernetes, notes: Vec<String>) -> Rendered {
    let mut rendered =
        Rendered { crds: Vec::new(), objects: Vec::new(), facts: UnitFacts { notes, ..UnitFacts::default() } };
    for object in objects {
        let file = file_name(object.group(), object.kind(), object.namespace(), object.name());
        let text = yaml::emit(&object.node).into_bytes();
        if object.is_crd() {
            rendered.facts.crds.push(crd_facts(&object, file.clone()));
            rendered.crds.push((file, text));
        } else {
            rendered.facts.objects.push(object_facts(job, &object, file.clone(), kubernetes));
            rendered.objects.push((file, text));
        }
    }
    rendered.crds.sort_by(|left, right| left.0.cmp(&right.0));
    rendered.objects.sort_by(|left, right| left.0.cmp(&right.0));
    rendered.facts.crds.sort_by(|left, right| left.file.cmp(&right.file));
    rendered.facts.objects.sort_by(|left, right| left.file.cmp(&right.file));
    rendered
}

fn object_facts(job: &Job, object: &Object, file: String, kubernetes: &Kubernetes) -> ObjectFacts {
    let (group, version) = object.group_version();
    let template = object.origin.template.clone();
    ObjectFacts {
        file,
        api_version: object.api_version().to_owned(),
        kind: object.kind().to_owned(),
        namespace: object.namespace().map(str::to_owned),
        name: object.name().to_owned(),
        custom: !kubernetes.knows(group, version, object.kind()),
        images: images::find(&object.node, object.kind(), &job.images),
        origin: match object.origin.is_workspace_file {
            true => OriginFacts::File(template),
            false => OriginFacts::Template(template),
        },
    }
}

fn crd_facts(object: &Object, file: String) -> CrdFacts {
    let versions = object.node.at(&["spec", "versions"]).and_then(Node::as_seq).unwrap_or_default();
    CrdFacts {
        file,
        name: object.name().to_owned(),
        group: object.text(&["spec", "group"]).to_owned(),
        kind: object.text(&["spec", "names", "kind"]).to_owned(),
        versions: versions
            .iter()
            .filter(|version| version.get("served").and_then(Node::as_bool) != Some(false))
            .filter_map(|version| version.get("name").and_then(Node::as_str).map(str::to_owned))
            .collect(),
        namespaced: object.text(&["spec", "scope"]) == "Namespaced",
    }
}

/// A source that an error can point into after the object was parsed from stored text.
pub(crate) fn stored_source(facts: &ObjectFacts, text: &str) -> diag::SourceRef {
    let name = match &facts.origin {
        OriginFacts::File(name) | OriginFacts::Template(name) => name.clone(),
    };
    Arc::new(diag::Source { name, text: text.to_owned() })
}
