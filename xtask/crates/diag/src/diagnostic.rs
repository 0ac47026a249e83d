//! One message with its places, notes and hints.

use crate::{SourceRef, Span, line_column};

/// How grave a [`Diagnostic`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The work cannot go on.
    Error,
    /// The work goes on, but something is likely not as meant.
    Warning,
    /// Something worth knowing.
    Note,
}

/// A place a [`Diagnostic`] is about, and what is to be said there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The text.
    pub source: SourceRef,
    /// The bytes of it.
    pub span: Span,
    /// What is said beside the excerpt; may be empty.
    pub text: String,
    /// Whether this is where the mistake is, rather than a place that explains it.
    pub primary: bool,
}

/// One message: what is wrong, where, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// How grave it is.
    pub severity: Severity,
    /// One sentence: lower case start, no final period, literals in backticks.
    pub message: String,
    /// The places, the primary one first.
    pub labels: Vec<Label>,
    /// What else to know.
    pub notes: Vec<String>,
    /// What to do.
    pub hints: Vec<String>,
}

impl Diagnostic {
    /// An error without a place yet.
    pub fn error(message: impl Into<String>) -> Self {
        Self::new(Severity::Error, message.into())
    }

    /// A warning without a place yet.
    pub fn warning(message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, message.into())
    }

    /// A note without a place yet.
    pub fn note(message: impl Into<String>) -> Self {
        Self::new(Severity::Note, message.into())
    }

    fn new(severity: Severity, message: String) -> Self {
        Self { severity, message, labels: Vec::new(), notes: Vec::new(), hints: Vec::new() }
    }

    /// Adds the place of the mistake.
    #[must_use]
    pub fn at(self, source: &SourceRef, span: Span, text: impl Into<String>) -> Self {
        self.label(source, span, text.into(), true)
    }

    /// Adds a place that explains the mistake, such as the first of two entries with the same key.
    #[must_use]
    pub fn also(self, source: &SourceRef, span: Span, text: impl Into<String>) -> Self {
        self.label(source, span, text.into(), false)
    }

    fn label(mut self, source: &SourceRef, span: Span, text: String, primary: bool) -> Self {
        self.labels.push(Label { source: SourceRef::clone(source), span, text, primary });
        self
    }

    /// Adds something to know.
    #[must_use]
    pub fn with_note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// Adds something to do.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// The same for a text that may be secret: without excerpts and literals; the place stays, as a note.
    #[must_use]
    pub fn hidden(self) -> Self {
        let note = self.place().map(|place| format!("at {place}, of which nothing is shown"));
        let bare = Self {
            severity: self.severity,
            message: without_literals(self.message),
            labels: Vec::new(),
            notes: self.notes.into_iter().map(without_literals).collect(),
            hints: self.hints.into_iter().map(without_literals).collect(),
        };
        note.into_iter().fold(bare, Self::with_note)
    }

    /// The first primary label as `path:line:column`.
    pub fn place(&self) -> Option<String> {
        let label = self.labels.iter().find(|label| label.primary)?;
        let (line, column) = line_column(&label.source.text, label.span.start);
        Some(format!("{}:{line}:{column}", label.source.name))
    }
}

/// All between the first backtick and the last one: a literal may have backticks itself.
fn without_literals(text: String) -> String {
    match (text.split_once('`'), text.rsplit_once('`')) {
        (Some((before, _)), Some((_, after))) => format!("{before}`…`{after}"),
        _ => text,
    }
}
