//! Where something stands: a text with a name, and a range of its bytes.

use std::ops::Range;
use std::sync::Arc;

/// A text and the name it is shown under.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Source {
    /// What is shown: a path relative to the workspace, or `<rendered by helm: …>`.
    pub name: String,
    /// The whole text, as it was read.
    pub text: String,
}

/// A shared [`Source`]: every diagnostic and every document of a file holds the same one.
pub type SourceRef = Arc<Source>;

impl Source {
    /// A shared source of this name and text.
    pub fn shared(name: impl Into<String>, text: impl Into<String>) -> SourceRef {
        Arc::new(Self { name: name.into(), text: text.into() })
    }
}

/// A range of bytes of a [`Source`]'s text; the end is not part of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// Offset of the first byte.
    pub start: u32,
    /// Offset after the last byte.
    pub end: u32,
}

impl Span {
    /// The span of these offsets; offsets beyond `u32::MAX` are taken as `u32::MAX`.
    pub fn new(start: usize, end: usize) -> Self {
        let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Self { start: offset(start), end: offset(end) }
    }

    /// Whether it covers no byte, as the spans of nodes made by code do.
    pub fn is_empty(self) -> bool {
        self.start >= self.end
    }

    /// From the start of this span to the end of `other`.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        Self { start: self.start, end: other.end.max(self.start) }
    }

    /// The range within `text`: cut to its length and widened to whole characters.
    pub(crate) fn within(self, text: &str) -> Range<usize> {
        let start = floor(text, self.start as usize);
        let mut end = (self.end as usize).min(text.len()).max(start);
        while !text.is_char_boundary(end) {
            end += 1;
        }
        start..end
    }
}

/// Line and column of a byte offset, both from 1; the column counts characters.
///
/// An offset outside the text stands for its end, one inside a character for that character's start.
pub fn line_column(text: &str, offset: u32) -> (usize, usize) {
    let before = text.get(..floor(text, offset as usize)).unwrap_or_default();
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let line = before.bytes().filter(|&byte| byte == b'\n').count() + 1;
    let column = before.get(line_start..).unwrap_or_default().chars().count() + 1;
    (line, column)
}

fn floor(text: &str, offset: usize) -> usize {
    let mut at = offset.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests;
