//! RFC 7386, JSON Merge Patch.

use crate::{Entry, Map, Node, Value};

/// Applies a merge patch: mappings merge, `null` removes a key, everything else replaces.
///
/// A patch that is not a mapping replaces the whole target. What the patch brings keeps the patch's spans.
pub fn merge_patch(target: &mut Node, patch: &Node) {
    let Value::Map(changes) = &patch.value else {
        *target = patch.clone();
        return;
    };
    if !matches!(target.value, Value::Map(_)) {
        target.value = Value::Map(Map::new());
        target.span = patch.span;
    }
    let Value::Map(map) = &mut target.value else {
        return;
    };
    for change in changes {
        if change.value.is_null() {
            map.remove(&change.key);
        } else if let Some(present) = map.get_mut(&change.key) {
            merge_patch(present, &change.value);
        } else {
            // Through the same rule, so that nulls inside what is added go as well.
            let mut value = Node::null();
            merge_patch(&mut value, &change.value);
            map.entries.push(Entry { key: change.key.clone(), key_span: change.key_span, value });
        }
    }
}

#[cfg(test)]
mod tests;
