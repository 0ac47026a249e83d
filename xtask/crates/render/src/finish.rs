//! The second half of rendering: what only the whole cluster can tell.
//!
//! Only the objects that need it are parsed again: those with images that are not pinned yet, and custom
//! resources, whose scope and schema come from CRDs of other units.

use std::collections::BTreeMap;

use diag::{Diagnostic, SourceRef};
use schema::{Crds, Scope};
use yaml::{Duplicates, Node, Value};

use crate::check::violation_diagnostic;
use crate::facts::{ObjectFacts, OriginFacts, UnitFacts};
use crate::images::{self, is_digest_reference};
use crate::object::{Object, Origin};
use crate::pipeline::stored_source;
use crate::shape::apply_scope;
use crate::stream::workspace_objects;

/// Scope of every custom kind of the cluster: (group, kind) to (namespaced, versions).
pub type Scopes = BTreeMap<(String, String), (bool, Vec<String>)>;

/// What the rest of the cluster tells about a unit.
pub struct Surroundings<'a> {
    /// The unit.
    pub unit: &'a str,
    /// Its namespace.
    pub namespace: &'a str,
    /// References as they are packed, by reference as rendered.
    pub images: &'a BTreeMap<String, String>,
    /// Scope of every custom kind.
    pub scopes: &'a Scopes,
    /// The schemas of the custom kinds that this unit uses.
    pub crds: &'a Crds,
    /// The text of a file of the workspace, to point at a mistake.
    pub file: &'a dyn Fn(&str) -> Option<SourceRef>,
}

/// A unit as it is packed.
#[derive(Clone, Debug)]
pub struct Finished {
    /// File names and texts, sorted.
    pub objects: Vec<(String, Vec<u8>)>,
}

/// Settles what [`crate::render`] left open.
pub fn finish(
    facts: &UnitFacts,
    texts: Vec<(String, Vec<u8>)>,
    surroundings: &Surroundings<'_>,
) -> Result<Finished, Vec<Diagnostic>> {
    let by_file: BTreeMap<&str, &ObjectFacts> =
        facts.objects.iter().map(|object| (object.file.as_str(), object)).collect();
    let mut objects = Vec::with_capacity(texts.len());
    let mut mistakes = Vec::new();
    for (file, text) in texts {
        let Some(facts) = by_file.get(file.as_str()).filter(|facts| needs_work(facts)) else {
            objects.push((file, text));
            continue;
        };
        match finish_one(facts, &text, surroundings, &mut mistakes) {
            Some(text) => objects.push((file, text)),
            None => objects.push((file, text)),
        }
    }
    if mistakes.is_empty() { Ok(Finished { objects }) } else { Err(mistakes) }
}

fn needs_work(facts: &ObjectFacts) -> bool {
    facts.custom || facts.images.iter().any(|image| !is_digest_reference(&image.reference))
}

fn finish_one(
    facts: &ObjectFacts,
    text: &[u8],
    surroundings: &Surroundings<'_>,
    mistakes: &mut Vec<Diagnostic>,
) -> Option<Vec<u8>> {
    let text = String::from_utf8_lossy(text);
    let source = stored_source(facts, &text);
    let root = match yaml::parse_one(&source, Duplicates::Refuse) {
        Ok(document) => document.root,
        Err(found) => {
            mistakes.extend(found);
            return None;
        }
    };
    let template = facts.origin.name().to_owned();
    let origin = Origin { source, template, is_workspace_file: false };
    let mut object = Object { node: root, origin };
    if facts.custom {
        check_custom(facts, &mut object, surroundings, mistakes);
    }
    for image in &facts.images {
        if let Some(pinned) = surroundings.images.get(&image.reference)
            && let Some(node) = node_at(&mut object.node, &image.pointer)
            && let Some(text) = node.as_str()
        {
            node.value = Value::String(images::pinned(text, &image.reference, pinned));
        }
    }
    Some(yaml::emit(&object.node).into_bytes())
}

fn check_custom(
    facts: &ObjectFacts,
    object: &mut Object,
    surroundings: &Surroundings<'_>,
    mistakes: &mut Vec<Diagnostic>,
) {
    let (group, version) = facts.api_version.split_once('/').unwrap_or(("", &facts.api_version));
    let key = (group.to_owned(), facts.kind.clone());
    let Some((namespaced, versions)) = surroundings.scopes.get(&key) else {
        let message =
            format!("no unit of the cluster brings the CRD of `{}` in `{}`", facts.kind, facts.api_version);
        let located = located(facts, object, surroundings);
        mistakes.push(
            located
                .error(surroundings.unit, &["kind"], &message, "a custom resource without its CRD")
                .hint("add the unit that brings the CRD to the cluster, or turn the object off in the chart's values"),
        );
        return;
    };
    if !versions.iter().any(|served| served == version) {
        let message = format!("the CRD of `{}` serves {}, not `{version}`", facts.kind, versions.join(", "));
        let located = located(facts, object, surroundings);
        let mistake = located.error(surroundings.unit, &["apiVersion"], &message, "not served");
        mistakes.push(mistake.hint("use a served version, or bring a CRD that serves this one"));
        return;
    }
    let scope = if *namespaced { Scope::Namespaced } else { Scope::Cluster };
    apply_scope(object, Some(scope), surroundings.namespace);
    let violations = surroundings.crds.validate(&object.node);
    if violations.is_empty() {
        return;
    }
    let located = located(facts, object, surroundings);
    for mut violation in violations {
        violation.span = located.node.pointer(&violation.pointer).map_or(located.node.span, |node| node.span);
        mistakes.push(violation_diagnostic(surroundings.unit, &located, &violation));
    }
}

/// The object as a person wrote it, when it came from a file of the workspace; otherwise as it was stored.
fn located(facts: &ObjectFacts, object: &Object, surroundings: &Surroundings<'_>) -> Object {
    let written = match &facts.origin {
        OriginFacts::File(path) => {
            (surroundings.file)(path).and_then(|source| workspace_objects(&source).ok())
        }
        OriginFacts::Template(_) => None,
    };
    let same = |candidate: &Object| candidate.kind() == facts.kind && candidate.name() == facts.name;
    written.into_iter().flatten().find(same).unwrap_or_else(|| object.clone())
}

fn node_at<'a>(root: &'a mut Node, pointer: &str) -> Option<&'a mut Node> {
    let mut node = root;
    for part in pointer.split('/').skip(1) {
        let key = part.replace("~1", "/").replace("~0", "~");
        node = match &mut node.value {
            Value::Map(map) => map.get_mut(&key)?,
            Value::Seq(items) => items.get_mut(key.parse::<usize>().ok()?)?,
            _ => return None,
        };
    }
    Some(node)
}
