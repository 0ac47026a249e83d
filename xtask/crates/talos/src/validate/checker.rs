//! Complaints being gathered, and short ways to values.

use diag::Span;
use yaml::{Node, Value};

use super::Complaint;
use crate::{Config, Contract, placeholder};

pub(super) struct Checker<'a> {
    pub(super) config: &'a Config,
    pub(super) document: String,
    pub(super) complaints: Vec<Complaint>,
}

impl<'a> Checker<'a> {
    pub(super) fn new(config: &'a Config) -> Self {
        Self { config, document: String::new(), complaints: Vec::new() }
    }

    pub(super) fn contract(&self) -> Contract {
        self.config.contract()
    }

    pub(super) fn error(&mut self, at: Option<&Node>, message: impl Into<String>) {
        self.complain(at, message.into(), false);
    }

    pub(super) fn warning(&mut self, at: Option<&Node>, message: impl Into<String>) {
        self.complain(at, message.into(), true);
    }

    /// An error unless the condition holds.
    pub(super) fn require(&mut self, condition: bool, at: Option<&Node>, message: impl Into<String>) {
        if !condition {
            self.error(at, message);
        }
    }

    fn complain(&mut self, at: Option<&Node>, message: String, warning: bool) {
        let span = at.map_or_else(Span::default, place);
        self.complaints.push(Complaint { warning, document: self.document.clone(), message, span });
    }
}

/// Of a mapping the first key, of a list the first item: nobody wants to see all of it, least of all its secrets.
fn place(node: &Node) -> Span {
    match &node.value {
        Value::Map(map) => map.entries.first().map_or(node.span, |entry| entry.key_span),
        Value::Seq(items) => items.first().map_or(node.span, place),
        _ => node.span,
    }
}

/// The text of a field; empty when it is absent.
pub(super) fn text<'a>(node: &'a Node, path: &[&str]) -> &'a str {
    node.at(path).and_then(Node::as_str).unwrap_or_default()
}

/// A boolean; false when it is absent.
pub(super) fn flag(node: &Node, path: &[&str]) -> bool {
    node.at(path).and_then(Node::as_bool).unwrap_or_default()
}

/// A number; 0 when it is absent.
pub(super) fn number(node: &Node, path: &[&str]) -> i64 {
    node.at(path).and_then(Node::as_i64).unwrap_or_default()
}

/// The items of a list; none when it is absent.
pub(super) fn items<'a>(node: &'a Node, path: &[&str]) -> &'a [Node] {
    node.at(path).and_then(Node::as_seq).unwrap_or_default()
}

/// Whether a field is there and not null.
pub(super) fn has(node: &Node, path: &[&str]) -> bool {
    node.at(path).is_some_and(|node| node.value != Value::Null)
}

/// Whether a text stands for a secret, of which nothing can be said yet.
pub(super) fn is_secret(text: &str) -> bool {
    placeholder::is_one(text)
}
