//! The walk over a tree and its schema side by side.

mod bounds;
mod combine;
mod list;
mod object;
mod types;

use serde_json::{Map, Value};
use yaml::Node;

use crate::{Definitions, Violation};

/// How deep schemas may nest, references included: above what any document reaches (the YAML reader stops at
/// 128 levels), below what a stack holds. Only a reference to itself gets here.
const DEPTH_LIMIT: usize = 400;

/// Whose rules a schema is read by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// JSON Schema.
    JsonSchema,
    /// Built-in Kubernetes kinds: the server decodes into Go structs.
    BuiltIn,
    /// Custom resources: the server prunes and validates trees.
    Custom,
}

/// Whether a schema lists all the fields of a mapping.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fields {
    /// It does, as far as the dialect says so.
    Strict,
    /// It does not: it is a branch of `allOf` and the like, which only constrain values.
    Open,
    /// It does, but `apiVersion`, `kind` and `metadata` go without saying.
    Object,
}

pub(crate) struct Walk<'a> {
    definitions: &'a dyn Definitions,
    dialect: Dialect,
    found: Vec<Violation>,
    pointer: String,
    depth: usize,
}

impl<'a> Walk<'a> {
    pub(crate) fn new(definitions: &'a dyn Definitions, dialect: Dialect) -> Self {
        Self { definitions, dialect, found: Vec::new(), pointer: String::new(), depth: 0 }
    }

    /// The violations in source order.
    pub(crate) fn finish(mut self) -> Vec<Violation> {
        self.found.sort_by_key(|violation| violation.span.start);
        self.found
    }

    /// Checks `node`, which stands at the current pointer.
    pub(crate) fn check(&mut self, node: &Node, schema: &Value, fields: Fields) {
        if self.depth >= DEPTH_LIMIT {
            self.report(node, "the schema refers to itself without end here");
            return;
        }
        self.depth += 1;
        match schema {
            Value::Bool(false) => self.report(node, "nothing may stand here"),
            Value::Object(keywords) => self.check_keywords(node, keywords, fields),
            _ => {}
        }
        self.depth -= 1;
    }

    fn check_keywords(&mut self, node: &Node, keywords: &Map<String, Value>, fields: Fields) {
        if let Some(reference) = keywords.get("$ref").and_then(Value::as_str) {
            self.follow(node, reference, fields);
        }
        if node.is_null() && is_true(keywords, "nullable") {
            return;
        }
        // A value of the wrong type breaks every other rule too: one message is enough.
        if !self.check_type(node, keywords) {
            return;
        }
        match &node.value {
            yaml::Value::Map(map) => self.check_object(node, map, keywords, fields),
            yaml::Value::Seq(items) => self.check_list(node, items, keywords),
            _ => self.check_bounds(node, keywords),
        }
        self.check_values(node, keywords);
        self.check_branches(node, keywords);
    }

    fn follow(&mut self, node: &Node, reference: &str, fields: Fields) {
        if self.dialect == Dialect::BuiltIn && types::is_lenient(reference) {
            self.check_lenient(node, reference);
            return;
        }
        match self.definitions.definition(reference) {
            Some(target) => self.check(node, target, fields),
            None => self.report(node, format!("the schema refers to `{reference}`, which does not exist")),
        }
    }

    /// Checks a child, which stands at `key` below the current pointer.
    fn check_at(&mut self, key: &str, node: &Node, schema: &Value, fields: Fields) {
        let length = self.pointer.len();
        self.push(key);
        self.check(node, schema, fields);
        self.pointer.truncate(length);
    }

    fn push(&mut self, key: &str) {
        self.pointer.push('/');
        if key.contains(['~', '/']) {
            self.pointer.push_str(&key.replace('~', "~0").replace('/', "~1"));
        } else {
            self.pointer.push_str(key);
        }
    }

    fn report(&mut self, node: &Node, message: impl Into<String>) {
        self.found.push(Violation::new(&self.pointer, node.span, message));
    }

    fn report_hint(&mut self, node: &Node, message: impl Into<String>, hint: impl Into<String>) {
        self.found.push(Violation::new(&self.pointer, node.span, message).hint(hint));
    }
}

fn is_true(keywords: &Map<String, Value>, keyword: &str) -> bool {
    keywords.get(keyword) == Some(&Value::Bool(true))
}

#[cfg(test)]
mod tests;
