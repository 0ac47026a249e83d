//! One spelling of a JSON document.

use serde::Serialize;
use serde_json::Value;

/// A value that JSON cannot hold.
#[derive(Debug, thiserror::Error)]
#[error("cannot write the OCI document as JSON: {0}")]
pub struct EncodeError(#[from] serde_json::Error);

/// The canonical JSON of anything that serialises.
pub fn encode<T: Serialize>(document: &T) -> Result<Vec<u8>, EncodeError> {
    Ok(canonical(&serde_json::to_value(document)?))
}

/// The canonical JSON of `value`: keys sorted by their bytes, no white space, no final line end, strings
/// escaped only where JSON demands it.
pub fn canonical(value: &Value) -> Vec<u8> {
    let mut text = String::new();
    write(value, &mut text);
    text.into_bytes()
}

fn write(value: &Value, out: &mut String) {
    match value {
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_by_key(|(key, _)| *key);
            out.push('{');
            for (position, (key, value)) in fields.into_iter().enumerate() {
                if position > 0 {
                    out.push(',');
                }
                string(key, out);
                out.push(':');
                write(value, out);
            }
            out.push('}');
        }
        Value::Array(items) => {
            out.push('[');
            for (position, item) in items.iter().enumerate() {
                if position > 0 {
                    out.push(',');
                }
                write(item, out);
            }
            out.push(']');
        }
        Value::String(text) => string(text, out),
        // `Display` of a scalar is its JSON; numbers print in their shortest form that reads back equal.
        scalar => out.push_str(&scalar.to_string()),
    }
}

fn string(text: &str, out: &mut String) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            control if control < ' ' => {
                out.push_str("\\u00");
                for shift in [4, 0] {
                    out.extend(char::from_digit(u32::from(control) >> shift & 0xf, 16));
                }
            }
            other => out.push(other),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests;
