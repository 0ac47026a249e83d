//! The tree: values with the place they were read from.

use diag::Span;

/// A value and the bytes it was read from; a node made by code has an empty span.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// What it is.
    pub value: Value,
    /// Where it stands in its source text.
    pub span: Span,
}

/// A YAML value after Go's scalar rules.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `null`, `~` or nothing.
    Null,
    /// A boolean, `on`, `yes` and their kin included.
    Bool(bool),
    /// An integer that fits `i64`.
    Int(i64),
    /// An integer above `i64::MAX`.
    Uint(u64),
    /// A floating point number.
    Float(f64),
    /// A string.
    String(String),
    /// A sequence.
    Seq(Vec<Node>),
    /// A mapping.
    Map(Map),
}

/// A mapping in source order, keys unique.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Map {
    /// The entries.
    pub entries: Vec<Entry>,
}

/// One entry of a [`Map`].
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The key, as text.
    pub key: String,
    /// Where the key stands.
    pub key_span: Span,
    /// The value.
    pub value: Node,
}

impl Node {
    /// A node made by code.
    pub fn new(value: Value) -> Self {
        Self { value, span: Span::default() }
    }

    /// `null`.
    pub fn null() -> Self {
        Self::new(Value::Null)
    }

    /// A boolean.
    pub fn bool(value: bool) -> Self {
        Self::new(Value::Bool(value))
    }

    /// An integer.
    pub fn int(value: i64) -> Self {
        Self::new(Value::Int(value))
    }

    /// A string.
    pub fn string(value: impl Into<String>) -> Self {
        Self::new(Value::String(value.into()))
    }

    /// A sequence.
    pub fn seq(items: impl IntoIterator<Item = Self>) -> Self {
        Self::new(Value::Seq(items.into_iter().collect()))
    }

    /// A mapping; of entries with the same key the last one counts.
    pub fn map<K: Into<String>>(entries: impl IntoIterator<Item = (K, Self)>) -> Self {
        Self::new(Value::Map(entries.into_iter().collect()))
    }

    /// The text of a string.
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// The entries of a mapping.
    pub fn as_map(&self) -> Option<&Map> {
        match &self.value {
            Value::Map(map) => Some(map),
            _ => None,
        }
    }

    /// The entries of a mapping, to change.
    pub fn as_map_mut(&mut self) -> Option<&mut Map> {
        match &mut self.value {
            Value::Map(map) => Some(map),
            _ => None,
        }
    }

    /// The items of a sequence.
    pub fn as_seq(&self) -> Option<&[Self]> {
        match &self.value {
            Value::Seq(items) => Some(items),
            _ => None,
        }
    }

    /// The items of a sequence, to change.
    pub fn as_seq_mut(&mut self) -> Option<&mut Vec<Self>> {
        match &mut self.value {
            Value::Seq(items) => Some(items),
            _ => None,
        }
    }

    /// An integer that fits `i64`; a float never counts, not even a whole one.
    pub fn as_i64(&self) -> Option<i64> {
        match self.value {
            Value::Int(number) => Some(number),
            _ => None,
        }
    }

    /// A boolean.
    pub fn as_bool(&self) -> Option<bool> {
        match self.value {
            Value::Bool(value) => Some(value),
            _ => None,
        }
    }

    /// Whether it is `null`.
    pub fn is_null(&self) -> bool {
        self.value == Value::Null
    }

    /// What it is called in messages: `a string`, `a mapping` …
    pub fn kind(&self) -> &'static str {
        match self.value {
            Value::Null => "null",
            Value::Bool(_) => "a boolean",
            Value::Int(_) | Value::Uint(_) => "an integer",
            Value::Float(_) => "a number",
            Value::String(_) => "a string",
            Value::Seq(_) => "a list",
            Value::Map(_) => "a mapping",
        }
    }

    /// The value of a key, when this is a mapping that has it.
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.as_map()?.get(key)
    }

    /// The value of a key, to change.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Self> {
        self.as_map_mut()?.get_mut(key)
    }

    /// The node below these keys of mappings and numbers of sequences.
    pub fn at(&self, path: &[&str]) -> Option<&Self> {
        path.iter().try_fold(self, |node, key| match &node.value {
            Value::Seq(items) => key.parse::<usize>().ok().and_then(|index| items.get(index)),
            _ => node.get(key),
        })
    }

    /// The node a JSON pointer (RFC 6901) names: `/spec/containers/0/image`, with `~1` for `/` and `~0` for `~` in keys.
    pub fn pointer(&self, pointer: &str) -> Option<&Self> {
        if pointer.is_empty() {
            return Some(self);
        }
        let path = pointer.strip_prefix('/')?;
        path.split('/').try_fold(self, |node, token| node.step(token))
    }

    /// The child one token of a JSON pointer names.
    pub(crate) fn step(&self, token: &str) -> Option<&Self> {
        match &self.value {
            Value::Map(map) if token.contains('~') => map.get(&token.replace("~1", "/").replace("~0", "~")),
            Value::Map(map) => map.get(token),
            Value::Seq(items) if token == "0" || !token.starts_with(['0', '+']) => {
                items.get(token.parse::<usize>().ok()?)
            }
            _ => None,
        }
    }

    /// Whether both mean the same: spans and the order of keys do not count, `1` and `1.0` differ.
    pub fn same(&self, other: &Self) -> bool {
        match (&self.value, &other.value) {
            (Value::Seq(a), Value::Seq(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.same(b)),
            (Value::Map(a), Value::Map(b)) => a.same(b),
            (Value::Float(a), Value::Float(b)) => a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan()),
            (a, b) => a == b,
        }
    }
}

#[cfg(test)]
mod tests;
