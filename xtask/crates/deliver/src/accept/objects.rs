//! Rules about the objects in the files, which are the same for both engines.

use std::collections::BTreeMap;
use std::sync::Arc;

use diag::Source;
use yaml::{Duplicates, Node};

/// Annotations that make Argo CD run an object as a hook where Flux applies it.
const HOOKS: [&str; 2] = ["helm.sh/hook", "argocd.argoproj.io/hook"];

pub(super) fn check(files: &[(&str, &[u8])], reasons: &mut Vec<String>) {
    let mut seen = BTreeMap::new();
    for (name, content) in files {
        let Ok(text) = str::from_utf8(content) else {
            reasons.push(format!("`{name}` is not UTF-8"));
            continue;
        };
        let source = Arc::new(Source { name: (*name).to_owned(), text: text.to_owned() });
        let documents = match yaml::parse_stream(&source, Duplicates::LastWins) {
            Ok(documents) => documents,
            Err(errors) => {
                let first = errors.first().map_or("", |error| error.message.as_str());
                reasons.push(format!("`{name}` is no YAML: {first}"));
                continue;
            }
        };
        if documents.is_empty() {
            reasons.push(format!("fails on or skips `{name}`, which holds no document"));
        }
        for document in &documents {
            let Some(identity) = identity(&document.root) else {
                reasons.push(format!("fails on or skips `{name}`, which is no Kubernetes object"));
                continue;
            };
            if let Some(hook) = HOOKS.into_iter().find(|hook| is_hook(&document.root, hook)) {
                reasons.push(format!("`{hook}` in `{name}` is a hook for one engine only"));
            }
            if let Some(first) = seen.insert(identity, *name) {
                reasons.push(format!("`{name}` and `{first}` hold the same object"));
            }
        }
    }
}

/// Group, kind, namespace and name.
fn identity(object: &Node) -> Option<[String; 4]> {
    let text = |path: &[&str]| object.at(path).and_then(Node::as_str).filter(|text| !text.is_empty());
    let (group, _) = text(&["apiVersion"])?.rsplit_once('/').unwrap_or_default();
    let namespace = text(&["metadata", "namespace"]).unwrap_or_default();
    Some([group, text(&["kind"])?, namespace, text(&["metadata", "name"])?].map(str::to_owned))
}

fn is_hook(object: &Node, hook: &str) -> bool {
    object.at(&["metadata", "annotations", hook]).is_some()
}
