//! Documents from normal form: fields in their order, with those that must be there.

use diag::Span;
use yaml::{Map, Node, Value};

use crate::go::key_order;
use crate::read::zero;
use crate::shape::{Leaf, Struct, Type};

/// Where a string says that it is written as it is, without quotes: a form of numbers that trees do not have.
pub(crate) const BARE: Span = Span { start: u32::MAX, end: u32::MAX };

/// A document of this shape, whole. With `bare`, permissions of files are octal, as text.
pub(crate) fn document(shape: &Struct, node: &Node, bare: bool) -> Node {
    let writer = Writer { bare };
    Node { value: writer.fields(shape, node.as_map()), span: node.span }
}

/// A tree without types, its keys in order.
pub(crate) fn free(node: &Node) -> Node {
    let value = match &node.value {
        Value::Seq(items) => Value::Seq(items.iter().map(free).collect()),
        Value::Map(map) => Value::Map(sorted(map, free)),
        value => value.clone(),
    };
    Node { value, span: node.span }
}

fn sorted(map: &Map, write: impl Fn(&Node) -> Node) -> Map {
    let mut written = map.clone();
    for entry in &mut written.entries {
        entry.value = write(&entry.value);
    }
    written.entries.sort_by(|a, b| key_order(&a.key, &b.key));
    written
}

struct Writer {
    bare: bool,
}

impl Writer {
    fn fields(&self, shape: &Struct, map: Option<&Map>) -> Value {
        let mut written = Map::new();
        for field in &shape.fields {
            let present = map.and_then(|map| map.entry(&field.name));
            let value = present.map(|entry| &entry.value);
            if !field.always && value.is_none_or(|value| is_empty(&field.kind, value)) {
                continue;
            }
            let value = match value {
                Some(value) => self.value(&field.kind, value),
                None => self.value(&field.kind, &zero(&field.kind)),
            };
            let key_span = present.map(|entry| entry.key_span).unwrap_or_default();
            written.entries.push(yaml::Entry { key: field.name.clone(), key_span, value });
        }
        Value::Map(written)
    }

    fn value(&self, kind: &Type, node: &Node) -> Node {
        let value = match (kind, &node.value) {
            (Type::Pointer(_), Value::Null) => Value::Null,
            (Type::Pointer(to), _) => return self.value(to, node),
            (Type::List(of), Value::Seq(items)) => {
                Value::Seq(items.iter().map(|item| self.value(of, item)).collect())
            }
            (Type::Map(of), Value::Map(map)) => Value::Map(sorted(map, |value| self.value(of, value))),
            (Type::Args, Value::Map(map)) => Value::Map(sorted(map, Node::clone)),
            (Type::Struct(shape), value) => {
                self.fields(shape, if let Value::Map(map) = value { Some(map) } else { None })
            }
            (Type::Free, _) => return free(node),
            (Type::Leaf(Leaf::Mode), Value::Int(mode)) if self.bare => {
                return Node { value: Value::String(format!("0o{mode:o}")), span: BARE };
            }
            (_, value) => value.clone(),
        };
        Node { value, span: node.span }
    }
}

/// Whether `omitempty` leaves the value out.
fn is_empty(kind: &Type, node: &Node) -> bool {
    match (kind, &node.value) {
        (Type::Pointer(_), value) => *value == Value::Null,
        (Type::List(_), Value::Seq(items)) => items.is_empty(),
        (Type::Map(_) | Type::Free | Type::Args, Value::Map(map)) => map.is_empty(),
        (Type::Struct(shape), Value::Map(map)) => {
            let field = |entry: &yaml::Entry| {
                shape.field(&entry.key).is_none_or(|field| is_empty(&field.kind, &entry.value))
            };
            map.iter().all(field)
        }
        (Type::Leaf(Leaf::Pair | Leaf::Cert | Leaf::Key), _) => false,
        (kind, value) => *value == zero(kind).value,
    }
}
