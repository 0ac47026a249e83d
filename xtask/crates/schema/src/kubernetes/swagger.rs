//! Reading `swagger.json` without parsing what nobody asks for.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{BuiltIn, Kubernetes, Lazy};
use crate::{Kind, Scope};

const GVK: &str = "x-kubernetes-group-version-kind";

/// Bytes that are no `OpenAPI` document of Kubernetes.
#[derive(Debug, thiserror::Error)]
pub enum SwaggerError {
    /// Not UTF-8.
    #[error("the OpenAPI document is not UTF-8: {0}")]
    Utf8(#[from] std::str::Utf8Error),
    /// No JSON, or a field is missing or of the wrong type.
    #[error("cannot read the OpenAPI document: {0}")]
    Json(#[from] serde_json::Error),
    /// It describes nothing that can be created.
    #[error("the OpenAPI document has no kinds: use `api/openapi-spec/swagger.json` of a Kubernetes release")]
    NoKinds,
}

#[derive(Deserialize)]
struct Swagger<'a> {
    #[serde(borrow)]
    definitions: BTreeMap<Cow<'a, str>, &'a RawValue>,
    #[serde(borrow)]
    paths: BTreeMap<Cow<'a, str>, Path<'a>>,
}

#[derive(Deserialize)]
struct Path<'a> {
    #[serde(borrow)]
    post: Option<Operation<'a>>,
}

#[derive(Deserialize)]
struct Operation<'a> {
    #[serde(borrow, rename = "x-kubernetes-action")]
    action: Option<Cow<'a, str>>,
    #[serde(borrow, rename = "x-kubernetes-group-version-kind")]
    kind: Option<Name<'a>>,
}

#[derive(Deserialize)]
struct Head<'a> {
    #[serde(borrow, rename = "x-kubernetes-group-version-kind", default)]
    kinds: Vec<Name<'a>>,
}

#[derive(Deserialize)]
struct Name<'a> {
    #[serde(borrow)]
    group: Cow<'a, str>,
    #[serde(borrow)]
    version: Cow<'a, str>,
    #[serde(borrow)]
    kind: Cow<'a, str>,
}

impl Name<'_> {
    fn to_kind(&self) -> Kind {
        Kind::new(&self.group, &self.version, &self.kind)
    }
}

pub(super) fn parse(bytes: &[u8]) -> Result<Kubernetes, SwaggerError> {
    let swagger: Swagger<'_> = serde_json::from_str(str::from_utf8(bytes)?)?;
    let mut kinds: BTreeMap<Kind, BuiltIn> = BTreeMap::new();
    let mut definitions = BTreeMap::new();
    for (name, text) in swagger.definitions {
        if text.get().contains(GVK) {
            let head: Head<'_> = serde_json::from_str(text.get())?;
            for kind in head.kinds {
                kinds.entry(kind.to_kind()).or_default().definition = Some(name.clone().into_owned());
            }
        }
        definitions.insert(name.into_owned(), Lazy { text: text.to_owned(), parsed: OnceLock::new() });
    }
    for (path, operations) in swagger.paths {
        let Some(Operation { action: Some(action), kind: Some(kind) }) = operations.post else { continue };
        if action != "post" {
            continue;
        }
        let scope = if path.contains("{namespace}") { Scope::Namespaced } else { Scope::Cluster };
        // A kind of both scopes (none is known) counts as namespaced: its path is the more specific one.
        let known = &mut kinds.entry(kind.to_kind()).or_default().scope;
        *known = (*known).min(Some(scope)).or(Some(scope));
    }
    if kinds.values().all(|kind| kind.scope.is_none()) {
        return Err(SwaggerError::NoKinds);
    }
    Ok(Kubernetes { definitions, kinds })
}
