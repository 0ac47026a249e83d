//! Mappings: looked up by key, kept in source order.

use std::collections::BTreeMap;

use diag::Span;

use crate::{Entry, Map, Node};

impl Map {
    /// An empty mapping.
    pub fn new() -> Self {
        Self::default()
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// The value of a key, to change.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Node> {
        self.entries.iter_mut().find(|entry| entry.key == key).map(|entry| &mut entry.value)
    }

    /// The entry of a key, with the place the key stands at.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.key == key)
    }

    /// Whether the key is there.
    pub fn contains(&self, key: &str) -> bool {
        self.entry(key).is_some()
    }

    /// Sets the value of a key: an entry that is there keeps its place in the order and its key's span.
    pub fn insert(&mut self, key: impl Into<String>, value: Node) {
        let key = key.into();
        if let Some(present) = self.get_mut(&key) {
            *present = value;
        } else {
            self.entries.push(Entry { key, key_span: Span::default(), value });
        }
    }

    /// Takes the entry of a key out and gives its value.
    pub fn remove(&mut self, key: &str) -> Option<Node> {
        let at = self.entries.iter().position(|entry| entry.key == key)?;
        Some(self.entries.remove(at).value)
    }

    /// The entries in source order.
    pub fn iter(&self) -> std::slice::Iter<'_, Entry> {
        self.entries.iter()
    }

    /// The keys in source order.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|entry| entry.key.as_str())
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is no entry.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The entries by the bytes of their keys.
    pub(crate) fn sorted(&self) -> Vec<&Entry> {
        let mut entries: Vec<&Entry> = self.entries.iter().collect();
        if !entries.is_sorted_by(|a, b| a.key <= b.key) {
            entries.sort_by(|a, b| a.key.cmp(&b.key));
        }
        entries
    }

    pub(crate) fn same(&self, other: &Self) -> bool {
        if self.len() != other.len() {
            return false;
        }
        let mut pairs = self.sorted().into_iter().zip(other.sorted());
        pairs.all(|(a, b)| a.key == b.key && a.value.same(&b.value))
    }
}

/// A mapping being put together from entries that may replace each other, however many there are.
#[derive(Default)]
pub(crate) struct Replacing {
    entries: Vec<Entry>,
    places: BTreeMap<String, usize>,
}

impl Replacing {
    pub(crate) fn get(&self, key: &str) -> Option<&Entry> {
        self.entries.get(*self.places.get(key)?)
    }

    /// Adds the entry, or puts it in the place of the one with its key.
    pub(crate) fn set(&mut self, entry: Entry) {
        let at = self.places.get(&entry.key).copied();
        if let Some(present) = at.and_then(|at| self.entries.get_mut(at)) {
            *present = entry;
        } else {
            self.places.insert(entry.key.clone(), self.entries.len());
            self.entries.push(entry);
        }
    }

    pub(crate) fn finish(self) -> Map {
        Map { entries: self.entries }
    }
}

impl<K: Into<String>> FromIterator<(K, Node)> for Map {
    fn from_iter<I: IntoIterator<Item = (K, Node)>>(entries: I) -> Self {
        let mut gathered = Replacing::default();
        for (key, value) in entries {
            gathered.set(Entry { key: key.into(), key_span: Span::default(), value });
        }
        gathered.finish()
    }
}

impl<'a> IntoIterator for &'a Map {
    type Item = &'a Entry;
    type IntoIter = std::slice::Iter<'a, Entry>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
