//! Diagnostics as text with excerpts, by `annotate-snippets`.

use std::ops::Range;

use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Renderer, Snippet, renderer::DecorStyle};

use crate::{Diagnostic, Label, Severity, SourceRef, Span};

/// Whether a rendered diagnostic carries terminal colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paint {
    /// Bare text.
    Plain,
    /// ANSI escape sequences.
    Colour,
}

/// The diagnostic as text of at most about `width` columns, without a final line break.
///
/// Excerpts come first, with path and line numbers, then notes, then one `hint: …` line for each hint. A label over
/// several lines is shown by its first one.
pub fn render(diagnostic: &Diagnostic, paint: Paint, width: usize) -> String {
    let renderer = match paint {
        Paint::Plain => Renderer::plain(),
        Paint::Colour => Renderer::styled(),
    };
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let mut group = Group::with_title(level.primary_title(diagnostic.message.as_str()));
    for (source, labels) in by_source(&diagnostic.labels) {
        group = group.element(excerpt(source, &labels));
    }
    for note in &diagnostic.notes {
        group = group.element(Level::NOTE.message(note.as_str()));
    }
    let renderer = renderer.decor_style(DecorStyle::Ascii).term_width(width);
    let mut text = renderer.render(&[group]);
    // Rendered alone: within one report, a group without an excerpt leaves an empty gutter before the next one.
    let level = Level::HELP.with_name("hint");
    for hint in &diagnostic.hints {
        let title = level.clone().secondary_title(hint.as_str());
        text.push('\n');
        text.push_str(&renderer.render(&[Group::with_title(title)]));
    }
    text
}

/// Labels of the same source together; the source of the first primary label leads.
fn by_source(labels: &[Label]) -> Vec<(&SourceRef, Vec<&Label>)> {
    let mut groups: Vec<(&SourceRef, Vec<&Label>)> = Vec::new();
    let primary = labels.iter().filter(|label| label.primary);
    for label in primary.chain(labels.iter().filter(|label| !label.primary)) {
        match groups.iter_mut().find(|(source, _)| *source == &label.source) {
            Some((_, members)) => members.push(label),
            None => groups.push((&label.source, vec![label])),
        }
    }
    groups
}

/// Only the lines between the labels are handed on: a rendered chart has megabytes.
fn excerpt<'a>(source: &'a SourceRef, labels: &[&'a Label]) -> Snippet<'a, Annotation<'a>> {
    let text = source.text.as_str();
    let ranges: Vec<Range<usize>> = labels.iter().map(|label| first_line(text, label.span)).collect();
    let first = ranges.iter().map(|range| range.start).min().unwrap_or_default();
    let last = ranges.iter().map(|range| range.end).max().unwrap_or_default();
    let start = text.get(..first).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
    let end = text.get(last..).and_then(|after| after.find('\n')).map_or(text.len(), |at| last + at);
    let skipped = text.as_bytes().iter().take(start).filter(|&&byte| byte == b'\n').count();
    let annotations = labels.iter().zip(ranges).map(|(label, range)| {
        let kind = if label.primary { AnnotationKind::Primary } else { AnnotationKind::Context };
        let annotation = kind.span(range.start - start..range.end - start);
        if label.text.is_empty() { annotation } else { annotation.label(label.text.as_str()) }
    });
    Snippet::source(text.get(start..end).unwrap_or_default())
        .line_start(skipped + 1)
        .path(source.name.as_str())
        .annotations(annotations)
}

fn first_line(text: &str, span: Span) -> Range<usize> {
    let range = span.within(text);
    let covered = text.get(range.clone()).unwrap_or_default();
    let line = covered.lines().next().unwrap_or_default().trim_end();
    range.start..range.start + line.len()
}

#[cfg(test)]
mod tests;
