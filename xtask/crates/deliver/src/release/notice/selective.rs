//! Argo CD: going to another release by what it changes, and nothing else.
//!
//! A release is an `Application` of `Application`s in waves. A synchronization goes through all of them, those without a
//! change too, and sleeps after each. One that names its resources (`operation.sync.resources`, what `argocd app sync
//! --resource` writes) goes through the waves of these alone. Nothing but that is asked for where it keeps the order:
//! what is not named must be healthy already.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::super::root::address;
use super::{News, Notice, resources, text};
use crate::Engine;

/// Whether the release's own `Application` follows what was moved.
pub(super) fn followed(root: &Value, news: &News<'_>) -> bool {
    let repository = address(&news.document.registry, &format!("releases/{}", news.document.cluster));
    text(root, "/spec/source/repoURL") == Some(&repository)
        && text(root, "/spec/source/targetRevision") == Some(news.channel)
}

/// What makes Argo CD go to a release that it follows, given the release's own `Application` and all others as they are
/// now.
///
/// Nothing where only a whole synchronization will do: when the release that is there is not synced and healthy, when
/// bundles come or go, and when nothing changes. The patch holds the resource version, so that it is refused when something
/// happened since.
pub(super) fn selective_sync(root: &Value, applications: &[Value], news: &News<'_>) -> Option<Notice> {
    let says = |pointer: &str, word: &str| text(root, pointer) == Some(word);
    let idle = root.get("operation").is_none() && says("/status/operationState/phase", "Succeeded");
    if !idle || !says("/status/sync/status", "Synced") || !says("/status/health/status", "Healthy") {
        return None;
    }
    let wanted = news.revisions();
    let of_release: BTreeSet<&str> = resources(root).collect();
    if !of_release.iter().copied().eq(wanted.keys().map(String::as_str)) {
        return None;
    }
    let there: BTreeMap<&str, &str> = applications
        .iter()
        .filter_map(|one| Some((text(one, "/metadata/name")?, text(one, "/spec/source/targetRevision")?)))
        .collect();
    let changed = wanted.iter().filter(|(name, digest)| there.get(name.as_str()) != Some(&digest.as_str()));
    let named: Vec<Value> = changed
        .map(|(name, _)| {
            let namespace = Engine::ArgoCd.namespace();
            json!({"group": "argoproj.io", "kind": "Application", "name": name, "namespace": namespace})
        })
        .collect();
    if named.is_empty() {
        return None;
    }
    let policy = |field: &str| root.pointer("/spec/syncPolicy").and_then(|policy| policy.get(field)).cloned();
    let patch = json!({
        "metadata": {
            "resourceVersion": text(root, "/metadata/resourceVersion")?,
            // So that what the channel names is looked at as well, and not by what was known of it.
            "annotations": {"argocd.argoproj.io/refresh": "normal"},
        },
        "operation": {
            "initiatedBy": {"username": "cargo-xtask"},
            "retry": policy("retry").unwrap_or_else(|| json!({})),
            "sync": {
                "revision": news.release.to_string(),
                "syncOptions": policy("syncOptions").unwrap_or_else(|| json!([])),
                "resources": named,
            },
        },
    });
    Some(Notice::application(text(root, "/metadata/name")?, patch))
}

#[cfg(test)]
mod tests;
