//! Which object is meant.

use std::fmt;

use serde_json::Value;

use crate::ApiError;

/// Names one object.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reference {
    /// `<group>/<version>`, or `<version>` for the core group.
    pub api_version: String,
    /// Kind.
    pub kind: String,
    /// Namespace; none for cluster-scoped kinds.
    pub namespace: Option<String>,
    /// Name.
    pub name: String,
}

impl Reference {
    /// Names an object in a namespace; an empty one means none.
    pub fn new(api_version: &str, kind: &str, namespace: &str, name: &str) -> Self {
        Self {
            api_version: api_version.to_owned(),
            kind: kind.to_owned(),
            namespace: (!namespace.is_empty()).then(|| namespace.to_owned()),
            name: name.to_owned(),
        }
    }

    /// The name of an object.
    pub fn of(object: &Value) -> Result<Self, ApiError> {
        let text = |pointer: &'static str| {
            object.pointer(pointer).and_then(Value::as_str).ok_or(ApiError::NoObject { field: pointer })
        };
        let namespace = object.pointer("/metadata/namespace").and_then(Value::as_str).unwrap_or_default();
        Ok(Self::new(text("/apiVersion")?, text("/kind")?, namespace, text("/metadata/name")?))
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.namespace {
            Some(namespace) => write!(f, "{} {namespace}/{}", self.kind, self.name),
            None => write!(f, "{} {}", self.kind, self.name),
        }
    }
}
