//! Scalars by the type of their field.

use diag::Diagnostic;
use yaml::{Node, Value};

use super::Reader;
use crate::go;
use crate::leaf::ports;
use crate::shape::{Leaf, Type};

impl Reader<'_> {
    pub(super) fn scalar(&mut self, kind: &Type, node: &Node) -> Option<Value> {
        let expected = expected(kind);
        let Some(text) = self.text(node) else { return self.wrong(node, &expected) };
        let quoted = node.as_str().is_some();
        let value = match kind {
            Type::Bool => boolean(&text, quoted).map(Value::Bool),
            Type::Int { signed, bits } => integer(&text, node, quoted, *signed, *bits),
            Type::Leaf(Leaf::Mode) => integer(&text, node, quoted, false, 32),
            Type::Leaf(Leaf::Port) => integer(&text, node, quoted, false, 16).or_else(|| ports(&text)),
            Type::Leaf(Leaf::Duration) if !quoted && text != "0" => None,
            Type::Leaf(leaf) => leaf.read(&text),
            Type::Words(words) => {
                let lower = text.to_lowercase();
                words
                    .iter()
                    .find(|word| *word != "_" && word.to_lowercase() == lower)
                    .cloned()
                    .map(Value::String)
            }
            _ => Some(Value::String(text.clone())),
        };
        if value.is_none() && matches!(kind, Type::Leaf(Leaf::Base64)) {
            // Most likely a key: neither the message nor an excerpt may show it.
            let mistake = Diagnostic::error(format!("`{}` is not base64", self.path.join(".")));
            let hint = "a secret is written as its placeholder, such as `secret:certs.os.key`";
            self.mistakes.push(mistake.hint(hint));
        } else if value.is_none() {
            let message = format!("`{}`: `{}` is not {expected}", self.path.join("."), shown(&text));
            self.mistake(Diagnostic::error(message), node.span, "");
        }
        value
    }

    /// A scalar's text as it was written, without quotes.
    pub(crate) fn text(&self, node: &Node) -> Option<String> {
        match &node.value {
            Value::String(text) => Some(text.clone()),
            Value::Seq(_) | Value::Map(_) | Value::Null => None,
            value => Some(match self.written(node) {
                Some(text) => text.to_owned(),
                None => crate::emit::emit(&Node::new(value.clone())).trim_end().to_owned(),
            }),
        }
    }

    pub(super) fn written(&self, node: &Node) -> Option<&str> {
        let text = &self.source?.text;
        text.get(node.span.start as usize..node.span.end as usize).filter(|text| !text.is_empty())
    }
}

/// A text in a message, cut when it is long.
fn shown(text: &str) -> String {
    let mut short: String = text.chars().take(60).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

fn expected(kind: &Type) -> String {
    match kind {
        Type::Bool => "a boolean".to_owned(),
        Type::Int { signed: true, .. } => "an integer".to_owned(),
        Type::Int { signed: false, bits: 64 } => "an integer from 0".to_owned(),
        Type::Int { signed: false, bits } => format!("an integer from 0 to {}", (1_u64 << bits) - 1),
        Type::Leaf(leaf) => leaf.description().to_owned(),
        Type::Words(words) => {
            let words: Vec<String> =
                words.iter().filter(|word| *word != "_").map(|word| format!("`{word}`")).collect();
            format!("one of {}", words.join(", "))
        }
        _ => "a string".to_owned(),
    }
}

fn boolean(text: &str, quoted: bool) -> Option<bool> {
    match text {
        "true" | "True" | "TRUE" if !quoted => Some(true),
        "false" | "False" | "FALSE" if !quoted => Some(false),
        "y" | "Y" | "yes" | "on" => Some(true),
        "n" | "N" | "no" | "off" => Some(false),
        _ => None,
    }
}

fn integer(text: &str, node: &Node, quoted: bool, signed: bool, bits: u32) -> Option<Value> {
    if quoted {
        return None;
    }
    let number = match (go::integer(text), &node.value) {
        (Some(number), _) => number,
        // A number with a point loses what is behind it.
        #[allow(clippy::cast_possible_truncation, reason = "the range is checked below")]
        (None, Value::Float(number)) if number.abs() < 1e18 => *number as i128,
        _ => return None,
    };
    let range = if signed { i128::from(i64::MIN)..=i128::from(i64::MAX) } else { 0..=(1_i128 << bits) - 1 };
    if !range.contains(&number) {
        return None;
    }
    i64::try_from(number).map(Value::Int).or_else(|_| u64::try_from(number).map(Value::Uint)).ok()
}
