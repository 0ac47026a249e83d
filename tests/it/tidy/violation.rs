//! What breaks a rule.

use std::fmt;

/// One broken rule at one place.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct Violation {
    /// From the root of the checkout.
    pub(crate) file: String,
    /// From 1.
    pub(crate) line: usize,
    /// What is wrong.
    pub(crate) what: String,
    /// What to do about it.
    pub(crate) hint: &'static str,
}

impl Violation {
    pub(crate) fn new(file: &str, line: usize, what: impl Into<String>, hint: &'static str) -> Self {
        Self { file: file.to_owned(), line, what: what.into(), hint }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}\n  hint: {}", self.file, self.line, self.what, self.hint)
    }
}

/// Fails with every violation.
pub(crate) fn none(found: &[Violation]) {
    let lines: Vec<String> = found.iter().map(ToString::to_string).collect();
    assert!(found.is_empty(), "{} broken rules\n{}", found.len(), lines.join("\n"));
}

/// The places of violations, `file:line` each.
pub(crate) fn places(found: &[Violation]) -> Vec<String> {
    found.iter().map(|violation| format!("{}:{}", violation.file, violation.line)).collect()
}
