//! Values that become others, each at its place.

use yaml::{Entry, Map, Node, Value};

use crate::SopsError;

/// What becomes of a value at a path of keys.
pub(crate) type Leaf<'a> = dyn FnMut(&Node, &[String]) -> Result<Node, SopsError> + 'a;

/// A tree with other values; keys, their order, and what is empty stay. Items of sequences have the path of their sequence.
pub(crate) fn replace(node: &Node, path: &mut Vec<String>, leaf: &mut Leaf<'_>) -> Result<Node, SopsError> {
    let value = match &node.value {
        Value::Map(map) => {
            let mut entries = Vec::with_capacity(map.len());
            for entry in map {
                path.push(entry.key.clone());
                let value = replace(&entry.value, path, leaf)?;
                path.pop();
                entries.push(Entry { key: entry.key.clone(), key_span: entry.key_span, value });
            }
            Value::Map(Map { entries })
        }
        Value::Seq(items) => {
            Value::Seq(items.iter().map(|item| replace(item, path, leaf)).collect::<Result<_, _>>()?)
        }
        Value::Null => Value::Null,
        _ => return leaf(node, path),
    };
    Ok(Node { value, span: node.span })
}
