//! What is written.

/// A value as Go's structures, maps and slices hold it.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number that is no [`Int`](Self::Int), as it is written.
    Bare(String),
    /// A string, in the style that the library chooses for it.
    Text(String),
    /// A list.
    List(Vec<Value>),
    /// A structure or a map, in the order in which it is written.
    Map(Vec<(String, Value)>),
}

impl Value {
    /// A string.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// A list of strings.
    pub fn texts<T: AsRef<str>>(texts: &[T]) -> Self {
        Self::List(texts.iter().map(|text| Self::text(text.as_ref())).collect())
    }
}

impl From<Vec<(String, Value)>> for Value {
    fn from(entries: Vec<(String, Value)>) -> Self {
        Self::Map(entries)
    }
}
