//! Telling an engine that a channel was moved.
//!
//! Who sends what is said here, by `kubectl` or by the API, is told by closures; the crate opens no connection.

mod selective;
mod superseded;

use std::collections::BTreeMap;

use hashing::Digest;
use serde_json::{Value, json};

use super::{ReleaseDocument, object_name};
use crate::Engine;
use crate::api_version::{ARGO_CD, FLUX_SOURCE};
use selective::{followed, selective_sync};
use superseded::superseded;

/// How often to look again when something happened between looking and writing.
const TRIES: usize = 4;

/// A channel that was moved.
#[derive(Clone, Copy, Debug)]
pub struct News<'a> {
    /// The channel.
    pub channel: &'a str,
    /// The release that it names now.
    pub release: &'a Digest,
    /// What is in that.
    pub document: &'a ReleaseDocument,
    /// Whether it was moved back to an earlier release: away from the one that is there, whatever that is doing.
    pub back: bool,
}

impl News<'_> {
    /// The revision of each `Application` of a bundle.
    fn revisions(&self) -> BTreeMap<String, String> {
        let bundles = self.document.bundles.iter();
        bundles.map(|bundle| (object_name(&bundle.name), bundle.digest.to_string())).collect()
    }
}

/// A merge patch of one object in the engine's namespace.
#[derive(Clone, Debug, PartialEq)]
pub struct Notice {
    /// `apiVersion` of the object.
    pub api_version: &'static str,
    /// `kind` of the object.
    pub kind: &'static str,
    /// Its name.
    pub name: String,
    /// RFC 7386.
    pub patch: Value,
}

impl Notice {
    fn application(name: &str, patch: Value) -> Self {
        let (api_version, kind) = (ARGO_CD, "Application");
        Self { api_version, kind, name: name.to_owned(), patch }
    }
}

/// What an engine was asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// To go to what the release changes and nothing else.
    pub changes_only: bool,
    /// How many operations of an earlier release it was asked to end.
    pub ended: usize,
}

/// Name of the delivery object of the release itself.
pub fn root_name(cluster: &str) -> String {
    object_name(&format!("releases/{cluster}"))
}

/// Makes an engine look at its channel now. `token` is anything that was not given before; `news` is what to look for, if
/// that is known.
///
/// Argo CD is asked to end what it does about earlier releases, and where that keeps the order, to go to what changes
/// alone: for both it lists its `Application`s by `list`. Fails with what `send` fails with, but only when the engine could
/// not be told at all: who may not list, or comes too late, has it look at everything.
pub fn tell<E>(
    engine: Engine,
    cluster: &str,
    token: &str,
    news: Option<&News<'_>>,
    list: impl Fn() -> Result<Vec<Value>, E>,
    send: impl Fn(&Notice) -> Result<(), E>,
) -> Result<Told, E> {
    let root = root_name(cluster);
    let mut told = Told::default();
    let look = match engine {
        Engine::Flux => Notice {
            api_version: FLUX_SOURCE,
            kind: "OCIRepository",
            name: root,
            // Flux takes any value that is not the last one for news.
            patch: json!({"metadata": {"annotations": {"reconcile.fluxcd.io/requestedAt": token}}}),
        },
        Engine::ArgoCd => {
            if let Some(news) = news
                && changes(&root, news, &list, &send, &mut told)
            {
                told.changes_only = true;
                return Ok(told);
            }
            let refresh = json!({"metadata": {"annotations": {"argocd.argoproj.io/refresh": "normal"}}});
            Notice::application(&root, refresh)
        }
    };
    send(&look).map(|()| told)
}

/// Ends what is superseded, and asks for what changes; whether that was possible.
fn changes<E>(
    root: &str,
    news: &News<'_>,
    list: &impl Fn() -> Result<Vec<Value>, E>,
    send: &impl Fn(&Notice) -> Result<(), E>,
    told: &mut Told,
) -> bool {
    for _ in 0..TRIES {
        let Ok(applications) = list() else { return false };
        let is_root = |one: &&Value| text(one, "/metadata/name") == Some(root);
        let Some(found) = applications.iter().find(is_root) else { return false };
        if !followed(found, news) {
            return false;
        }
        let superseded = superseded(found, &applications, news);
        if superseded.is_empty() {
            return selective_sync(found, &applications, news).is_some_and(|notice| send(&notice).is_ok());
        }
        told.ended += superseded.iter().filter(|notice| send(notice).is_ok()).count();
    }
    false
}

/// Names of the `Application`s of the release that is there.
fn resources(root: &Value) -> impl Iterator<Item = &str> {
    let resources = root.pointer("/status/resources").and_then(Value::as_array).into_iter().flatten();
    resources
        .filter(|resource| text(resource, "/kind") == Some("Application"))
        .filter_map(|resource| text(resource, "/name"))
}

fn text<'a>(object: &'a Value, pointer: &str) -> Option<&'a str> {
    object.pointer(pointer)?.as_str()
}

#[cfg(test)]
mod tests;
