//! Giving objects the shape a bundle needs: some dropped, some patched, namespaces set, leftovers removed.

use std::collections::BTreeMap;

use catalogue::ObjectRef;
use diag::{Diagnostic, Span};
use schema::{Kubernetes, Scope};
use yaml::{Node, Value};

use crate::job::Job;
use crate::object::{Identity, Object};
use crate::patch;

/// Drops and patches as the unit says; a rule that meets no object is a mistake, since it may hide a rename.
pub(crate) fn drop_and_patch(job: &Job, objects: &mut Vec<Object>, mistakes: &mut Vec<Diagnostic>) {
    for (index, drop) in job.drop.iter().enumerate() {
        let target = drop.target();
        let before = objects.len();
        objects.retain(|object| !names(&target, object));
        if objects.len() == before {
            mistakes.push(unmet(job, "drop", index, &target, objects));
        }
    }
    for (index, patch) in job.patches.iter().enumerate() {
        let mut met = false;
        for object in objects.iter_mut().filter(|object| names(&patch.target, object)) {
            met = true;
            if let Err(message) = patch::apply(patch, &mut object.node) {
                mistakes.push(unchanged(job, index, &patch.target, &message));
            }
        }
        if !met {
            mistakes.push(unmet(job, "patches", index, &patch.target, objects));
        }
    }
}

/// Removes what must not be packed: `status`, empty labels and annotations, the null `creationTimestamp` that
/// code generators leave.
pub(crate) fn clean(object: &mut Object) {
    if let Value::Map(map) = &mut object.node.value {
        map.remove("status");
    }
    let Some(metadata) = object.metadata_mut() else { return };
    if metadata.get("creationTimestamp").is_some_and(Node::is_null) {
        metadata.remove("creationTimestamp");
    }
    for field in ["labels", "annotations"] {
        let empty = match metadata.get_mut(field).map(|node| &mut node.value) {
            Some(Value::Map(map)) => {
                map.entries.retain(|entry| !entry.value.is_null());
                map.entries.is_empty()
            }
            Some(Value::Null) => true,
            _ => false,
        };
        if empty {
            metadata.remove(field);
        }
    }
}

/// Sets the unit's namespace on namespaced objects that have none and takes it off cluster-wide ones. Custom
/// resources of foreign CRDs are left for later, when the whole cluster is known.
pub(crate) fn set_namespace(job: &Job, object: &mut Object, kubernetes: &Kubernetes) {
    let (group, version) = object.group_version();
    let scope = kubernetes.scope(group, version, object.kind());
    apply_scope(object, scope, &job.namespace);
}

/// What [`set_namespace`] does once the scope is known.
pub(crate) fn apply_scope(object: &mut Object, scope: Option<Scope>, namespace: &str) {
    let missing = object.namespace().is_none();
    let Some(metadata) = object.metadata_mut() else { return };
    match scope {
        Some(Scope::Namespaced) if missing => metadata.insert("namespace", Node::string(namespace)),
        Some(Scope::Cluster) => {
            metadata.remove("namespace");
        }
        _ => {}
    }
}

/// Every object once.
pub(crate) fn refuse_duplicates(job: &Job, objects: &[Object], mistakes: &mut Vec<Diagnostic>) {
    let mut seen: BTreeMap<Identity, &Object> = BTreeMap::new();
    for object in objects {
        let Some(first) = seen.insert(object.identity(), object) else { continue };
        let message =
            format!("is there twice: in `{}` and in `{}`", first.origin.template, object.origin.template);
        let diagnostic = object.error(&job.unit, &["metadata", "name"], &message, "the second one");
        mistakes.push(
            diagnostic.hint("an engine would apply either of them: remove one at its source, or by `drop`"),
        );
    }
}

fn names(target: &ObjectRef, object: &Object) -> bool {
    target.kind == object.kind()
        && target.name == object.name()
        && target.namespace.as_deref().is_none_or(|namespace| object.namespace() == Some(namespace))
}

fn unmet(job: &Job, field: &str, index: usize, target: &ObjectRef, objects: &[Object]) -> Diagnostic {
    let message =
        format!("`{field}` of `{}` names {} `{}`, which is not rendered", job.unit, target.kind, target.name);
    let span = place(job, field, index);
    let diagnostic = Diagnostic::error(message).at(&job.description, span, "nothing to apply this to");
    let same_kind = objects.iter().filter(|object| object.kind() == target.kind).map(Object::name);
    match diag::nearest(&target.name, same_kind) {
        Some(near) => diagnostic.hint(format!("did you mean `{near}`?")),
        None => diagnostic.hint(format!("`cargo xtask show {}` lists the objects", job.unit)),
    }
}

fn unchanged(job: &Job, index: usize, target: &ObjectRef, message: &str) -> Diagnostic {
    let message =
        format!("`patches` of `{}` cannot change {} `{}`: {message}", job.unit, target.kind, target.name);
    Diagnostic::error(message)
        .at(&job.description, place(job, "patches", index), "this patch")
        .hint("`merge` is an object (RFC 7386), `json` a list of operations (RFC 6902)")
}

/// Where an entry of a list in the unit's file stands.
pub(crate) fn place(job: &Job, field: &str, index: usize) -> Span {
    let document = yaml::parse_one(&job.description, yaml::Duplicates::LastWins).ok();
    document
        .and_then(|document| document.root.at(&[field, &index.to_string()]).map(|node| node.span))
        .unwrap_or_default()
}
