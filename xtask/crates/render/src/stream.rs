//! Splitting a stream of documents into objects.

use std::sync::Arc;

use diag::{Diagnostic, Source, SourceRef};
use yaml::{Document, Duplicates, Node, Value};

use crate::object::{Object, Origin};

/// Objects of a file of the workspace: strict, since a person wrote it.
pub(crate) fn workspace_objects(source: &SourceRef) -> Result<Vec<Object>, Vec<Diagnostic>> {
    let origin =
        Origin { source: Arc::clone(source), template: source.name.clone(), is_workspace_file: true };
    collect(yaml::parse_stream(source, Duplicates::Refuse)?, |_| origin.clone())
}

/// Objects that a program printed or a pin holds: a repeated key counts as Go programs count it.
pub(crate) fn foreign_objects(source: &SourceRef) -> Result<Vec<Object>, Vec<Diagnostic>> {
    collect(yaml::parse_stream(source, Duplicates::LastWins)?, |document| {
        let template = template_of(document).unwrap_or(&source.name).to_owned();
        Origin { source: Arc::clone(source), template, is_workspace_file: false }
    })
}

/// A source for text that no file holds.
pub(crate) fn generated(name: String, text: String) -> SourceRef {
    Arc::new(Source { name, text })
}

fn collect(
    documents: Vec<Document>,
    origin: impl Fn(&Document) -> Origin,
) -> Result<Vec<Object>, Vec<Diagnostic>> {
    let mut objects = Vec::new();
    let mut mistakes = Vec::new();
    for document in documents {
        let origin = origin(&document);
        add(document.root, &origin, &mut objects, &mut mistakes);
    }
    if mistakes.is_empty() { Ok(objects) } else { Err(mistakes) }
}

/// Adds a document: nothing for an empty one, its items for a `List`.
fn add(node: Node, origin: &Origin, objects: &mut Vec<Object>, mistakes: &mut Vec<Diagnostic>) {
    if node.is_null() {
        return;
    }
    let has = |field: &str| node.get(field).and_then(Node::as_str).is_some_and(|text| !text.is_empty());
    let has_kind = has("kind") && has("apiVersion");
    let kind = node.get("kind").and_then(Node::as_str).unwrap_or_default();
    if has_kind && kind.ends_with("List") && node.get("items").is_some_and(|items| items.as_seq().is_some()) {
        for item in items(node) {
            add(item, origin, objects, mistakes);
        }
        return;
    }
    let named = node.at(&["metadata", "name"]).and_then(Node::as_str).is_some_and(|name| !name.is_empty());
    if has_kind && named {
        objects.push(Object { node, origin: origin.clone() });
        return;
    }
    mistakes.push(not_an_object(&node, has_kind, origin));
}

fn not_an_object(node: &Node, has_kind: bool, origin: &Origin) -> Diagnostic {
    let generate_name = node.at(&["metadata", "generateName"]);
    let (message, hint) = match (has_kind, generate_name) {
        (true, Some(_)) => (
            "an object has `generateName` in place of `name`",
            "give it a fixed `metadata.name`: what the API server names cannot be reconciled",
        ),
        (true, None) => ("an object has no `metadata.name`", "give it one"),
        (false, _) => (
            "a document is not a Kubernetes object: `apiVersion` or `kind` is missing",
            "only objects belong here; move other YAML out of the directory",
        ),
    };
    Diagnostic::error(format!("{message} (in `{}`)", origin.template))
        .at(&origin.source, generate_name.map_or(node.span, |name| name.span), "here")
        .hint(hint)
}

fn items(node: Node) -> Vec<Node> {
    let Value::Map(mut map) = node.value else { return Vec::new() };
    match map.remove("items").map(|items| items.value) {
        Some(Value::Seq(items)) => items,
        _ => Vec::new(),
    }
}

/// The template that Helm names in the comment above a document.
fn template_of(document: &Document) -> Option<&str> {
    let text = document.source.text.get(document.span.start as usize..document.span.end as usize)?;
    text.lines().take(4).find_map(|line| line.strip_prefix("# Source: ")).map(str::trim)
}
