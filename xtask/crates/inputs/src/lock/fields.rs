//! Taking typed fields out of a TOML table, with a diagnostic for each that is missing, wrong or unknown.

use std::ops::Range;

use diag::{Diagnostic, SourceRef, Span, nearest};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Collects what is wrong with one text.
pub(super) struct Complaints<'s> {
    source: &'s SourceRef,
    found: Vec<Diagnostic>,
}

impl<'s> Complaints<'s> {
    pub(super) fn new(source: &'s SourceRef) -> Self {
        Self { source, found: Vec::new() }
    }

    /// Adds a mistake at `span`; `label` says what is wrong right there.
    pub(super) fn add(&mut self, span: Range<usize>, message: String, label: &str, hint: Option<String>) {
        let span = Span::new(span.start, span.end);
        let mut diagnostic = Diagnostic::error(message).at(self.source, span, label);
        if let Some(hint) = hint {
            diagnostic = diagnostic.hint(hint);
        }
        self.found.push(diagnostic);
    }

    /// Adds a mistake that contradicts something at `other`.
    pub(super) fn contradiction(&mut self, span: Span, other: Span, message: String, hint: &str) {
        let diagnostic = Diagnostic::error(message)
            .at(self.source, span, "again here")
            .also(self.source, other, "first here")
            .hint(hint);
        self.found.push(diagnostic);
    }

    /// All mistakes in the order of the text, or none.
    pub(super) fn finish(mut self) -> Result<(), Vec<Diagnostic>> {
        let place = |diagnostic: &Diagnostic| diagnostic.labels.first().map(|label| label.span);
        self.found.sort_by_key(place);
        if self.found.is_empty() { Ok(()) } else { Err(self.found) }
    }
}

/// A value and where it stands.
pub(super) struct Field<T> {
    pub(super) value: T,
    pub(super) span: Range<usize>,
}

/// The fields of one table.
pub(super) struct Fields<'a> {
    table: &'a DeTable<'a>,
    /// Where the table stands.
    pub(super) span: Range<usize>,
    /// What the table is, for messages: `a pin`.
    what: &'static str,
}

impl<'a> Fields<'a> {
    pub(super) fn new(table: &'a DeTable<'a>, span: Range<usize>, what: &'static str) -> Self {
        Self { table, span, what }
    }

    /// Refuses all fields but the `known` ones.
    pub(super) fn only(&self, known: &[&'static str], complaints: &mut Complaints<'_>) {
        for (key, _) in self.table {
            let name = key.get_ref().as_ref();
            if !known.contains(&name) {
                let hint = match nearest(name, known.iter().copied()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("{} has only {}", self.what, listed(known)),
                };
                let message = format!("unknown field `{name}`");
                complaints.add(key.span(), message, &format!("not a field of {}", self.what), Some(hint));
            }
        }
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.table.contains_key(name)
    }

    pub(super) fn value(&self, name: &str) -> Option<&'a Spanned<DeValue<'a>>> {
        self.table.get(name)
    }

    /// A text that must be there and not be empty.
    pub(super) fn text(&self, name: &str, complaints: &mut Complaints<'_>) -> Option<Field<&'a str>> {
        if self.has(name) {
            return self.optional_text(name, complaints);
        }
        let message = format!("{} has no `{name}`", self.what);
        complaints.add(self.span.clone(), message, "here", Some(format!("add `{name} = \"…\"`")));
        None
    }

    /// A text that must not be empty if it is there.
    pub(super) fn optional_text(
        &self,
        name: &str,
        complaints: &mut Complaints<'_>,
    ) -> Option<Field<&'a str>> {
        let value = self.value(name)?;
        let field = text(value, &format!("`{name}` of {}", self.what), complaints)?;
        if field.value.trim().is_empty() {
            let message = format!("`{name}` of {} is empty", self.what);
            complaints.add(field.span, message, "nothing here", None);
            return None;
        }
        Some(field)
    }

    /// A list; absent, an empty one.
    pub(super) fn list(
        &self,
        name: &str,
        complaints: &mut Complaints<'_>,
    ) -> Option<Field<&'a [Spanned<DeValue<'a>>]>> {
        let value = self.value(name)?;
        match value.get_ref() {
            DeValue::Array(items) => Some(Field { value: items, span: value.span() }),
            other => {
                let message = format!("`{name}` of {} is no list", self.what);
                complaints.add(value.span(), message, type_of(other), None);
                None
            }
        }
    }
}

/// The text that a value is.
pub(super) fn text<'a>(
    value: &'a Spanned<DeValue<'a>>,
    what: &str,
    complaints: &mut Complaints<'_>,
) -> Option<Field<&'a str>> {
    match value.get_ref() {
        DeValue::String(text) => Some(Field { value: text.as_ref(), span: value.span() }),
        other => {
            let hint = "write it in quotes".to_owned();
            complaints.add(value.span(), format!("{what} is no text"), type_of(other), Some(hint));
            None
        }
    }
}

/// What a value is, for people.
pub(super) fn type_of(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "this is a text",
        DeValue::Integer(_) => "this is a number",
        DeValue::Float(_) => "this is a fraction",
        DeValue::Boolean(_) => "this is a truth value",
        DeValue::Datetime(_) => "this is a date",
        DeValue::Array(_) => "this is a list",
        DeValue::Table(_) => "this is a table",
    }
}

/// `a`, `b` and `c`, each in backticks.
pub(super) fn listed(names: &[&str]) -> String {
    let mut quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    let last = quoted.pop().unwrap_or_default();
    if quoted.is_empty() { last } else { format!("{} and {last}", quoted.join(", ")) }
}
