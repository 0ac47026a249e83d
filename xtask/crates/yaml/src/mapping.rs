//! A mapping while it is read: duplicate keys, merge keys.

use diag::{Diagnostic, SourceRef, Span};

use crate::map::Replacing;
use crate::stream::Duplicates;
use crate::{Entry, Map, Node, Value};

/// The entries of a mapping whose end is not reached yet.
#[derive(Default)]
pub(crate) struct Gathered {
    entries: Vec<Entry>,
    merges: Vec<Merge>,
}

/// A merge key and how many entries stand before it: a later one replaces what an earlier one brought.
struct Merge {
    before: usize,
    span: Span,
    value: Node,
}

impl Gathered {
    pub(crate) fn entry(&mut self, key: String, key_span: Span, value: Node) {
        self.entries.push(Entry { key, key_span, value });
    }

    pub(crate) fn merge(&mut self, span: Span, value: Node) {
        let before = self.entries.len();
        self.merges.push(Merge { before, span, value });
    }

    /// The end of the last entry, for the span of a block mapping.
    pub(crate) fn end(&self) -> Option<u32> {
        let entry = self.entries.last().map(|entry| entry.value.span.end.max(entry.key_span.end));
        let merge = self.merges.last().map(|merge| merge.span.end);
        entry.max(merge)
    }

    /// The finished mapping; what is wrong with its keys goes to `mistakes`.
    pub(crate) fn finish(
        self,
        source: &SourceRef,
        duplicates: Duplicates,
        mistakes: &mut Vec<Diagnostic>,
    ) -> Map {
        let repeated = repeated(&self.entries);
        if duplicates == Duplicates::Refuse {
            for &(first, again) in &repeated {
                if let (Some(first), Some(again)) = (self.entries.get(first), self.entries.get(again)) {
                    mistakes.push(duplicate(source, first, again));
                }
            }
        }
        if self.merges.is_empty() {
            return Map { entries: without(self.entries, &repeated) };
        }
        self.merged(source, duplicates, mistakes)
    }

    /// go-yaml v2 merges where the merge key stands: it replaces the keys before it and gives way to those after it.
    /// v3 lets every key of the mapping itself win, so a key before the merge key that both have is refused.
    fn merged(self, source: &SourceRef, duplicates: Duplicates, mistakes: &mut Vec<Diagnostic>) -> Map {
        let mut map = Replacing::default();
        let mut merges = self.merges.into_iter().peekable();
        for (index, entry) in self.entries.into_iter().map(Some).chain([None]).enumerate() {
            while let Some(merge) = merges.next_if(|merge| merge.before <= index) {
                for brought in brought(source, &merge, mistakes) {
                    let present = map.get(&brought.key).filter(|present| !present.value.same(&brought.value));
                    if let (Duplicates::Refuse, Some(present)) = (duplicates, present) {
                        mistakes.push(ambiguous(source, &merge, present));
                    }
                    map.set(brought);
                }
            }
            if let Some(entry) = entry {
                map.set(entry);
            }
        }
        map.finish()
    }
}

/// The entries a merge key brings: a mapping's own, or those of several mappings of which the first wins.
fn brought(source: &SourceRef, merge: &Merge, mistakes: &mut Vec<Diagnostic>) -> Vec<Entry> {
    let sources = match &merge.value.value {
        Value::Map(map) => return map.entries.clone(),
        Value::Seq(items) => items.as_slice(),
        _ => &[],
    };
    let maps: Option<Vec<&Map>> = sources.iter().map(Node::as_map).collect();
    let Some(maps) = maps.filter(|_| merge.value.as_seq().is_some()) else {
        let message =
            format!("a merge key needs a mapping or a list of mappings, not {}", merge.value.kind());
        mistakes.push(
            Diagnostic::error(message)
                .at(source, merge.span, "")
                .hint("quote the key as `\"<<\"` if it is meant as text"),
        );
        return Vec::new();
    };
    let mut all = Replacing::default();
    for entry in maps.into_iter().rev().flat_map(Map::iter) {
        all.set(entry.clone());
    }
    all.finish().entries
}

/// Pairs of an entry and a later one with the same key, by their places.
fn repeated(entries: &[Entry]) -> Vec<(usize, usize)> {
    let mut order: Vec<(&str, usize)> =
        entries.iter().enumerate().map(|(index, entry)| (entry.key.as_str(), index)).collect();
    order.sort_unstable();
    let pairs = order.iter().zip(order.iter().skip(1));
    let mut repeated: Vec<(usize, usize)> =
        pairs.filter(|(a, b)| a.0 == b.0).map(|(a, b)| (a.1, b.1)).collect();
    repeated.sort_unstable_by_key(|&(_, again)| again);
    repeated
}

/// The last of the entries with the same key stays.
fn without(entries: Vec<Entry>, repeated: &[(usize, usize)]) -> Vec<Entry> {
    if repeated.is_empty() {
        return entries;
    }
    let replaced: std::collections::BTreeSet<usize> = repeated.iter().map(|&(first, _)| first).collect();
    let kept = entries.into_iter().enumerate().filter(|(index, _)| !replaced.contains(index));
    kept.map(|(_, entry)| entry).collect()
}

fn duplicate(source: &SourceRef, first: &Entry, again: &Entry) -> Diagnostic {
    Diagnostic::error(format!("duplicate key `{}`", again.key))
        .at(source, again.key_span, "again here")
        .also(source, first.key_span, "first here")
        .hint("remove one of the two")
}

fn ambiguous(source: &SourceRef, merge: &Merge, present: &Entry) -> Diagnostic {
    Diagnostic::error(format!("key `{}` stands before a merge key that brings it too", present.key))
        .at(source, present.key_span, "readers differ on which one counts")
        .also(source, merge.span, "the merge key")
        .hint("move the merge key to the start of its mapping")
}
