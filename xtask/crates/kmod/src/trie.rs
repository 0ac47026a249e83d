//! The form of indexes that programs read: a trie with compressed paths.
//!
//! A file is a magic number, a version, the offset of the root, and nodes, each behind those below it. A node is a
//! prefix, the range of characters that go on from it with an offset for each, and values with priorities. The upper
//! bits of an offset say which of the three are there. All numbers are big-endian.

use std::collections::BTreeMap;

const MAGIC: u32 = 0xb007_f457;
const VERSION: u32 = 0x0002_0001;
const PREFIX: u32 = 0x8000_0000;
const VALUES: u32 = 0x4000_0000;
const CHILDREN: u32 = 0x2000_0000;

#[derive(Debug, Default)]
struct Node {
    prefix: Vec<u8>,
    children: BTreeMap<u8, usize>,
    values: Vec<(u32, Vec<u8>)>,
}

/// Keys with values.
#[derive(Debug)]
pub(crate) struct Trie {
    /// The first one is the root.
    nodes: Vec<Node>,
}

impl Trie {
    pub(crate) fn new() -> Self {
        Self { nodes: vec![Node::default()] }
    }

    /// Adds a value; those of a key are ordered by priority, and the last one added is the first of its priority.
    pub(crate) fn insert(&mut self, key: &str, value: &str, priority: u32) {
        let (mut at, mut rest) = (0, key.as_bytes());
        loop {
            let Some(node) = self.nodes.get(at) else { return };
            let same = node.prefix.iter().zip(rest).take_while(|(a, b)| a == b).count();
            if same < node.prefix.len() {
                self.split(at, same);
            }
            rest = rest.get(same..).unwrap_or_default();
            let next = self.nodes.len();
            let Some(node) = self.nodes.get_mut(at) else { return };
            let Some((first, after)) = rest.split_first() else {
                let place = node.values.partition_point(|(other, _)| *other < priority);
                node.values.insert(place, (priority, value.as_bytes().to_vec()));
                return;
            };
            if let Some(child) = node.children.get(first) {
                (at, rest) = (*child, after);
                continue;
            }
            node.children.insert(*first, next);
            let values = vec![(priority, value.as_bytes().to_vec())];
            self.nodes.push(Node { prefix: after.to_vec(), values, children: BTreeMap::new() });
            return;
        }
    }

    /// Cuts the prefix of a node: what is behind becomes its only child.
    fn split(&mut self, at: usize, same: usize) {
        let next = self.nodes.len();
        let Some(node) = self.nodes.get_mut(at) else { return };
        let mut tail = node.prefix.split_off(same);
        if tail.is_empty() {
            return;
        }
        let first = tail.remove(0);
        let lower = Node {
            prefix: tail,
            children: std::mem::take(&mut node.children),
            values: std::mem::take(&mut node.values),
        };
        node.children.insert(first, next);
        self.nodes.push(lower);
    }

    /// The file.
    pub(crate) fn write(&self) -> Vec<u8> {
        let mut out = Vec::new();
        for word in [MAGIC, VERSION, 0] {
            out.extend(word.to_be_bytes());
        }
        let mut offsets = vec![0; self.nodes.len()];
        for at in self.order() {
            let Some(node) = self.nodes.get(at) else { continue };
            let offset = write_node(node, &offsets, &mut out);
            if let Some(place) = offsets.get_mut(at) {
                *place = offset;
            }
        }
        if let (Some(place), Some(root)) = (out.get_mut(8..12), offsets.first()) {
            place.copy_from_slice(&root.to_be_bytes());
        }
        out
    }

    /// Every node behind those below it, without a stack as deep as the longest key.
    fn order(&self) -> Vec<usize> {
        let (mut order, mut open) = (Vec::new(), vec![0]);
        while let Some(at) = open.pop() {
            order.push(at);
            open.extend(self.nodes.get(at).into_iter().flat_map(|node| node.children.values()));
        }
        order.reverse();
        order
    }
}

fn write_node(node: &Node, offsets: &[u32], out: &mut Vec<u8>) -> u32 {
    let mut offset = u32::try_from(out.len()).unwrap_or_default();
    if !node.prefix.is_empty() {
        out.extend(&node.prefix);
        out.push(0);
        offset |= PREFIX;
    }
    if let (Some((first, _)), Some((last, _))) =
        (node.children.first_key_value(), node.children.last_key_value())
    {
        out.extend([*first, *last]);
        for character in *first..=*last {
            let child = node.children.get(&character).and_then(|child| offsets.get(*child));
            out.extend(child.copied().unwrap_or_default().to_be_bytes());
        }
        offset |= CHILDREN;
    }
    if !node.values.is_empty() {
        out.extend(u32::try_from(node.values.len()).unwrap_or_default().to_be_bytes());
        for (priority, value) in &node.values {
            out.extend(priority.to_be_bytes());
            out.extend(value);
            out.push(0);
        }
        offset |= VALUES;
    }
    offset
}
