//! What a scalar means: go-yaml v2's `resolve.go` and `decode.go`, as `sigs.k8s.io/yaml` uses them.
//!
//! A plain scalar's first byte decides what it may be: one of the words, a number, or else a string. Timestamps stay
//! strings. Tags `!!bool !!int !!float !!null !!timestamp` demand that meaning, `!!str` and tags nobody knows make a
//! string, `!!binary` is decoded.

mod binary;
mod key;
mod number;
mod timestamp;

use std::borrow::Cow;

use crate::Value;

pub(crate) use key::key_text;

const CORE: &str = "tag:yaml.org,2002:";

/// Whether a plain scalar is anything but a string; `None` when it is one.
pub(crate) fn plain(text: &str) -> Option<Value> {
    match text.as_bytes().first() {
        None => Some(Value::Null),
        Some(b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O' | b'~') => word(text),
        Some(b'.') => special(text).or_else(|| number::dotted(text)),
        Some(b'0'..=b'9' | b'+' | b'-') => special(text).or_else(|| number::number(text)),
        Some(_) => None,
    }
}

/// The value of a scalar with a tag, given in full; the error says what it is instead.
pub(crate) fn tagged(tag: &str, text: Cow<'_, str>) -> Result<Value, String> {
    let Some(core) = tag.strip_prefix(CORE) else {
        return Ok(Value::String(text.into_owned()));
    };
    let found = match core {
        "bool" | "int" | "float" | "null" => plain(&text),
        "timestamp" if timestamp::is_timestamp(&text) => return Ok(Value::String(text.into_owned())),
        "timestamp" => None,
        "binary" => return binary::decode(&text).map(Value::String).ok_or_else(|| "not base64".to_owned()),
        _ => return Ok(Value::String(text.into_owned())),
    };
    match (core, found) {
        ("bool", Some(value @ Value::Bool(_)))
        | ("int", Some(value @ (Value::Int(_) | Value::Uint(_))))
        | ("float", Some(value @ Value::Float(_)))
        | ("null", Some(value @ Value::Null)) => Ok(value),
        #[allow(clippy::cast_precision_loss)] // As `float64(v)` does.
        ("float", Some(Value::Int(number))) => Ok(Value::Float(number as f64)),
        (_, found) => Err(format!(
            "`{text}` is {}",
            crate::Node::new(found.unwrap_or(Value::String(String::new()))).kind()
        )),
    }
}

/// Whether a key is the merge key: `<<` itself, not quoted; the tag decides when there is one.
pub(crate) fn is_merge_key(text: &str, plain: bool, tag: Option<&str>) -> bool {
    text == "<<" && tag.map_or(plain, |tag| tag == "!" || tag.strip_prefix(CORE) == Some("merge"))
}

fn word(text: &str) -> Option<Value> {
    match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            Some(Value::Bool(true))
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            Some(Value::Bool(false))
        }
        "~" | "null" | "Null" | "NULL" => Some(Value::Null),
        _ => None,
    }
}

fn special(text: &str) -> Option<Value> {
    match text {
        ".nan" | ".NaN" | ".NAN" => Some(Value::Float(f64::NAN)),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => Some(Value::Float(f64::INFINITY)),
        "-.inf" | "-.Inf" | "-.INF" => Some(Value::Float(f64::NEG_INFINITY)),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
