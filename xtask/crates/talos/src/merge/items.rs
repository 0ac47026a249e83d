//! Lists whose items have a key.

use yaml::{Map, Node, Value};

use super::{Misfit, structs};
use crate::shape::{Field, Items, Struct, Type};

/// The items of the patch over those with the same key; others follow.
pub(super) fn keyed(field: &Field, left: Option<Node>, right: Option<Node>) -> Result<Option<Node>, Misfit> {
    let (Some(right), Some(shape)) = (right, item_shape(&field.kind)) else { return Ok(left) };
    let mut merged = left.unwrap_or_else(|| Node { value: Value::Seq(Vec::new()), span: right.span });
    let (Value::Seq(ours), Value::Seq(theirs)) = (&mut merged.value, right.value) else {
        return Ok(Some(merged));
    };
    for item in theirs {
        let same = ours.iter_mut().find(|ours| meets(&field.items, ours, &item));
        match (same, &field.items) {
            (None, _) => ours.push(item),
            (Some(ours), Items::Swap(_)) => *ours = item,
            (Some(ours), _) => {
                let theirs = if let Value::Map(theirs) = item.value { theirs } else { Map::new() };
                if let Value::Map(ours) = &mut ours.value {
                    structs(shape, ours, theirs)?;
                }
            }
        }
    }
    if merged.as_seq().is_some_and(<[Node]>::is_empty) { Ok(None) } else { Ok(Some(merged)) }
}

fn item_shape(kind: &Type) -> Option<&Struct> {
    match kind {
        Type::List(of) | Type::Pointer(of) => item_shape(of),
        Type::Struct(shape) => Some(shape),
        _ => None,
    }
}

fn meets(items: &Items, ours: &Node, theirs: &Node) -> bool {
    let same = |key: &str| match (ours.get(key), theirs.get(key)) {
        (Some(ours), Some(theirs)) => ours.same(theirs),
        (None, None) => true,
        _ => false,
    };
    match items {
        Items::Append => false,
        Items::By(key) | Items::Swap(key) => same(key),
        Items::ByDevice if theirs.get("interface").is_some() => same("interface"),
        // The library compares a pointer of the selectors, too: `physical` never equals.
        Items::ByDevice => {
            let physical = |node: &Node| node.at(&["deviceSelector", "physical"]).is_some();
            theirs.get("deviceSelector").is_some() && same("deviceSelector") && !physical(theirs)
        }
    }
}
