//! Argo CD: going to another release by what it changes, and nothing else.
//!
//! A release is an `Application` of `Application`s in waves. A synchronization goes through all of them, those without a
//! change too, and sleeps after each. One that names its resources (`operation.sync.resources`, what `argocd app sync
//! --resource` writes) goes through the waves of these alone. Nothing but that is asked for where it keeps the order:
//! what is not named must be healthy already.

use std::collections::{BTreeMap, BTreeSet};

use hashing::Digest;
use serde_json::{Value, json};

use super::root::address;
use super::{ReleaseDocument, object_name};
use crate::Engine;

/// The merge patch of the release's own `Application` that makes Argo CD go to `release`, which `channel` was moved to, given
/// that `Application` and all others as they are now.
///
/// Nothing where only a whole synchronization will do: when the release that is there is not synced and healthy, when
/// bundles come or go, and when nothing changes; nothing either when it follows another registry or channel. The patch holds
/// the resource version, so that it is refused when something happened since.
pub fn selective_sync(
    root: &Value,
    applications: &[Value],
    channel: &str,
    release: &Digest,
    document: &ReleaseDocument,
) -> Option<Value> {
    let says = |pointer: &str, word: &str| text(root, pointer) == Some(word);
    let idle = root.get("operation").is_none() && says("/status/operationState/phase", "Succeeded");
    if !idle || !says("/status/sync/status", "Synced") || !says("/status/health/status", "Healthy") {
        return None;
    }
    let followed = address(&document.registry, &format!("releases/{}", document.cluster));
    if !says("/spec/source/repoURL", &followed) || !says("/spec/source/targetRevision", channel) {
        return None;
    }
    let bundles = document.bundles.iter();
    let wanted: BTreeMap<String, String> =
        bundles.map(|bundle| (object_name(&bundle.name), bundle.digest.to_string())).collect();
    let resources = root.pointer("/status/resources")?.as_array()?;
    let of_release: BTreeSet<&str> = resources
        .iter()
        .filter(|resource| text(resource, "/kind") == Some("Application"))
        .filter_map(|resource| text(resource, "/name"))
        .collect();
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
    Some(json!({
        "metadata": {
            "resourceVersion": text(root, "/metadata/resourceVersion")?,
            // So that what the channel names is looked at as well, and not by what was known of it.
            "annotations": {"argocd.argoproj.io/refresh": "normal"},
        },
        "operation": {
            "initiatedBy": {"username": "cargo-xtask"},
            "retry": policy("retry").unwrap_or_else(|| json!({})),
            "sync": {
                "revision": release.to_string(),
                "syncOptions": policy("syncOptions").unwrap_or_else(|| json!([])),
                "resources": named,
            },
        },
    }))
}

fn text<'a>(object: &'a Value, pointer: &str) -> Option<&'a str> {
    object.pointer(pointer)?.as_str()
}

#[cfg(test)]
mod tests;
