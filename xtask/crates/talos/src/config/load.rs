//! Configurations from text.

use diag::{Diagnostic, SourceRef};
use yaml::{Duplicates, Node, parse_stream};

use super::{Config, Document};
use crate::read::Reader;
use crate::shape::{Model, Type};
use crate::{Contract, Sources};

/// Keys that make a document the root document, which has no `kind`.
const ROOT_KEYS: [&str; 4] = ["machine", "cluster", "debug", "persist"];

impl Config {
    /// Reads a configuration. Documents of unknown kinds are kept as they are.
    ///
    /// # Errors
    ///
    /// Every mistake in its form: unknown fields, values of another type, documents that are there twice.
    pub fn read(
        contract: Contract,
        sources: &mut Sources,
        source: &SourceRef,
    ) -> Result<Self, Vec<Diagnostic>> {
        let base = sources.add(source);
        let documents = parse_stream(source, Duplicates::Refuse)?;
        let mut mistakes = Vec::new();
        let mut read = Vec::new();
        for document in documents.iter().filter(|document| !document.root.is_null()) {
            let mut reader = Reader::new(contract, Some(source), base);
            read.extend(read_document(&mut reader, contract, &document.root, source, &mut mistakes));
            mistakes.append(&mut reader.mistakes);
        }
        if read.is_empty() && mistakes.is_empty() {
            mistakes.push(Diagnostic::error(format!("`{}` holds no document", source.name)));
        }
        let config = Self::new(contract, read);
        if let Err(error) = config.check_together() {
            mistakes.push(Diagnostic::error(error.to_string()).with_note(format!("in `{}`", source.name)));
        }
        if mistakes.is_empty() { Ok(config) } else { Err(mistakes) }
    }
}

/// A document of a configuration or patch in normal form.
pub(crate) fn read_document(
    reader: &mut Reader<'_>,
    contract: Contract,
    root: &Node,
    source: &SourceRef,
    mistakes: &mut Vec<Diagnostic>,
) -> Option<Document> {
    let Some(map) = root.as_map() else {
        let message = format!("a document of a configuration is a mapping, not {}", root.kind());
        mistakes.push(Diagnostic::error(message).at(source, root.span, ""));
        return None;
    };
    let text = |key: &str| map.get(key).and_then(Node::as_str).unwrap_or_default().to_owned();
    let (api_version, kind) = (text("apiVersion"), text("kind"));
    let is_root =
        kind.is_empty() && (ROOT_KEYS.iter().any(|key| map.contains(key)) || api_version == "v1alpha1");
    if !is_root && (kind.is_empty() || api_version.is_empty()) {
        let absent = if kind.is_empty() { "kind" } else { "apiVersion" };
        let first = map.iter().next().map_or(root.span, |entry| entry.key_span);
        let message = Diagnostic::error(format!("the document has no `{absent}`")).at(source, first, "");
        mistakes.push(message.hint("only the document with `machine` and `cluster` does without"));
        return None;
    }
    let Some(known) = Model::of(contract).kind(&kind).filter(|_| is_root || api_version == "v1alpha1") else {
        return Some(Document { api_version, kind, name: text("name"), root: reader.free_node(root) });
    };
    let read = reader.value(&Type::Struct(known.root.clone()), root)?;
    let name = if known.named { read.get("name").and_then(Node::as_str).unwrap_or_default() } else { "" };
    let api_version = if is_root { String::new() } else { api_version };
    Some(Document { api_version, kind, name: name.to_owned(), root: read })
}
