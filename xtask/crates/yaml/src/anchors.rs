//! Anchors of a document and what their aliases bring.

use std::collections::BTreeMap;

use crate::limits::{ALIAS_LIMIT, DEPTH_LIMIT};
use crate::{Node, Value};

/// The anchored nodes seen so far, by the parser's number for them.
#[derive(Default)]
pub(crate) struct Anchors {
    nodes: BTreeMap<usize, Anchored>,
    copied: usize,
}

struct Anchored {
    node: Node,
    size: usize,
    height: usize,
}

/// Why an alias cannot be followed.
pub(crate) enum Refusal {
    /// It stands inside the node it names.
    Itself,
    /// It would nest deeper than [`DEPTH_LIMIT`].
    TooDeep,
    /// The stream would copy more than [`ALIAS_LIMIT`] nodes.
    TooMuch,
}

impl Anchors {
    /// Keeps a complete node under its number.
    pub(crate) fn define(&mut self, id: usize, node: &Node) -> Result<(), Refusal> {
        let (size, height) = measure(node);
        self.copied = self.copied.saturating_add(size);
        if self.copied > ALIAS_LIMIT {
            return Err(Refusal::TooMuch);
        }
        let node = node.clone();
        self.nodes.insert(id, Anchored { node, size, height });
        Ok(())
    }

    /// Forgets the anchors of a document that has ended; what was copied still counts.
    pub(crate) fn forget(&mut self) {
        self.nodes.clear();
    }

    /// A copy of the node with this number, to stand below `depth` collections.
    pub(crate) fn copy(&mut self, id: usize, depth: usize) -> Result<Node, Refusal> {
        let anchored = self.nodes.get(&id).ok_or(Refusal::Itself)?;
        if depth + anchored.height > DEPTH_LIMIT {
            return Err(Refusal::TooDeep);
        }
        self.copied = self.copied.saturating_add(anchored.size);
        if self.copied > ALIAS_LIMIT {
            return Err(Refusal::TooMuch);
        }
        Ok(anchored.node.clone())
    }
}

/// How many nodes there are, and how many collections nest.
fn measure(node: &Node) -> (usize, usize) {
    let children: &mut dyn Iterator<Item = &Node> = match &node.value {
        Value::Seq(items) => &mut items.iter(),
        Value::Map(map) => &mut map.iter().map(|entry| &entry.value),
        _ => return (1, 0),
    };
    let (size, height) = children
        .map(measure)
        .fold((1, 0), |(size, height), (more, higher)| (size + more, height.max(higher)));
    (size, height + 1)
}
