//! `$patch: delete`: fields, items of lists and whole documents that go.

use diag::Span;
use yaml::{Map, Node, Value};

use crate::read::Reader;
use crate::shape::{Struct, Type};
use crate::{Config, Error};

/// What is to go.
#[derive(Clone, Debug, Default)]
pub(super) struct Deletion {
    pub(super) api_version: String,
    pub(super) kind: String,
    pub(super) name: String,
    /// The keys on the way; none for the whole document.
    pub(super) path: Vec<String>,
    /// Of a list: the item whose field has this text.
    pub(super) item: Option<(String, String)>,
}

/// Takes the deletions out of a document of a patch; the document becomes null when nothing else is in it.
pub(super) fn extract(reader: &Reader<'_>, root: &mut Node) -> Result<Vec<Deletion>, (Span, String)> {
    let document = Deletion::for_document(reader, root);
    let mut extraction = Extraction { reader, document, path: Vec::new(), found: Vec::new() };
    let gone = extraction.node(root, Parent::Document)?;
    if gone || !extraction.found.is_empty() && is_bare(root) {
        *root = Node::null();
    }
    Ok(extraction.found)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Parent {
    Document,
    Mapping,
    Sequence,
}

struct Extraction<'a> {
    reader: &'a Reader<'a>,
    document: Deletion,
    path: Vec<String>,
    found: Vec<Deletion>,
}

impl Extraction<'_> {
    /// Whether the node goes from the patch.
    fn node(&mut self, node: &mut Node, parent: Parent) -> Result<bool, (Span, String)> {
        let span = node.span;
        match &mut node.value {
            Value::Map(map) => {
                if let Some(entry) =
                    map.entry("$patch").filter(|entry| entry.value.as_str() == Some("delete"))
                {
                    let place = entry.key_span;
                    self.found(map, parent).map_err(|reason| (place, reason))?;
                    return Ok(true);
                }
                self.mapping(map)
            }
            Value::Seq(items) => {
                let before = items.len();
                let mut kept = Vec::new();
                for (index, mut item) in std::mem::take(items).into_iter().enumerate() {
                    self.path.push(format!("[{index}]"));
                    let gone = self.node(&mut item, Parent::Sequence)?;
                    self.path.pop();
                    if !gone {
                        kept.push(item);
                    }
                }
                *items = kept;
                node.span = span;
                Ok(before > 0 && node.as_seq().is_some_and(<[Node]>::is_empty))
            }
            _ => Ok(false),
        }
    }

    fn mapping(&mut self, map: &mut Map) -> Result<bool, (Span, String)> {
        let before = map.len();
        let mut kept = Vec::new();
        for mut entry in std::mem::take(&mut map.entries) {
            self.path.push(entry.key.clone());
            let gone = self.node(&mut entry.value, Parent::Mapping)?;
            self.path.pop();
            if !gone {
                kept.push(entry);
            }
        }
        map.entries = kept;
        Ok(before > 0 && map.is_empty())
    }

    fn found(&mut self, map: &Map, parent: Parent) -> Result<(), String> {
        let document = &self.document;
        if self.path.is_empty() && (document.kind.is_empty() || document.api_version.is_empty()) {
            return Err("a document that is deleted needs `apiVersion` and `kind`".to_owned());
        }
        if document.kind.is_empty() != document.api_version.is_empty() {
            return Err("the document has only one of `apiVersion` and `kind`".to_owned());
        }
        let mut deletion = Deletion { path: self.path.clone(), ..self.document.clone() };
        if parent == Parent::Sequence {
            let first = map.iter().find(|entry| entry.key != "$patch");
            let first = first.ok_or("an item that is deleted needs the field that tells it from others")?;
            deletion.item = Some((first.key.clone(), self.reader.text(&first.value).unwrap_or_default()));
        } else if self.path.iter().any(|key| key.starts_with('[')) {
            return Err("what is inside an item of a list cannot be deleted; delete the item".to_owned());
        }
        self.found.push(deletion);
        Ok(())
    }
}

