//! Documents as the library's decoder takes them: by the types of their fields.
//!
//! The tree that comes out is in *normal form*: text fields are strings whatever they looked like, values have the one
//! form in which they are written, and a field that is zero is absent, as in the structs of the library. Merging and
//! writing rely on that.

mod free;
mod scalar;
mod unknown;

use diag::{Diagnostic, SourceRef, Span};
use yaml::{Entry, Map, Node, Value};

use crate::Contract;
use crate::shape::{Field, Leaf, Struct, Type};
use crate::source::moved;

/// Reads values of a text.
pub(crate) struct Reader<'a> {
    contract: Contract,
    /// The text, unless the tree was made by code.
    source: Option<&'a SourceRef>,
    /// The address of the text's first byte.
    base: u32,
    /// The fields on the way to the value.
    path: Vec<String>,
    pub(crate) mistakes: Vec<Diagnostic>,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(contract: Contract, source: Option<&'a SourceRef>, base: u32) -> Self {
        Self { contract, source, base, path: Vec::new(), mistakes: Vec::new() }
    }

    /// The value in normal form; `None` when it is null or a mistake.
    pub(crate) fn value(&mut self, kind: &Type, node: &Node) -> Option<Node> {
        if node.is_null() {
            return None;
        }
        let value = match kind {
            Type::Pointer(to) => {
                let value = self.value(to, node);
                return value;
            }
            Type::List(of) => self.list(of, node)?,
            Type::Map(of) => self.map(of, node)?,
            Type::Struct(shape) => self.fields(shape, node)?,
            Type::Leaf(leaf @ (Leaf::Pair | Leaf::Cert | Leaf::Key)) => self.pem(*leaf, node)?,
            Type::Free if node.as_map().is_some() => self.free(node),
            Type::Free => return self.wrong(node, "a mapping"),
            Type::Args => self.args(node)?,
            _ => self.scalar(kind, node)?,
        };
        Some(Node { value, span: self.span(node.span) })
    }

    fn span(&self, span: Span) -> Span {
        moved(span, if self.source.is_some() { self.base } else { 0 })
    }

    /// Tells that a value is not what it should be.
    fn wrong<T>(&mut self, node: &Node, expected: &str) -> Option<T> {
        let message = match self.path.last() {
            Some(_) => format!("`{}` is {}, not {expected}", self.path.join("."), node.kind()),
            None => format!("the document is {}, not {expected}", node.kind()),
        };
        self.mistake(Diagnostic::error(message), node.span, &format!("{expected} belongs here"));
        None
    }

    fn mistake(&mut self, diagnostic: Diagnostic, span: Span, label: &str) {
        let diagnostic = match self.source {
            Some(source) => diagnostic.at(source, span, label),
            None => diagnostic,
        };
        self.mistakes.push(diagnostic);
    }

    fn list(&mut self, of: &Type, node: &Node) -> Option<Value> {
        let Some(items) = node.as_seq() else { return self.wrong(node, "a list") };
        let mut read = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            self.path.push(index.to_string());
            let value = self.value(of, item);
            self.path.pop();
            read.push(value.unwrap_or_else(|| zero(of)));
        }
        Some(Value::Seq(read))
    }

    fn map(&mut self, of: &Type, node: &Node) -> Option<Value> {
        let Some(map) = node.as_map() else { return self.wrong(node, "a mapping") };
        let mut read = Map::new();
        for entry in map {
            self.path.push(entry.key.clone());
            let value = self.value(of, &entry.value).unwrap_or_else(|| zero(of));
            self.path.pop();
            read.entries.push(Entry { key: self.key(entry), key_span: self.span(entry.key_span), value });
        }
        Some(Value::Map(read))
    }

    fn fields(&mut self, shape: &Struct, node: &Node) -> Option<Value> {
        let Some(map) = node.as_map() else { return self.wrong(node, "a mapping") };
        let mut read = Map::new();
        for entry in map {
            let Some(field) = shape.field(&entry.key) else {
                self.unknown(shape, entry);
                continue;
            };
            self.path.push(entry.key.clone());
            let value = self.value(&field.kind, &entry.value);
            self.path.pop();
            if let Some(value) = value.filter(|value| !is_zero(&field.kind, value)) {
                read.entries.push(Entry {
                    key: entry.key.clone(),
                    key_span: self.span(entry.key_span),
                    value,
                });
            }
        }
        Some(Value::Map(read))
    }

    /// A certificate, a key or both: each base64.
    fn pem(&mut self, leaf: Leaf, node: &Node) -> Option<Value> {
        let names: &[&str] = match leaf {
            Leaf::Cert => &["crt"],
            Leaf::Key => &["key"],
            _ => &["crt", "key"],
        };
        let field = |name: &&str| Field {
            name: (*name).to_owned(),
            kind: Type::Leaf(Leaf::Base64),
            always: true,
            replace: false,
            items: crate::shape::Items::Append,
        };
        let shape = Struct { name: "certificate".to_owned(), fields: names.iter().map(field).collect() };
        let read = self.fields(&shape, node)?;
        let read = Node { value: read, span: node.span };
        let texts = names.iter().map(|name| {
            let text = read.get(name).cloned();
            (*name, text.unwrap_or_else(|| Node::string("")))
        });
        Some(Value::Map(texts.collect()))
    }

    /// Each argument is a string or a list of strings.
    fn args(&mut self, node: &Node) -> Option<Value> {
        let Some(map) = node.as_map() else { return self.wrong(node, "a mapping") };
        let mut read = Map::new();
        for entry in map {
            let list = entry.value.as_seq().is_some();
            let kind = if list { Type::List(Box::new(Type::Text)) } else { Type::Text };
            self.path.push(entry.key.clone());
            let value = self.value(&kind, &entry.value).unwrap_or_else(Node::null);
            self.path.pop();
            // An empty string is written as null.
            let value = if value.as_str() == Some("") { Node::null() } else { value };
            read.entries.push(Entry { key: self.key(entry), key_span: self.span(entry.key_span), value });
        }
        Some(Value::Map(read))
    }
}

