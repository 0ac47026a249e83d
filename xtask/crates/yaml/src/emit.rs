//! Trees as YAML text that every reader takes alike.
//!
//! Block style, two spaces a level, lists as far in as their key, one line for each scalar but text of several lines,
//! which becomes a literal block where that is exact. A string is quoted whenever a YAML 1.1 or 1.2 reader known to us
//! would see anything else in it. Lines are never folded: folding is where readers differ.

mod block;
mod plain;
mod quote;

use std::fmt::Write as _;

use crate::{Map, Node, Value};

/// The longest key that stands before its colon: readers look no further than 1024 characters for it.
const KEY_LIMIT: usize = 1000;

/// The tree as a document, keys sorted by bytes, with a line break at the end.
pub fn emit(node: &Node) -> String {
    document(node, Order::Sorted)
}

/// The tree as a document, keys in source order, with a line break at the end.
pub fn emit_ordered(node: &Node) -> String {
    document(node, Order::Source)
}

#[derive(Clone, Copy)]
enum Order {
    Sorted,
    Source,
}

/// What stands before a value on its line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    /// Nothing: the value is the document, or the line is indented already.
    Nothing,
    /// A colon.
    Colon,
    /// A dash or question mark: a collection may begin on the same line.
    Dash,
}

struct Emitter {
    out: String,
    order: Order,
}

fn document(node: &Node, order: Order) -> String {
    let out = String::new();
    let mut emitter = Emitter { out, order };
    emitter.value(node, 0, Before::Nothing);
    emitter.out
}

impl Emitter {
    /// Writes a value whose own lines are indented by `indent`, and the line break behind it.
    fn value(&mut self, node: &Node, indent: usize, before: Before) {
        match &node.value {
            Value::Seq(items) if !items.is_empty() => {
                // A list is as far in as the key it belongs to.
                let indent = if before == Before::Colon { indent - 2 } else { indent };
                self.open(before);
                self.seq(items, indent, before);
            }
            Value::Map(map) if !map.is_empty() => {
                self.open(before);
                self.map(map, indent, before);
            }
            value => {
                if before != Before::Nothing {
                    self.out.push(' ');
                }
                self.scalar(value, indent, before);
                self.out.push('\n');
            }
        }
    }

    fn open(&mut self, before: Before) {
        match before {
            Before::Nothing => {}
            Before::Colon => self.out.push('\n'),
            Before::Dash => self.out.push(' '),
        }
    }

    fn seq(&mut self, items: &[Node], indent: usize, before: Before) {
        for (index, item) in items.iter().enumerate() {
            self.indent(indent, index, before);
            self.out.push('-');
            self.value(item, indent + 2, Before::Dash);
        }
    }

    fn map(&mut self, map: &Map, indent: usize, before: Before) {
        match self.order {
            Order::Source => {
                for (index, entry) in map.iter().enumerate() {
                    self.entry(&entry.key, &entry.value, indent, index, before);
                }
            }
            Order::Sorted => {
                for (index, entry) in map.sorted().into_iter().enumerate() {
                    self.entry(&entry.key, &entry.value, indent, index, before);
                }
            }
        }
    }

    fn entry(&mut self, key: &str, value: &Node, indent: usize, index: usize, before: Before) {
        self.indent(indent, index, before);
        if key.len() > KEY_LIMIT {
            self.out.push_str("? ");
            self.line(key);
            self.out.push('\n');
            self.indent(indent, 1, before);
        } else {
            self.line(key);
        }
        self.out.push(':');
        self.value(value, indent + 2, Before::Colon);
    }

    /// The first line of a collection begins behind its dash.
    fn indent(&mut self, indent: usize, index: usize, before: Before) {
        const SPACES: &str = "                                                                ";
        if index == 0 && before == Before::Dash {
            return;
        }
        let mut left = indent;
        while left > 0 {
            let some = left.min(SPACES.len());
            self.out.push_str(SPACES.get(..some).unwrap_or_default());
            left -= some;
        }
    }

    fn scalar(&mut self, value: &Value, indent: usize, before: Before) {
        match value {
            Value::Null => self.out.push_str("null"),
            Value::Bool(value) => self.out.push_str(if *value { "true" } else { "false" }),
            Value::Int(number) => self.display(format_args!("{number}")),
            Value::Uint(number) => self.display(format_args!("{number}")),
            Value::Float(number) => self.float(*number),
            Value::String(text) if before != Before::Nothing && block::is_exact(text) => {
                block::write(text, indent, &mut self.out);
            }
            Value::String(text) => self.line(text),
            Value::Seq(_) => self.out.push_str("[]"),
            Value::Map(_) => self.out.push_str("{}"),
        }
    }

    fn display(&mut self, value: std::fmt::Arguments<'_>) {
        // Writing to a string does not fail.
        let _ = self.out.write_fmt(value);
    }

    /// A string on one line.
    fn line(&mut self, text: &str) {
        if plain::is_safe(text) {
            self.out.push_str(text);
        } else {
            quote::write(text, &mut self.out);
        }
    }

    /// With a dot and a signed exponent: without either, some readers of YAML 1.1 see a string.
    fn float(&mut self, number: f64) {
        if number.is_nan() {
            self.out.push_str(".nan");
        } else if number.is_infinite() {
            self.out.push_str(if number > 0.0 { ".inf" } else { "-.inf" });
        } else {
            let text = format!("{number:?}");
            let Some((mantissa, exponent)) = text.split_once('e') else {
                self.out.push_str(&text);
                return;
            };
            let dot = if mantissa.contains('.') { "" } else { ".0" };
            let sign = if exponent.starts_with('-') { "" } else { "+" };
            self.display(format_args!("{mantissa}{dot}e{sign}{exponent}"));
        }
    }
}

#[cfg(test)]
mod tests;