/// Whether nothing but the document's head is left.
fn is_bare(root: &Node) -> bool {
    let scalar = |node: &Node| node.as_map().is_none() && node.as_seq().is_none();
    let head = |entry: &yaml::Entry| {
        matches!(entry.key.as_str(), "version" | "kind" | "name") && scalar(&entry.value)
    };
    root.as_map().is_some_and(|map| map.iter().all(head))
}

impl Deletion {
    /// Deletes; a document that is not there is nothing to delete.
    pub(super) fn apply(&self, config: &mut Config) -> Result<(), Error> {
        let same = |document: &crate::Document| {
            document.kind == self.kind
                && document.name == self.name
                && document.api_version == self.api_version
        };
        let Some(at) = config.documents.iter().position(same) else { return Ok(()) };
        if self.path.is_empty() {
            config.documents.remove(at);
            return Ok(());
        }
        let Some(document) = config.documents.get(at) else { return Ok(()) };
        let (kind, title) = (config.kind_of(document), document.title());
        let shape = kind.map(|kind| kind.root.clone());
        let Some(root) = config.documents.get_mut(at).map(|document| &mut document.root) else {
            return Ok(());
        };
        let deleted = match &shape {
            Some(shape) => self.in_struct(shape, root, &self.path),
            None => free(root, &self.path),
        };
        if deleted {
            return Ok(());
        }
        let item =
            self.item.as_ref().map(|(key, value)| format!(" with `{key}: {value}`")).unwrap_or_default();
        let reason = format!("there is no `{}`{item} to delete", self.path.join("."));
        Err(Error::Patch { document: title, reason })
    }

    fn in_struct(&self, shape: &Struct, node: &mut Node, path: &[String]) -> bool {
        let Some((key, rest)) = path.split_first() else { return false };
        let Some(field) = shape.field(key) else { return false };
        if rest.is_empty() {
            if let Some(map) = node.as_map_mut() {
                map.remove(key);
            }
            return true;
        }
        let inner = inner(&field.kind);
        match node.get_mut(key) {
            Some(below) => self.in_value(inner, below, rest),
            // A struct that is not behind a pointer is there, if only with zero values.
            None => match &field.kind {
                Type::Struct(shape) => self.in_struct(shape, &mut Node::map::<&str>([]), rest),
                _ => false,
            },
        }
    }

    fn in_value(&self, kind: &Type, node: &mut Node, path: &[String]) -> bool {
        let Some((key, rest)) = path.split_first() else { return false };
        match kind {
            Type::Struct(shape) => self.in_struct(shape, node, path),
            Type::Map(of) => match node.as_map_mut() {
                Some(map) if rest.is_empty() => map.remove(key).is_some(),
                Some(map) => map.get_mut(key).is_some_and(|below| self.in_value(inner(of), below, rest)),
                None => false,
            },
            Type::Args => rest.is_empty() && node.as_map_mut().is_some_and(|map| map.remove(key).is_some()),
            Type::Free => free(node, path),
            Type::List(of) if rest.is_empty() => self.in_list(inner(of), node),
            _ => false,
        }
    }

    /// The first item whose field has the text.
    fn in_list(&self, of: &Type, node: &mut Node) -> bool {
        let (Some((key, value)), Type::Struct(shape)) = (&self.item, of) else { return false };
        let Some(field) = shape.field(key) else { return false };
        let is_it = |item: &Node| match (item.get(key), inner(&field.kind)) {
            // Numbers and booleans have no text in the library, whatever one writes.
            (_, Type::Int { .. } | Type::Bool) => false,
            (Some(found), _) => found.as_str() == Some(value),
            (None, _) => value.is_empty(),
        };
        let Some(items) = node.as_seq_mut() else { return false };
        let Some(at) = items.iter().position(is_it) else { return false };
        items.remove(at);
        true
    }
}

/// What a pointer points to.
fn inner(kind: &Type) -> &Type {
    match kind {
        Type::Pointer(to) => inner(to),
        kind => kind,
    }
}

/// Deletes from a tree without types.
fn free(node: &mut Node, path: &[String]) -> bool {
    let Some((key, rest)) = path.split_first() else { return false };
    match node.as_map_mut() {
        Some(map) if rest.is_empty() => map.remove(key).is_some(),
        Some(map) => map.get_mut(key).is_some_and(|below| free(below, rest)),
        None => false,
    }
}