/// The zero value of a type, for where one must stand.
pub(crate) fn zero(kind: &Type) -> Node {
    Node::new(match kind {
        Type::Text => Value::String(String::new()),
        Type::Bool => Value::Bool(false),
        Type::Int { .. } => Value::Int(0),
        Type::Leaf(leaf @ (Leaf::Pair | Leaf::Cert | Leaf::Key)) => {
            let empty = |name: &'static str| (name, Node::string(""));
            let names =
                [(Leaf::Key, "crt"), (Leaf::Cert, "key")].into_iter().filter(|(without, _)| without != leaf);
            Value::Map(names.map(|(_, name)| empty(name)).collect())
        }
        Type::Leaf(leaf) => leaf.zero(),
        Type::Words(words) => {
            Value::String(words.first().filter(|word| *word != "_").cloned().unwrap_or_default())
        }
        Type::Pointer(_) => Value::Null,
        Type::List(_) => Value::Seq(Vec::new()),
        Type::Map(_) | Type::Struct(_) | Type::Free | Type::Args => Value::Map(Map::new()),
    })
}

/// Whether the library's struct holds the zero value after reading: then the field might as well be absent.
pub(crate) fn is_zero(kind: &Type, node: &Node) -> bool {
    match kind {
        Type::Pointer(_) | Type::List(_) | Type::Map(_) | Type::Free | Type::Args => false,
        Type::Struct(_) => node.as_map().is_some_and(Map::is_empty),
        Type::Leaf(Leaf::Pair | Leaf::Cert | Leaf::Key) => false,
        _ => node.value == zero(kind).value,
    }
}

#[cfg(test)]
mod tests;
