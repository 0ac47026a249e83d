//! Trees in normal form: what is zero is not put in.

use yaml::{Map, Node, Value};

use crate::CertificateAndKey;

/// A mapping being put together.
#[derive(Default)]
pub(super) struct Fields(Map);

impl Fields {
    pub(super) fn new() -> Self {
        Self::default()
    }

    pub(super) fn node(mut self, key: &str, value: Node) -> Self {
        self.0.insert(key, value);
        self
    }

    /// A text, unless it is empty.
    pub(super) fn text(self, key: &str, text: &str) -> Self {
        if text.is_empty() { self } else { self.node(key, Node::string(text)) }
    }

    /// A pointer to a boolean: present whatever it says.
    pub(super) fn flag(self, key: &str, value: bool) -> Self {
        self.node(key, Node::bool(value))
    }

    /// A list, unless it is empty.
    pub(super) fn texts(self, key: &str, texts: &[String]) -> Self {
        if texts.is_empty() { self } else { self.node(key, Node::seq(texts.iter().map(Node::string))) }
    }

    pub(super) fn when(self, condition: bool, more: impl FnOnce(Self) -> Self) -> Self {
        if condition { more(self) } else { self }
    }

    pub(super) fn end(self) -> Node {
        Node::new(Value::Map(self.0))
    }
}

/// A certificate with its key; without the key for those who only check.
pub(super) fn pair(pair: &CertificateAndKey, with_key: bool) -> Node {
    let key = if with_key { pair.key.reveal() } else { "" };
    Node::map([("crt", Node::string(&pair.crt)), ("key", Node::string(key))])
}
