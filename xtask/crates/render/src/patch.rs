//! What the patch of a unit makes of an object: a merge by RFC 7386, operations by RFC 6902.

use catalogue::Patch;
use yaml::{Node, Value};

/// Applies a patch to an object, or says why it cannot be.
pub(crate) fn apply(patch: &Patch, node: &mut Node) -> Result<(), String> {
    if patch.merge.is_none() && patch.json.is_empty() {
        return Err("it says neither `merge` nor `json`".to_owned());
    }
    if let Some(merge) = &patch.merge {
        yaml::merge_patch(node, &Node::from_json(merge));
    }
    if patch.json.is_empty() {
        return Ok(());
    }
    let operations: json_patch::Patch =
        serde_json::from_value(patch.json.clone().into()).map_err(|error| error.to_string())?;
    // One by one: what a single operation leaves alone can be told from what it moves.
    for (index, operation) in operations.iter().enumerate() {
        let mut object = node.to_json();
        json_patch::patch(&mut object, std::slice::from_ref(operation))
            .map_err(|error| format!("operation {index} at `{}`: {}", error.path, error.kind))?;
        let before = std::mem::replace(node, Node::from_json(&object));
        keep_places(node, &before);
    }
    Ok(())
}

/// Gives what operations left alone the place that it was read from, so that later complaints can show it.
fn keep_places(after: &mut Node, before: &Node) {
    match (&mut after.value, &before.value) {
        (Value::Map(fields), Value::Map(known)) => {
            for field in &mut fields.entries {
                if let Some(known) = known.entry(&field.key) {
                    field.key_span = known.key_span;
                    keep_places(&mut field.value, &known.value);
                }
            }
        }
        (Value::Seq(items), Value::Seq(known)) => keep_places_of_items(items, known),
        (after, before) if after == before => {}
        _ => return,
    }
    after.span = before.span;
}

/// Items that were added or removed move those behind them, which are found from the end.
fn keep_places_of_items(items: &mut [Node], known: &[Node]) {
    let same = |item: &Node, known: &Node| item.to_json() == known.to_json();
    let first = items.iter().zip(known).take_while(|(item, known)| same(item, known)).count();
    let (begin, items) = items.split_at_mut(first);
    let (known_begin, known) = known.split_at(first);
    let last =
        items.iter().rev().zip(known.iter().rev()).take_while(|(item, known)| same(item, known)).count();
    let (middle, end) = items.split_at_mut(items.len() - last);
    let (known_middle, known_end) = known.split_at(known.len() - last);
    let parts = [(begin, known_begin), (middle, known_middle), (end, known_end)];
    for (item, known) in parts.into_iter().flat_map(|(items, known)| items.iter_mut().zip(known)) {
        keep_places(item, known);
    }
}

#[cfg(test)]
mod tests;
