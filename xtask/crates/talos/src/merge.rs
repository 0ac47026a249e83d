//! Strategic merge: a document of a patch over a document of a configuration.
//!
//! The rules are those of `pkg/machinery/config/merge` in Talos, oddities included, as a patch must mean the same here
//! and there: zero values change nothing unless they stand behind a pointer; lists grow; sizes and expressions inside a
//! document that is patched are always replaced, even by nothing. In normal form an absent field is zero.

mod items;

use yaml::{Entry, Map, Node, Value};

use crate::go::key_order;
use crate::leaf::Url;
use crate::read::is_zero;
use crate::shape::{Field, Items, Leaf, Struct, Type};

/// What does not fit, and where.
pub(crate) type Misfit = String;

/// The fields of `right` over those of `left`.
pub(crate) fn structs(shape: &Struct, left: &mut Map, mut right: Map) -> Result<(), Misfit> {
    for field in &shape.fields {
        let theirs = right
            .entries
            .iter()
            .position(|entry| entry.key == field.name)
            .map(|at| right.entries.swap_remove(at));
        let at = left.entries.iter().position(|entry| entry.key == field.name);
        if theirs.is_none() && at.is_none() {
            continue;
        }
        let key_span = theirs.as_ref().map(|entry| entry.key_span).unwrap_or_default();
        let ours = at
            .and_then(|at| left.entries.get_mut(at))
            .map(|entry| std::mem::replace(&mut entry.value, Node::null()));
        let merged = one(field, ours, theirs.map(|entry| entry.value))
            .map_err(|misfit| format!("{}.{misfit}", field.name))?;
        let merged = merged.filter(|merged| !is_zero(&field.kind, merged));
        match (at, merged) {
            (Some(at), Some(value)) => {
                if let Some(entry) = left.entries.get_mut(at) {
                    entry.value = value;
                }
            }
            (Some(at), None) => {
                left.entries.remove(at);
            }
            (None, Some(value)) => left.entries.push(Entry { key: field.name.clone(), key_span, value }),
            (None, None) => {}
        }
    }
    Ok(())
}

/// A field of both sides; `None` is zero.
fn one(field: &Field, left: Option<Node>, right: Option<Node>) -> Result<Option<Node>, Misfit> {
    if field.items != Items::Append {
        return items::keyed(field, left, right);
    }
    if field.replace {
        return Ok(right.or(left));
    }
    values(&field.kind, left, right, false)
}

/// With `overwrite`, a zero value on the right counts: it stands behind a pointer.
fn values(
    kind: &Type,
    left: Option<Node>,
    right: Option<Node>,
    overwrite: bool,
) -> Result<Option<Node>, Misfit> {
    match kind {
        Type::Leaf(Leaf::Cel | Leaf::ByteSize) => return Ok(right),
        Type::Bool if !overwrite => return Ok(right),
        Type::Struct(shape) => {
            let span = right.as_ref().map(|right| right.span);
            let mut merged = left.unwrap_or_else(|| Node::map::<&str>([]));
            let theirs = right.map(|right| right.value);
            if let Value::Map(map) = &mut merged.value {
                let theirs = if let Some(Value::Map(theirs)) = theirs { theirs } else { Map::new() };
                structs(shape, map, theirs)?;
            }
            merged.span = span.unwrap_or(merged.span);
            return Ok(Some(merged));
        }
        _ => {}
    }
    let Some(right) = right else { return Ok(left) };
    let Some(left) = left else { return Ok(Some(right)) };
    Ok(Some(match kind {
        Type::Pointer(_) if left.is_null() => right,
        Type::Pointer(_) if right.is_null() => left,
        Type::Pointer(to) => return values(to, Some(left), Some(right), true),
        Type::List(_) => append(left, right),
        Type::Map(of) => map(of, left, right)?,
        Type::Args => args(left, right),
        Type::Free => free(left, right)?,
        Type::Leaf(Leaf::Url) => url(&left, right),
        // A number of bytes is written before a percentage, and both are kept.
        Type::Leaf(Leaf::Size) if is_percentage(&right) && !is_percentage(&left) => left,
        _ if overwrite || !is_zero(kind, &right) => right,
        _ => left,
    }))
}

fn is_percentage(node: &Node) -> bool {
    node.as_str().is_some_and(|text| text.contains('%'))
}

fn append(mut left: Node, right: Node) -> Node {
    if let (Value::Seq(ours), Value::Seq(theirs)) = (&mut left.value, right.value) {
        ours.extend(theirs);
    }
    left
}

fn map(of: &Type, mut left: Node, right: Node) -> Result<Node, Misfit> {
    let Value::Map(theirs) = right.value else { return Ok(left) };
    let Value::Map(ours) = &mut left.value else { return Ok(left) };
    for entry in theirs.entries {
        match ours.get_mut(&entry.key) {
            Some(present) if !present.is_null() => {
                let before = std::mem::replace(present, Node::null());
                let fallback = before.clone();
                let merged = values(of, Some(before), Some(entry.value), false)
                    .map_err(|misfit| format!("{}.{misfit}", entry.key))?;
                *present = merged.unwrap_or(fallback);
            }
            Some(present) => *present = entry.value,
            None => ours.entries.push(entry),
        }
    }
    Ok(left)
}

fn args(mut left: Node, right: Node) -> Node {
    if let (Value::Map(ours), Value::Map(theirs)) = (&mut left.value, right.value) {
        for entry in theirs.entries {
            ours.insert(entry.key, entry.value);
        }
    }
    left
}

/// Trees without types: they must agree on the type of every value that both have.
pub(crate) fn free(left: Node, right: Node) -> Result<Node, Misfit> {
    let span = right.span;
    let value = match (left.value, right.value) {
        (left, Value::Null) => left,
        (Value::Map(mut ours), Value::Map(theirs)) => {
            let mut theirs = theirs.entries;
            theirs.sort_by(|a, b| key_order(&a.key, &b.key));
            for entry in theirs {
                match ours.get_mut(&entry.key) {
                    Some(present) if !present.is_null() => {
                        let before = std::mem::replace(present, Node::null());
                        *present =
                            free(before, entry.value).map_err(|misfit| format!("{}.{misfit}", entry.key))?;
                    }
                    Some(present) => *present = entry.value,
                    None => ours.entries.push(entry),
                }
            }
            Value::Map(ours)
        }
        (Value::Seq(mut ours), Value::Seq(theirs)) => {
            ours.extend(theirs);
            Value::Seq(ours)
        }
        (Value::Bool(_), right @ Value::Bool(_)) => right,
        (Value::String(left), Value::String(right)) => {
            Value::String(if right.is_empty() { left } else { right })
        }
        (Value::Int(left), Value::Int(right)) => Value::Int(if right == 0 { left } else { right }),
        (Value::Uint(_), right @ Value::Uint(_)) => right,
        (Value::Float(left), Value::Float(right)) => Value::Float(if right == 0.0 { left } else { right }),
        (left, right) => {
            let (left, right) = (Node::new(left), Node::new(right));
            return Err(format!(": {} cannot be merged into {}", right.kind(), left.kind()));
        }
    };
    Ok(Node { value, span })
}

/// The parts that the patch says; the library merges the structs of its URLs.
fn url(left: &Node, right: Node) -> Node {
    let parse = |node: &Node| node.as_str().and_then(|text| Url::parse(text).ok());
    match (parse(left), parse(&right)) {
        (Some(mut ours), Some(theirs)) => {
            ours.merge(theirs);
            Node { value: Value::String(ours.to_string()), span: right.span }
        }
        _ => right,
    }
}
