//! Layers of values, as Helm puts `-f a.yaml -f b.yaml` together, and which layer a value comes from.
//!
//! Helm's `MergeMaps`: mappings merge, everything else of a later layer replaces. `null` is a value like any other here:
//! it replaces what earlier layers said and stays in the result, where it later makes Helm remove the chart's default.

use std::collections::{BTreeMap, BTreeSet};

use diag::Span;

use crate::{Entry, Map, Node, Value};

/// Where a value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Which of the layers, from 0.
    pub layer: usize,
    /// The value in that layer's text.
    pub span: Span,
}

/// All layers as one, later ones over earlier ones. A `null` root, which an empty file has, adds nothing; no layer at
/// all is an empty mapping. Spans are those of the layer a value comes from.
pub fn merge(layers: &[&Node]) -> Node {
    let mut merged = Node::new(Value::Map(Map::new()));
    for layer in layers.iter().filter(|layer| !layer.is_null()) {
        lay(&mut merged, layer);
    }
    merged
}

fn lay(below: &mut Node, above: &Node) {
    match (&mut below.value, &above.value) {
        (Value::Map(map), Value::Map(changes)) => {
            below.span = above.span;
            for change in changes {
                match map.get_mut(&change.key) {
                    Some(present) => lay(present, &change.value),
                    None => map.entries.push(Entry::clone(change)),
                }
            }
        }
        _ => *below = above.clone(),
    }
}

/// The origin of every leaf of [`merge`]'s result, by JSON pointer: scalars, and collections that are empty.
pub fn origins(layers: &[&Node]) -> BTreeMap<String, Origin> {
    let mut found = BTreeMap::new();
    descend(&roots(layers), &mut String::new(), &mut found);
    found
}

/// The origin of the value a JSON pointer names, or of the deepest value above it that exists: the last layer that said
/// something there. `None` when there is no layer with a value.
pub fn origin_of(layers: &[&Node], pointer: &str) -> Option<Origin> {
    let mut here = roots(layers);
    for token in pointer.split('/').skip(1) {
        let below = children(&here, |node| node.step(token));
        if below.is_empty() {
            break;
        }
        here = below;
    }
    here.last().map(Part::origin)
}

/// A layer's part in a value: several layers have one where they all say a mapping.
struct Part<'a> {
    layer: usize,
    node: &'a Node,
}

impl Part<'_> {
    fn origin(&self) -> Origin {
        Origin { layer: self.layer, span: self.node.span }
    }
}

fn roots<'a>(layers: &[&'a Node]) -> Vec<Part<'a>> {
    let all = layers.iter().enumerate().filter(|(_, node)| !node.is_null());
    effective(all.map(|(layer, &node)| Part { layer, node }).collect())
}

fn children<'a>(parts: &[Part<'a>], child: impl Fn(&'a Node) -> Option<&'a Node>) -> Vec<Part<'a>> {
    let found = parts.iter().filter_map(|part| {
        let layer = part.layer;
        child(part.node).map(|node| Part { layer, node })
    });
    effective(found.collect())
}

/// Without what a later part replaces: the mappings at the end, or the last part alone.
fn effective(mut parts: Vec<Part<'_>>) -> Vec<Part<'_>> {
    let maps = parts.iter().rev().take_while(|part| part.node.as_map().is_some()).count();
    parts.drain(..parts.len() - maps.max(1).min(parts.len()));
    parts
}

fn descend(parts: &[Part<'_>], pointer: &mut String, found: &mut BTreeMap<String, Origin>) {
    let Some(last) = parts.last() else {
        return;
    };
    let items = last.node.as_seq().unwrap_or_default();
    let keys: BTreeSet<&str> =
        parts.iter().filter_map(|part| part.node.as_map()).flat_map(Map::keys).collect();
    if items.is_empty() && keys.is_empty() {
        found.insert(pointer.clone(), last.origin());
    }
    let length = pointer.len();
    for key in keys {
        pointer.push('/');
        pointer.push_str(&key.replace('~', "~0").replace('/', "~1"));
        descend(&children(parts, |node| node.get(key)), pointer, found);
        pointer.truncate(length);
    }
    for (index, node) in items.iter().enumerate() {
        pointer.push('/');
        pointer.push_str(&index.to_string());
        let layer = last.layer;
        descend(&[Part { layer, node }], pointer, found);
        pointer.truncate(length);
    }
}

#[cfg(test)]
mod tests;
