//! Patches from text.

use diag::{Diagnostic, SourceRef};
use yaml::{Duplicates, Node, parse_stream};

use super::delete::{self, Deletion};
use super::json::Operation;
use super::{Content, Part, Patch};
use crate::config::read_document;
use crate::read::Reader;
use crate::{Contract, Sources};

impl Patch {
    /// Reads a patch: documents for a strategic merge, or a list of operations.
    ///
    /// # Errors
    ///
    /// Every mistake in its form.
    pub fn read(
        contract: Contract,
        sources: &mut Sources,
        source: &SourceRef,
    ) -> Result<Self, Vec<Diagnostic>> {
        let base = sources.add(source);
        let documents = parse_stream(source, Duplicates::Refuse)?;
        let mut mistakes = Vec::new();
        if let Some(operations) = documents.first().and_then(|document| document.root.as_seq()) {
            let operations: Vec<Operation> = operations
                .iter()
                .filter_map(|operation| Operation::read(operation, source, &mut mistakes))
                .collect();
            let content = Content::Json(operations);
            return if mistakes.is_empty() { Ok(Self { content }) } else { Err(mistakes) };
        }
        let mut parts = Vec::new();
        for document in documents {
            let mut reader = Reader::new(contract, Some(source), base);
            let mut root = document.root;
            match delete::extract(&reader, &mut root) {
                Ok(deletions) => parts.extend(deletions.into_iter().map(Part::Delete)),
                Err((span, reason)) => mistakes.push(Diagnostic::error(reason).at(source, span, "")),
            }
            if !root.is_null() {
                let read = read_document(&mut reader, contract, &root, source, &mut mistakes);
                parts.extend(read.map(Part::Merge));
                mistakes.append(&mut reader.mistakes);
            }
        }
        if parts.is_empty() && mistakes.is_empty() {
            mistakes.push(Diagnostic::error(format!("the patch `{}` holds nothing", source.name)));
        }
        let content = Content::Strategic(parts);
        if mistakes.is_empty() { Ok(Self { content }) } else { Err(mistakes) }
    }

    /// Whether it deletes a part of a document, for messages and tests.
    pub fn deletes(&self) -> bool {
        matches!(&self.content, Content::Strategic(parts) if parts.iter().any(|part| matches!(part, Part::Delete(_))))
    }
}

/// A text by its key, as it was written.
pub(super) fn text(reader: &Reader<'_>, node: &Node, key: &str) -> String {
    node.get(key).and_then(|value| reader.text(value)).unwrap_or_default()
}

impl Deletion {
    /// The document that a deletion is for, by the fields that name it.
    pub(super) fn for_document(reader: &Reader<'_>, root: &Node) -> Self {
        Self {
            api_version: text(reader, root, "apiVersion"),
            kind: text(reader, root, "kind"),
            name: text(reader, root, "name"),
            path: Vec::new(),
            item: None,
        }
    }
}
