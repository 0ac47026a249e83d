//! The pure description of one build step.

use std::collections::BTreeMap;

use hashing::Digest;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What made the outputs: this program's content.
pub(crate) const BUILDER: &str = env!("BUILDER");

/// Everything that the result of a step depends on.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Recipe {
    /// What the step is: `chart`, `render`, `bundle`.
    pub step: String,
    /// The program that carries it out, by content.
    pub builder: String,
    /// What the step was told.
    pub parameters: BTreeMap<String, Value>,
    /// What it reads, by digest.
    pub inputs: BTreeMap<String, Digest>,
}

impl Recipe {
    /// An empty recipe of a step.
    pub fn new(step: &str) -> Self {
        Self {
            step: step.to_owned(),
            builder: BUILDER.to_owned(),
            parameters: BTreeMap::new(),
            inputs: BTreeMap::new(),
        }
    }

    /// Adds something that the step is told.
    pub fn parameter(&mut self, name: &str, value: impl Into<Value>) {
        self.parameters.insert(name.to_owned(), value.into());
    }

    /// Adds something that the step is told, as it is written in YAML and JSON.
    pub fn described<T: Serialize>(&mut self, name: &str, value: &T) {
        // Types of the catalogue serialise to plain JSON; one that could not would have no place in a recipe.
        let value = serde_json::to_value(value).unwrap_or(Value::Null);
        self.parameters.insert(name.to_owned(), value);
    }

    /// Adds something that the step reads.
    pub fn input(&mut self, name: impl Into<String>, digest: Digest) {
        self.inputs.insert(name.into(), digest);
    }

    /// The name of the result: the digest of the canonical JSON of the recipe.
    pub fn key(&self) -> Digest {
        Digest::of(self.canonical().as_bytes())
    }

    /// Canonical JSON: keys sorted, no white space.
    pub fn canonical(&self) -> String {
        let value = serde_json::to_value(self).unwrap_or(Value::Null);
        yaml::canonical_json(&yaml::Node::from_json(&value))
    }
}
