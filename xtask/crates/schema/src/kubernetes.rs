//! The built-in kinds of a Kubernetes version, from its `api/openapi-spec/swagger.json` (`OpenAPI` 2.0).

mod swagger;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use serde_json::Value;
use serde_json::value::RawValue;
use yaml::Node;

pub use swagger::SwaggerError;

use crate::walk::{Dialect, Fields, Walk};
use crate::{Definitions, Kind, Scope, Violation};

const PREFIX: &str = "#/definitions/";
const OBJECT_META: &str = "#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";

/// The built-in kinds of one Kubernetes version.
///
/// Schemas are kept as text and parsed when the first object needs them: of some 800 definitions a
/// cluster uses a tenth.
#[derive(Debug)]
pub struct Kubernetes {
    definitions: BTreeMap<String, Lazy>,
    kinds: BTreeMap<Kind, BuiltIn>,
}

#[derive(Debug)]
struct Lazy {
    text: Box<RawValue>,
    parsed: OnceLock<Option<Value>>,
}

#[derive(Debug, Default)]
struct BuiltIn {
    /// Name of the definition.
    definition: Option<String>,
    /// Known of kinds that can be created.
    scope: Option<Scope>,
}

impl Kubernetes {
    /// Reads `api/openapi-spec/swagger.json` of a Kubernetes release.
    pub fn parse(swagger: &[u8]) -> Result<Self, SwaggerError> {
        swagger::parse(swagger)
    }

    /// Where objects of this kind live; nothing for kinds that cannot be created.
    pub fn scope(&self, group: &str, version: &str, kind: &str) -> Option<Scope> {
        self.kinds.get(&Kind::new(group, version, kind))?.scope
    }

    /// Whether this version serves the kind: whether it can be created.
    pub fn knows(&self, group: &str, version: &str, kind: &str) -> bool {
        self.scope(group, version, kind).is_some()
    }

    /// The served API versions, `<group>/<version>` or `v1`.
    pub fn api_versions(&self) -> BTreeSet<String> {
        self.kinds().map(Kind::api_version).collect()
    }

    /// The served kinds, sorted.
    pub fn kinds(&self) -> impl Iterator<Item = &Kind> {
        self.kinds.iter().filter(|(_, built_in)| built_in.scope.is_some()).map(|(kind, _)| kind)
    }

    /// Everything in `object` that the server would refuse or drop, in source order. An unknown kind is
    /// one violation.
    pub fn validate(&self, object: &Node) -> Vec<Violation> {
        let kind = match Kind::of(object) {
            Ok(kind) => kind,
            Err(violation) => return vec![violation],
        };
        let Some(definition) = self.kinds.get(&kind).and_then(|built_in| built_in.definition.as_ref()) else {
            return vec![self.unknown(object, &kind)];
        };
        self.check(object, &format!("{PREFIX}{definition}"), "")
    }

    /// Everything in the `metadata` of `object`, which may be of any kind, that is no object metadata.
    pub fn validate_metadata(&self, object: &Node) -> Vec<Violation> {
        let Some(metadata) = object.get("metadata") else {
            return vec![Violation::new("", object.span, "field `metadata` is missing")];
        };
        self.check(metadata, OBJECT_META, "/metadata")
    }

    /// The violation that stands for a kind nobody knows.
    pub(crate) fn unknown(&self, object: &Node, kind: &Kind) -> Violation {
        let span = object.get("kind").map_or(object.span, |node| node.span);
        let violation = Violation::new(
            "/kind",
            span,
            format!("unknown kind `{}` of `{}`", kind.kind, kind.api_version()),
        );
        let elsewhere: Vec<_> = self
            .kinds()
            .filter(|other| other.kind == kind.kind)
            .map(|other| format!("`{}`", other.api_version()))
            .collect();
        if !elsewhere.is_empty() {
            return violation.hint(format!("this kind is served as {}", elsewhere.join(", ")));
        }
        let near = self.kinds().filter(|other| other.group == kind.group).map(|other| other.kind.as_str());
        match diag::nearest(&kind.kind, near) {
            Some(name) => violation.hint(format!("did you mean `{name}`?")),
            None => violation,
        }
    }

    fn check(&self, node: &Node, definition: &str, pointer: &str) -> Vec<Violation> {
        let Some(schema) = self.definition(definition) else {
            return vec![Violation::new(
                pointer,
                node.span,
                format!("the API has no readable `{definition}`"),
            )];
        };
        let mut walk = Walk::new(self, Dialect::BuiltIn);
        walk.check(node, schema, Fields::Strict);
        let mut found = walk.finish();
        for violation in &mut found {
            violation.pointer.insert_str(0, pointer);
        }
        found
    }
}

impl Definitions for Kubernetes {
    fn definition(&self, reference: &str) -> Option<&Value> {
        let lazy = self.definitions.get(reference.strip_prefix(PREFIX)?)?;
        lazy.parsed.get_or_init(|| serde_json::from_str(lazy.text.get()).ok()).as_ref()
    }
}

#[cfg(test)]
mod tests;
