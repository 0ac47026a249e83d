//! Trees as text, byte for byte as the YAML library of Talos writes them.
//!
//! Crate `yaml` writes for every reader; here the bytes must be those of go-yaml v3 with four spaces a level: what a
//! person compares with `talosctl`'s output must not differ by its form. Source: `emitterc.go` and `encode.go` there.

mod resolve;
mod style;

use std::fmt::Write as _;

use style::Style;
use yaml::{Map, Node, Value};

use crate::write::BARE;

/// How far in a level is.
const INDENT: usize = 4;

/// The tree as a document, keys in their order, with a line break at the end.
pub(crate) fn emit(node: &Node) -> String {
    let mut out = String::new();
    match &node.value {
        Value::Map(map) if !map.is_empty() => mapping(map, 0, false, &mut out),
        Value::Seq(items) if !items.is_empty() => sequence(items, 0, false, &mut out),
        _ => {
            scalar(node, INDENT, &mut out);
            out.push('\n');
        }
    }
    out
}

fn mapping(map: &Map, indent: usize, mut inline: bool, out: &mut String) {
    for entry in map {
        if !std::mem::take(&mut inline) {
            spaces(indent, out);
        }
        text(&entry.key, true, indent, out);
        out.push(':');
        // Everything below a key aligns to the next multiple.
        below(&entry.value, INDENT * ((indent + INDENT) / INDENT), out);
    }
}

fn below(node: &Node, indent: usize, out: &mut String) {
    match &node.value {
        Value::Map(map) if !map.is_empty() => {
            out.push('\n');
            mapping(map, indent, false, out);
        }
        Value::Seq(items) if !items.is_empty() => {
            out.push('\n');
            sequence(items, indent, false, out);
        }
        _ => {
            out.push(' ');
            scalar(node, indent, out);
            out.push('\n');
        }
    }
}

fn sequence(items: &[Node], indent: usize, mut inline: bool, out: &mut String) {
    for item in items {
        if !std::mem::take(&mut inline) {
            spaces(indent, out);
        }
        out.push_str("- ");
        match &item.value {
            Value::Map(map) if !map.is_empty() => mapping(map, indent + 2, true, out),
            Value::Seq(items) if !items.is_empty() => sequence(items, indent + 2, true, out),
            _ => {
                scalar(item, indent + 2, out);
                out.push('\n');
            }
        }
    }
}

fn spaces(count: usize, out: &mut String) {
    out.extend(std::iter::repeat_n(' ', count));
}

fn scalar(node: &Node, indent: usize, out: &mut String) {
    // Writing to a string does not fail.
    let _ = match &node.value {
        Value::String(bare) if node.span == BARE => out.write_str(bare),
        Value::Null => out.write_str("null"),
        Value::Bool(value) => write!(out, "{value}"),
        Value::Int(number) => write!(out, "{number}"),
        Value::Uint(number) => write!(out, "{number}"),
        Value::Float(number) => out.write_str(&float(*number)),
        Value::String(string) => {
            text(string, false, indent, out);
            Ok(())
        }
        Value::Seq(_) => out.write_str("[]"),
        Value::Map(_) => out.write_str("{}"),
    };
}

fn text(text: &str, key: bool, indent: usize, out: &mut String) {
    match style::of(text, key) {
        Style::Plain => out.push_str(text),
        Style::Single => style::single(text, out),
        Style::Double => style::double(text, out),
        Style::Literal => style::literal(text, indent, INDENT, out),
    }
}

/// As Go's `strconv.FormatFloat(number, 'g', -1, 64)`.
fn float(number: f64) -> String {
    if number.is_nan() {
        return ".nan".to_owned();
    }
    if number.is_infinite() {
        return if number > 0.0 { ".inf" } else { "-.inf" }.to_owned();
    }
    let scientific = format!("{number:e}");
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or_default();
    if (-4..21).contains(&exponent) {
        return format!("{number}");
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{mantissa}e{sign}{:02}", exponent.abs())
}

#[cfg(test)]
mod tests;
