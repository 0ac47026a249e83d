//! Helm hooks.
//!
//! The same annotation makes Argo CD run an object as a hook and means nothing to Flux, so no hook may reach a
//! bundle. Hooks for tests, deletion and rollback are left out: neither engine has the event. Hooks for
//! installation and upgrade need a decision in the unit's `hooks`.

use catalogue::{HookPolicy, Hooks};
use diag::Diagnostic;
use hashing::Digest;
use yaml::Node;

use crate::job::Job;
use crate::object::Object;

const HOOK: &str = "helm.sh/hook";
const ANNOTATIONS: [&str; 4] =
    [HOOK, "helm.sh/hook-weight", "helm.sh/hook-delete-policy", "helm.sh/hook-output-log-policy"];

/// Decides every hook among the objects.
pub(crate) fn decide(
    job: &Job,
    objects: Vec<Object>,
    notes: &mut Vec<String>,
) -> Result<Vec<Object>, Vec<Diagnostic>> {
    let mut kept = Vec::new();
    let mut mistakes = Vec::new();
    for mut object in objects {
        let Some(events) = events(&object) else {
            kept.push(object);
            continue;
        };
        if !events.iter().any(|event| is_decided_by_unit(event)) {
            notes.push(format!("hook {} left out: {}", object.title(), events.join(", ")));
            continue;
        }
        match policy(job, &object) {
            Some(HookPolicy::Drop) => {
                notes.push(format!("hook {} left out, as the unit says", object.title()));
            }
            Some(HookPolicy::Keep) => {
                notes.push(format!("hook {} kept as an ordinary object", object.title()));
                make_ordinary(&mut object);
                kept.push(object);
            }
            None => mistakes.push(undecided(job, &object, &events)),
        }
    }
    if mistakes.is_empty() { Ok(kept) } else { Err(mistakes) }
}

fn events(object: &Object) -> Option<Vec<String>> {
    let hook = object.node.at(&["metadata", "annotations", HOOK]).and_then(Node::as_str)?;
    Some(hook.split(',').map(|event| event.trim().to_owned()).filter(|event| !event.is_empty()).collect())
}

fn is_decided_by_unit(event: &str) -> bool {
    matches!(event, "pre-install" | "post-install" | "pre-upgrade" | "post-upgrade" | "crd-install")
}

fn policy(job: &Job, object: &Object) -> Option<HookPolicy> {
    match job.hooks.as_ref()? {
        Hooks::All(policy) => Some(*policy),
        Hooks::Each(rules) => rules
            .iter()
            .find(|rule| rule.kind == object.kind() && rule.name == object.name())
            .map(|rule| rule.policy),
    }
}

fn undecided(job: &Job, object: &Object, events: &[String]) -> Diagnostic {
    let message = format!("is a Helm hook ({}) that nobody decided about", events.join(", "));
    object
        .error(&job.unit, &["metadata", "annotations", HOOK], &message, "no engine runs it as Helm would")
        .hint(format!(
            "in `{}`: `hooks: drop`, `hooks: keep`, or `hooks: [{{kind: {}, name: {}, policy: drop}}]`",
            job.description.name,
            object.kind(),
            object.name()
        ))
}

/// Takes the annotations away. A Job cannot be changed once it ran, so its content becomes part of its name.
fn make_ordinary(object: &mut Object) {
    if let Some(metadata) = object.metadata_mut()
        && let Some(annotations) = metadata.get_mut("annotations")
        && let yaml::Value::Map(map) = &mut annotations.value
    {
        for annotation in ANNOTATIONS {
            map.remove(annotation);
        }
        if map.is_empty() {
            metadata.remove("annotations");
        }
    }
    if object.kind() == "Job" {
        let digest = Digest::of(yaml::canonical_json(&object.node).as_bytes()).hex();
        let suffix: String = digest.chars().take(8).collect();
        let name = format!("{}-{suffix}", object.name());
        if let Some(metadata) = object.metadata_mut() {
            metadata.insert("name", Node::string(name));
        }
    }
}
