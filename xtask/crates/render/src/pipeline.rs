//! The steps from a job to rendered objects.

use std::sync::Arc;

use diag::Diagnostic;
use schema::Kubernetes;
use store::Store;
use yaml::Node;

use crate::chart_source::chart_objects;
use crate::check;
use crate::error::RenderError;
use crate::facts::{CrdFacts, ObjectFacts, OriginFacts, UnitFacts};
use crate::file_name::file_name;
use crate::helm::ChartEngine;
use crate::hooks;
use crate::images;
use crate::job::{Job, JobSource};
use crate::kustomize::{KustomizeEngine, KustomizeFailure, write_tree};
use crate::manifests;
use crate::object::Object;
use crate::purity::Twin;
use crate::repeat::refuse_impure;
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
pub(crate) enum Variation {
    None,
    Perturbed(Twin),
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
pub(crate) fn objects(
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
            let text =
                engines.kustomizations.build(&directory, scratch.path()).map_err(
                    |failure| match failure {
                        KustomizeFailure::Process(error) => error.into(),
                        KustomizeFailure::Refused(text) => {
                            refused_kustomization(job, &text.replace(&format!("{}/", tree.display()), ""))
                        }
                    },
                )?;
            let name =
                format!("kustomization {}", [job.unit.as_str(), overlay].join("/").trim_end_matches('/'));
            Ok(foreign_objects(&generated(name, text))?)
        }
    }
}

fn refused_kustomization(job: &Job, text: &str) -> RenderError {
    let text = text.trim().trim_start_matches("error: ").to_owned();
    Diagnostic::error(format!("unit `{}`: the kustomization does not build", job.unit))
        .with_note(text)
        .hint("paths are relative to the kustomization; pins appear where `pins` mounts them")
        .into()
}

/// Texts and facts of checked objects.
fn settle(job: &Job, objects: Vec<Object>, kubernetes: &Kubernetes, notes: Vec<String>) -> Rendered {
    let mut rendered = Rendered {
        crds: Vec::new(),
        objects: Vec::new(),
        facts: UnitFacts { notes, ..UnitFacts::default() },
    };
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
        origin: if object.origin.is_workspace_file {
            OriginFacts::File(template)
        } else {
            OriginFacts::Template(template)
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
    Arc::new(diag::Source { name: facts.origin.name().to_owned(), text: text.to_owned() })
}
