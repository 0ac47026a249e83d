//! Values as SOPS turns them into bytes: `ToBytes` in `sops.go`.

use yaml::{Node, Value};
use zeroize::Zeroizing;

/// A value and what SOPS calls its type.
pub(crate) struct Scalar {
    pub(crate) bytes: Zeroizing<Vec<u8>>,
    pub(crate) kind: &'static str,
}

/// The bytes of a value that can be encrypted; nothing for `null`, lists and mappings.
pub(crate) fn scalar(value: &Value) -> Option<Scalar> {
    let (text, kind) = match value {
        Value::String(text) => (text.clone(), "str"),
        Value::Int(number) => (number.to_string(), "int"),
        Value::Float(number) => (number.to_string(), "float"),
        Value::Bool(true) => ("True".to_owned(), "bool"),
        Value::Bool(false) => ("False".to_owned(), "bool"),
        Value::Null | Value::Uint(_) | Value::Seq(_) | Value::Map(_) => return None,
    };
    Some(Scalar { bytes: Zeroizing::new(text.into_bytes()), kind })
}

/// The value that bytes of a type stand for.
pub(crate) fn value(bytes: &[u8], kind: &str) -> Option<Node> {
    let text = std::str::from_utf8(bytes).ok()?;
    match kind {
        "str" | "bytes" | "time" => Some(Node::string(text)),
        "int" => text.parse().ok().map(Node::int),
        "float" => text.parse().ok().map(|number| Node::new(Value::Float(number))),
        "bool" => match text {
            "True" | "true" => Some(Node::bool(true)),
            "False" | "false" => Some(Node::bool(false)),
            _ => None,
        },
        _ => None,
    }
}
