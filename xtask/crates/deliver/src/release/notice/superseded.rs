//! Argo CD: ending what it does about a release that is not wanted any more.
//!
//! As long as an operation runs, Argo CD starts no other one, and one that waits for a broken release to get healthy, or
//! tries again what the API server refuses, may run for ever. `argocd app terminate-op` ends it by the phase that is
//! written here.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{News, Notice, resources, text};

/// What ends the operations of the release's `Application`s that go to another revision than the news.
///
/// One that runs a hook is left alone, because ending it would kill the hook's job in the middle of its work, unless the
/// release goes back. The patches hold the resource version: an operation that ended by itself needs nothing.
pub(super) fn superseded(root: &Value, applications: &[Value], news: &News<'_>) -> Vec<Notice> {
    let mut wanted = news.revisions();
    if let Some(name) = text(root, "/metadata/name") {
        wanted.insert(name.to_owned(), news.release.to_string());
    }
    let leaving: BTreeSet<&str> = resources(root).collect();
    let ended = applications.iter().filter_map(|one| {
        let name = text(one, "/metadata/name")?;
        let ours = wanted.contains_key(name) || leaving.contains(name);
        let revision = text(one, "/status/operationState/operation/sync/revision")?;
        let running = text(one, "/status/operationState/phase") == Some("Running");
        let stale = wanted.get(name).map(String::as_str) != Some(revision);
        let end = ours && running && stale && (news.back || !runs_hook(one));
        end.then(|| terminate(name, one)).flatten()
    });
    ended.collect()
}

fn runs_hook(application: &Value) -> bool {
    let results =
        application.pointer("/status/operationState/syncResult/resources").and_then(Value::as_array);
    results.into_iter().flatten().any(|result| {
        text(result, "/hookType").is_some_and(|kind| !kind.is_empty())
            && text(result, "/hookPhase") == Some("Running")
    })
}

fn terminate(name: &str, application: &Value) -> Option<Notice> {
    let patch = json!({
        "metadata": {"resourceVersion": text(application, "/metadata/resourceVersion")?},
        "status": {"operationState": {"phase": "Terminating"}},
    });
    Some(Notice::application(name, patch))
}

#[cfg(test)]
mod tests;
