//! Trees to JSON and back.

use std::fmt::Write as _;

use diag::Span;
use serde_json::Value as Json;

use crate::{Entry, Map, Node, Value};

impl Node {
    /// The tree as JSON, keys in source order. JSON has no infinity and no NaN: those, which no document that was read
    /// holds, become `null`.
    pub fn to_json(&self) -> Json {
        match &self.value {
            Value::Null => Json::Null,
            Value::Bool(value) => Json::Bool(*value),
            Value::Int(number) => Json::from(*number),
            Value::Uint(number) => Json::from(*number),
            Value::Float(number) => Json::from(*number),
            Value::String(text) => Json::String(text.clone()),
            Value::Seq(items) => Json::Array(items.iter().map(Self::to_json).collect()),
            Value::Map(map) => {
                let entries = map.iter().map(|entry| (entry.key.clone(), entry.value.to_json()));
                Json::Object(entries.collect())
            }
        }
    }

    /// A tree made of JSON; its spans are empty.
    pub fn from_json(json: &Json) -> Self {
        Self::new(match json {
            Json::Null => Value::Null,
            Json::Bool(value) => Value::Bool(*value),
            Json::Number(number) => match (number.as_i64(), number.as_u64()) {
                (Some(number), _) => Value::Int(number),
                (None, Some(number)) => Value::Uint(number),
                (None, None) => Value::Float(number.as_f64().unwrap_or_default()),
            },
            Json::String(text) => Value::String(text.clone()),
            Json::Array(items) => Value::Seq(items.iter().map(Self::from_json).collect()),
            Json::Object(entries) => {
                let entries = entries.iter().map(|(key, value)| Entry {
                    key: key.clone(),
                    key_span: Span::default(),
                    value: Self::from_json(value),
                });
                Value::Map(Map { entries: entries.collect() })
            }
        })
    }
}

/// The tree as JSON with keys sorted by bytes and no white space: the same text for the same meaning, for hashing.
pub fn canonical_json(node: &Node) -> String {
    let mut out = String::new();
    write_node(node, &mut out);
    out
}

fn write_node(node: &Node, out: &mut String) {
    match &node.value {
        Value::Null => out.push_str("null"),
        Value::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Value::Int(number) => write_display(number, out),
        Value::Uint(number) => write_display(number, out),
        Value::Float(number) => write_display(&Json::from(*number), out),
        Value::String(text) => write_string(text, out),
        Value::Seq(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write_node(item, out);
            }
            out.push(']');
        }
        Value::Map(map) => {
            out.push('{');
            for (index, entry) in map.sorted().into_iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write_string(&entry.key, out);
                out.push(':');
                write_node(&entry.value, out);
            }
            out.push('}');
        }
    }
}

fn write_display(value: &impl std::fmt::Display, out: &mut String) {
    // Writing to a string does not fail.
    let _ = write!(out, "{value}");
}

/// RFC 8259: quotation mark, backslash and control characters are escaped, nothing else.
fn write_string(text: &str, out: &mut String) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\0'..='\u{1f}' => {
                let _ = write!(out, "\\u{:04x}", u32::from(character));
            }
            _ => out.push(character),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests;
