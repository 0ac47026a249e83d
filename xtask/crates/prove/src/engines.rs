//! What an engine says about its delivery objects.

use std::collections::BTreeMap;

use api::{ApiError, Client};
use deliver::Engine;
use deliver::api_version::{ARGO_CD, FLUX_KUSTOMIZATION, FLUX_SOURCE};
use serde_json::Value;

/// What the condition `Healthy` says between applying objects and their health; a revision follows.
const CHECKING: &str = "Running health checks for revision ";

/// The state of one delivery object.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Observed {
    /// `sha256:…` of the artifact that the engine has fetched.
    pub seen: String,
    /// The same of the one whose objects it has applied.
    pub applied: String,
    /// The same of the one that it worked on last, whatever came of that.
    pub attempted: String,
    /// Whether it is at work right now, and be it only on a hook.
    pub busy: bool,
    /// Whether it says that all is well, about what it was told last.
    pub healthy: bool,
    /// What else it says.
    pub message: String,
}

/// All delivery objects of an engine, by name.
pub fn observe(client: &Client, engine: Engine) -> Result<BTreeMap<String, Observed>, ApiError> {
    let namespace = Some(engine.namespace());
    match engine {
        Engine::Flux => {
            let sources = client.list(FLUX_SOURCE, "OCIRepository", namespace, "")?;
            let kustomizations = client.list(FLUX_KUSTOMIZATION, "Kustomization", namespace, "")?;
            let mut found: BTreeMap<String, Observed> = BTreeMap::new();
            for source in &sources {
                let observed = found.entry(name(source)).or_default();
                observed.seen = digest(text(source, "/status/artifact/revision"));
                if !is_ready(source) {
                    text(source, "/status/conditions/0/message").clone_into(&mut observed.message);
                }
            }
            for kustomization in &kustomizations {
                let observed = found.entry(name(kustomization)).or_default();
                flux(kustomization, observed);
            }
            Ok(found)
        }
        Engine::ArgoCd => {
            let applications = client.list(ARGO_CD, "Application", namespace, "")?;
            Ok(applications.iter().map(|application| (name(application), argocd(application))).collect())
        }
    }
}

fn flux(kustomization: &Value, observed: &mut Observed) {
    // Unlike `Ready` it is there only from the first look at the objects' health on.
    let checked = condition(kustomization, "Healthy");
    let reconciling = condition(kustomization, "Reconciling");
    let begins = reconciling.is_some_and(|one| text(one, "/reason") == "Progressing");
    let applied = match checked.map(|checked| (text(checked, "/reason"), text(checked, "/message"))) {
        // `lastAppliedRevision` is set when the objects are healthy; until then only the message tells that they are there.
        Some((_, message)) if message.starts_with(CHECKING) => {
            message.trim_start_matches(CHECKING).split(' ').next().unwrap_or_default()
        }
        // A new attempt leaves the old verdict until it looks itself.
        Some(("HealthCheckFailed", _)) if !begins => text(kustomization, "/status/lastAttemptedRevision"),
        _ => text(kustomization, "/status/lastAppliedRevision"),
    };
    observed.applied = digest(applied);
    observed.attempted = digest(text(kustomization, "/status/lastAttemptedRevision"));
    observed.busy = reconciling.is_some_and(|one| text(one, "/status") == "True");
    observed.healthy = is_ready(kustomization) || is_looked_at_again(kustomization, &observed.applied);
    if let Some(ready) = condition(kustomization, "Ready").filter(|_| !observed.healthy) {
        let message = text(ready, "/message");
        if !message.is_empty() {
            message.clone_into(&mut observed.message);
        }
    }
}

fn argocd(application: &Value) -> Observed {
    let revision = digest(text(application, "/status/sync/revision"));
    let synced = text(application, "/status/sync/status") == "Synced";
    let operation = digest(text(application, "/status/operationState/syncResult/revision"));
    let phase = text(application, "/status/operationState/phase");
    let done = phase == "Succeeded";
    let conditions = application.pointer("/status/conditions").and_then(Value::as_array);
    let told = conditions.and_then(|conditions| conditions.first()).map(|first| text(first, "/message"));
    let message = told.unwrap_or_else(|| text(application, "/status/operationState/message"));
    Observed {
        applied: match phase {
            // Nothing is left to do where what was given up had not changed anything.
            "Failed" | "Error" if synced => revision.clone(),
            _ if !synced && !done => String::new(),
            _ if operation.is_empty() => revision.clone(),
            _ => operation,
        },
        attempted: digest(text(application, "/status/operationState/syncResult/revision")),
        busy: matches!(phase, "Running" | "Terminating") || application.get("operation").is_some(),
        seen: revision,
        // Health alone says nothing: an application that could not even be fetched is healthy.
        healthy: synced && text(application, "/status/health/status") == "Healthy",
        message: message.to_owned(),
    }
}

fn is_ready(object: &Value) -> bool {
    current(object) && condition(object, "Ready").is_some_and(|ready| text(ready, "/status") == "True")
}

/// Whether Flux, at work on what got healthy the last time, has found nothing else so far. It does that at every bundle
/// that depends on this one, and says neither that it is ready nor that it is not.
fn is_looked_at_again(kustomization: &Value, applied: &str) -> bool {
    current(kustomization)
        && condition(kustomization, "Ready").is_some_and(|ready| text(ready, "/status") == "Unknown")
        && text(kustomization, "/status/history/0/lastReconciledStatus") == "ReconciliationSucceeded"
        && digest(text(kustomization, "/status/history/0/metadata/revision")) == applied
}

/// Whether the status is about what is asked for now.
fn current(object: &Value) -> bool {
    let number = |pointer| object.pointer(pointer).and_then(Value::as_i64);
    number("/status/observedGeneration") == number("/metadata/generation")
}

fn condition<'a>(object: &'a Value, kind: &str) -> Option<&'a Value> {
    let conditions = object.pointer("/status/conditions")?.as_array()?;
    conditions.iter().find(|condition| text(condition, "/type") == kind)
}

pub(crate) fn name(object: &Value) -> String {
    text(object, "/metadata/name").to_owned()
}

pub(crate) fn text<'a>(object: &'a Value, pointer: &str) -> &'a str {
    object.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

/// The digest in a revision: `latest@sha256:…` or `sha256:…`.
fn digest(revision: &str) -> String {
    revision.rsplit('@').next().filter(|digest| digest.starts_with("sha256:")).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests;
