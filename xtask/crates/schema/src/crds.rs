//! Custom kinds, from their `CustomResourceDefinition` objects.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use yaml::Node;

use crate::walk::{Dialect, Fields, Walk};
use crate::{Kind, NoDefinitions, Scope, Violation};

/// The custom kinds of a cluster.
#[derive(Clone, Debug, Default)]
pub struct Crds {
    kinds: BTreeMap<Kind, Custom>,
}

#[derive(Clone, Debug)]
struct Custom {
    scope: Scope,
    /// Nothing when the definition has no schema, or keeps fields that its schema does not name.
    schema: Option<Value>,
}

/// A CRD that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CrdError {
    /// Another kind of object.
    #[error("the object is no CustomResourceDefinition of `apiextensions.k8s.io`")]
    NotACrd,
    /// A field is missing or of the wrong type.
    #[error("CustomResourceDefinition `{name}` has no usable `{field}`")]
    Field {
        /// `metadata.name`, as far as it is there.
        name: String,
        /// Path of the field.
        field: &'static str,
    },
}

impl Crds {
    /// No kinds.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the served versions of a CRD (`apiextensions.k8s.io/v1` or `v1beta1`); a kind that is known already is replaced.
    pub fn add(&mut self, crd: &Node) -> Result<(), CrdError> {
        let kind = Kind::of(crd).map_err(|_| CrdError::NotACrd)?;
        if kind.kind != "CustomResourceDefinition" || kind.group != "apiextensions.k8s.io" {
            return Err(CrdError::NotACrd);
        }
        let name = crd.at(&["metadata", "name"]).and_then(Node::as_str).unwrap_or_default();
        let missing = |field| CrdError::Field { name: name.to_owned(), field };
        let text = |path: &[&str], field| crd.at(path).and_then(Node::as_str).ok_or_else(|| missing(field));
        let group = text(&["spec", "group"], "spec.group")?;
        let kind = text(&["spec", "names", "kind"], "spec.names.kind")?;
        let scope = match text(&["spec", "scope"], "spec.scope")? {
            "Namespaced" => Scope::Namespaced,
            "Cluster" => Scope::Cluster,
            _ => return Err(missing("spec.scope")),
        };
        let keeps_all = crd.at(&["spec", "preserveUnknownFields"]).and_then(Node::as_bool) == Some(true);
        let common = crd.at(&["spec", "validation", "openAPIV3Schema"]);
        let versions =
            crd.at(&["spec", "versions"]).and_then(Node::as_seq).ok_or_else(|| missing("spec.versions"))?;
        for version in versions {
            let name =
                version.get("name").and_then(Node::as_str).ok_or_else(|| missing("spec.versions[].name"))?;
            let kind = Kind::new(group, name, kind);
            if version.get("served").and_then(Node::as_bool) == Some(false) {
                self.kinds.remove(&kind);
                continue;
            }
            let schema = version.at(&["schema", "openAPIV3Schema"]).or(common).filter(|_| !keeps_all);
            self.kinds.insert(kind, Custom { scope, schema: schema.map(Node::to_json) });
        }
        Ok(())
    }

    /// Where objects of this kind live.
    pub fn scope(&self, group: &str, version: &str, kind: &str) -> Option<Scope> {
        Some(self.kinds.get(&Kind::new(group, version, kind))?.scope)
    }

    /// Whether a served version of a CRD defines this kind.
    pub fn knows(&self, group: &str, version: &str, kind: &str) -> bool {
        self.scope(group, version, kind).is_some()
    }

    /// The API versions, `<group>/<version>`.
    pub fn api_versions(&self) -> BTreeSet<String> {
        self.kinds.keys().map(Kind::api_version).collect()
    }

    /// The kinds, sorted.
    pub fn kinds(&self) -> impl Iterator<Item = &Kind> {
        self.kinds.keys()
    }

    /// Everything in `object` that its CRD does not allow, in source order. What is in `metadata` is left to
    /// [`crate::Kubernetes::validate_metadata`]; an unknown kind is one violation.
    pub fn validate(&self, object: &Node) -> Vec<Violation> {
        let kind = match Kind::of(object) {
            Ok(kind) => kind,
            Err(violation) => return vec![violation],
        };
        let Some(custom) = self.kinds.get(&kind) else {
            return vec![self.unknown(object, &kind)];
        };
        let Some(schema) = &custom.schema else { return Vec::new() };
        let mut walk = Walk::new(&NoDefinitions, Dialect::Custom);
        walk.check(object, schema, Fields::Object);
        walk.finish()
    }

    /// The violation that stands for a kind nobody knows.
    pub(crate) fn unknown(&self, object: &Node, kind: &Kind) -> Violation {
        let span = object.get("kind").map_or(object.span, |node| node.span);
        let violation = Violation::new(
            "/kind",
            span,
            format!("unknown kind `{}` of `{}`", kind.kind, kind.api_version()),
        );
        let siblings = || self.kinds.keys().filter(|other| other.group == kind.group);
        let elsewhere: Vec<_> = siblings()
            .filter(|other| other.kind == kind.kind)
            .map(|other| format!("`{}`", other.api_version()))
            .collect();
        if !elsewhere.is_empty() {
            return violation.hint(format!("this kind is served as {}", elsewhere.join(", ")));
        }
        match diag::nearest(&kind.kind, siblings().map(|other| other.kind.as_str())) {
            Some(name) => violation.hint(format!("did you mean `{name}`?")),
            None => violation,
        }
    }
}

#[cfg(test)]
mod tests;
