//! References to objects, for health checks.

use std::sync::Arc;

use diag::{Diagnostic, Source};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use yaml::{Duplicates, Node};

/// An object whose health an engine waits for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct HealthCheck {
    /// `<group>/<version>`, or `<version>` for the core group.
    pub api_version: String,
    /// Kind.
    pub kind: String,
    /// Name.
    pub name: String,
    /// Namespace; absent for cluster-scoped kinds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
}

impl HealthCheck {
    pub(super) fn to_json(&self) -> Value {
        let mut check = json!({"apiVersion": self.api_version, "kind": self.kind, "name": self.name});
        if let (Some(namespace), Value::Object(fields)) = (&self.namespace, &mut check) {
            fields.insert("namespace".to_owned(), json!(namespace));
        }
        check
    }
}

/// The objects in the files of a bundle, sorted; documents that are no objects are left out.
pub fn objects_of(files: &[(String, String)]) -> Result<Vec<HealthCheck>, Vec<Diagnostic>> {
    let mut objects = Vec::new();
    for (path, text) in files {
        let source = Arc::new(Source { name: path.clone(), text: text.clone() });
        for document in yaml::parse_stream(&source, Duplicates::LastWins)? {
            objects.extend(reference(&document.root));
        }
    }
    objects.sort();
    Ok(objects)
}

fn reference(object: &Node) -> Option<HealthCheck> {
    let text = |path: &[&str]| object.at(path).and_then(Node::as_str).map(str::to_owned);
    Some(HealthCheck {
        api_version: text(&["apiVersion"])?,
        kind: text(&["kind"])?,
        name: text(&["metadata", "name"])?,
        namespace: text(&["metadata", "namespace"]),
    })
}
