//! Where `$ref` leads.

use serde_json::Value;

/// Schemas by reference.
pub trait Definitions {
    /// The schema that `reference` (`#/definitions/x`, `#/$defs/x`) names.
    fn definition(&self, reference: &str) -> Option<&Value>;
}

/// No references at all.
#[derive(Clone, Copy, Debug)]
pub struct NoDefinitions;

impl Definitions for NoDefinitions {
    fn definition(&self, _: &str) -> Option<&Value> {
        None
    }
}

/// References within one document: `#` and a JSON pointer (RFC 6901).
#[derive(Clone, Copy, Debug)]
pub struct Local<'a>(pub &'a Value);

impl Definitions for Local<'_> {
    fn definition(&self, reference: &str) -> Option<&Value> {
        self.0.pointer(reference.strip_prefix('#')?)
    }
}
