//! Which text a value comes from, after any number of patches.
//!
//! Every text gets a range of one address space, and nodes carry spans in that space: a tree that is merged from many
//! files still knows the file of each value, without a field for it in the node.

use diag::{SourceRef, Span};

/// The texts that configurations and patches were read from.
#[derive(Clone, Debug)]
pub struct Sources {
    texts: Vec<(u32, SourceRef)>,
    end: u32,
}

impl Default for Sources {
    fn default() -> Self {
        // Address 0 is nobody's: it is where nodes made by code say they are.
        Self { texts: Vec::new(), end: 1 }
    }
}

impl Sources {
    /// Adds a text and gives its first address. Texts beyond 4 GiB in all have no places.
    pub(crate) fn add(&mut self, source: &SourceRef) -> u32 {
        let start = self.end;
        let length = u32::try_from(source.text.len()).unwrap_or(u32::MAX);
        self.end = start.saturating_add(length).saturating_add(1);
        self.texts.push((start, SourceRef::clone(source)));
        start
    }

    /// The text and the place in it of a span of a node; `None` of one that code made.
    pub fn locate(&self, span: Span) -> Option<(&SourceRef, Span)> {
        if span.start == 0 || span.is_empty() {
            return None;
        }
        let after = self.texts.partition_point(|(start, _)| *start <= span.start);
        let (start, source) = self.texts.get(after.checked_sub(1)?)?;
        let place = Span { start: span.start - start, end: span.end.saturating_sub(*start) };
        (place.end as usize <= source.text.len()).then_some((source, place))
    }
}

/// The span moved to where its text begins.
pub(crate) fn moved(span: Span, base: u32) -> Span {
    if span.is_empty() {
        return Span::default();
    }
    Span { start: span.start.saturating_add(base), end: span.end.saturating_add(base) }
}
