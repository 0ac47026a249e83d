//! Trees without types, read by the rules of YAML 1.2 that the library follows.

use yaml::{Entry, Map, Node, Value};

use super::Reader;
use crate::go;

impl Reader<'_> {
    pub(super) fn free(&self, node: &Node) -> Value {
        match &node.value {
            Value::Seq(items) => Value::Seq(items.iter().map(|item| self.free_node(item)).collect()),
            Value::Map(map) => {
                let entry = |entry: &Entry| Entry {
                    key: self.key(entry),
                    key_span: self.span(entry.key_span),
                    value: self.free_node(&entry.value),
                };
                Value::Map(Map { entries: map.iter().map(entry).collect() })
            }
            value => self.free_scalar(node).unwrap_or_else(|| value.clone()),
        }
    }

    /// A key as it was written: `on` is not `true` here.
    pub(super) fn key(&self, entry: &Entry) -> String {
        let written = self
            .source
            .and_then(|source| source.text.get(entry.key_span.start as usize..entry.key_span.end as usize));
        let plain =
            |text: &&str| text.starts_with(|first: char| first.is_ascii_alphanumeric() || first == '-');
        written.filter(plain).filter(|text| !text.contains(['\n', '\\'])).unwrap_or(&entry.key).to_owned()
    }

    pub(crate) fn free_node(&self, node: &Node) -> Node {
        Node { value: self.free(node), span: self.span(node.span) }
    }

    /// What the words and numbers of YAML 1.1 mean in YAML 1.2.
    fn free_scalar(&self, node: &Node) -> Option<Value> {
        let text = self.written(node)?;
        match &node.value {
            Value::Bool(_) if !matches!(text.to_lowercase().as_str(), "true" | "false") => {
                Some(Value::String(text.to_owned()))
            }
            Value::Int(_) | Value::Uint(_) => {
                let number = go::integer(text)?;
                i64::try_from(number).map(Value::Int).or_else(|_| u64::try_from(number).map(Value::Uint)).ok()
            }
            Value::String(string) if string == text => {
                let number =
                    go::integer(text).filter(|_| text.starts_with(|first: char| first.is_ascii_digit()))?;
                i64::try_from(number).ok().map(Value::Int)
            }
            _ => None,
        }
    }
}
