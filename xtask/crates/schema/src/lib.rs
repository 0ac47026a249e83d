//! Structural validation of YAML trees: every field known, of the right type, within its bounds.
//!
//! Two dialects, one walk. Of JSON Schema (draft 4 to 2020-12) the keywords that say something about structure;
//! of `OpenAPI` as Kubernetes speaks it, `x-kubernetes-*` included, with the server's habits: a `null` counts as
//! absent, a field that the schema does not name would be dropped or refused and is a [`Violation`] here.
//!
//! ```text
//! Node ──┬─ validate(schema, definitions, rules)   any schema
//!        ├─ Kubernetes::validate                   built-in kinds, from api/openapi-spec/swagger.json
//!        ├─ Crds::validate                         custom kinds, from CustomResourceDefinition objects
//!        └─ Schemas::validate                      whichever of both knows the kind
//! ```
//!
//! All violations are reported, in source order, each with the bytes it is about.
//!
//! Not checked, because what they say is not structure or needs a machine of its own: `pattern`,
//! `format` (except `int-or-string` and the range of `int32`), `multipleOf`, `propertyNames`,
//! `dependencies`, `contains`, `if`/`then`/`else`, and CEL rules (`x-kubernetes-validations`).
//! `patternProperties` only keep `additionalProperties: false` from refusing.
//!
//! The crate does no I/O; no schema and no tree makes it panic or recurse without end.

mod crds;
mod definitions;
mod kind;
mod kubernetes;
mod schemas;
mod violation;
mod walk;

pub use crds::{CrdError, Crds};
pub use definitions::{Definitions, Local, NoDefinitions};
pub use kind::{Kind, Scope};
pub use kubernetes::{Kubernetes, SwaggerError};
pub use schemas::Schemas;
pub use violation::Violation;

use serde_json::Value;
use yaml::Node;

/// How strictly a schema is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// What happens to fields that the schema does not name.
    pub unknown: Unknown,
}

/// What happens to fields that a schema does not name; it also picks the dialect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unknown {
    /// `OpenAPI` as in CRDs: they are refused unless `additionalProperties`, `x-kubernetes-preserve-unknown-fields` or
    /// `x-kubernetes-embedded-resource` says otherwise, and `null` counts as absent.
    Refuse,
    /// JSON Schema: only `additionalProperties: false` refuses, and `null` is a value like any other.
    ByKeyword,
}

/// Everything in `node` that breaks `schema`, in source order.
pub fn validate(node: &Node, schema: &Value, definitions: &dyn Definitions, rules: Rules) -> Vec<Violation> {
    let dialect = match rules.unknown {
        Unknown::Refuse => walk::Dialect::Custom,
        Unknown::ByKeyword => walk::Dialect::JsonSchema,
    };
    let mut walk = walk::Walk::new(definitions, dialect);
    walk.check(node, schema, walk::Fields::Strict);
    walk.finish()
}
