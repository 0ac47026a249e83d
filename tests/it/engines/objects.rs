//! Objects of bundles, and how they differ from what an engine read.

use std::collections::BTreeMap;
use std::sync::Arc;

use diag::Source;
use yaml::{Duplicates, Node};

/// The objects of files, as YAML says.
pub(crate) fn of_files(files: &[(String, String)]) -> Vec<Node> {
    let parse = |(name, text): &(String, String)| {
        let source = Arc::new(Source { name: name.clone(), text: text.clone() });
        yaml::parse_one(&source, Duplicates::Refuse).unwrap().root
    };
    files.iter().map(parse).collect()
}

/// What tells one object from another, its namespace included.
fn identity(object: &Node) -> String {
    let text = |path: &[&str]| object.at(path).and_then(Node::as_str).unwrap_or("-").to_owned();
    let [version, kind] = [text(&["apiVersion"]), text(&["kind"])];
    format!("{version} {kind} {}/{}", text(&["metadata", "namespace"]), text(&["metadata", "name"]))
}

/// Objects that are not on both sides as often as on the other, with their content.
pub(crate) fn differences(ours: &[Node], theirs: &[Node]) -> Vec<String> {
    let mut counts: BTreeMap<(String, String), i64> = BTreeMap::new();
    for (objects, step) in [(ours, 1), (theirs, -1)] {
        for object in objects {
            *counts.entry((identity(object), yaml::canonical_json(object))).or_default() += step;
        }
    }
    let told = counts.into_iter().filter(|(_, count)| *count != 0).map(|((identity, content), count)| {
        let side = if count > 0 { "ours" } else { "theirs" };
        format!("{identity} is only {side}: {content}")
    });
    told.collect()
}
