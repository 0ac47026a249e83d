//! What the patch of a unit makes of an object: a merge by RFC 7386, operations by RFC 6902.

use catalogue::Patch;
use yaml::Node;

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
    let mut object = node.to_json();
    json_patch::patch(&mut object, &operations).map_err(|error| error.to_string())?;
    *node = Node::from_json(&object);
    Ok(())
}

#[cfg(test)]
mod tests;
