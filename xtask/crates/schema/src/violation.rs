//! What validation reports.

use diag::Span;

/// One thing in a tree that its schema does not allow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// JSON pointer (RFC 6901) of the value; of the field itself when it is unknown, of the mapping when a
    /// field is missing.
    pub pointer: String,
    /// The bytes it is about: the value, the unknown key, or the first key of a mapping that misses a field.
    pub span: Span,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl Violation {
    pub(crate) fn new(pointer: &str, span: Span, message: impl Into<String>) -> Self {
        Self { pointer: pointer.to_owned(), span, message: message.into(), hint: None }
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}
