//! Provenance: how an artifact was built, as a SLSA predicate
//! (<https://slsa.dev/spec/v1.0/provenance>).

use std::collections::BTreeMap;

use hashing::Digest;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::{PROVENANCE_PREDICATE, Predicate};

/// How an artifact was built.
///
/// Without an [`Invocation`] it is a function of what was built: there is no clock in it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Provenance {
    /// A URI that says what the parameters mean.
    pub build_type: String,
    /// What the person who asked for the build decided.
    pub external_parameters: Map<String, Value>,
    /// What the builder decided.
    pub internal_parameters: Map<String, Value>,
    /// Everything that went in.
    pub dependencies: Vec<Material>,
    /// A URI of who is trusted to have built it as it says.
    pub builder: String,
    /// Versions of what the builder is made of, by name.
    pub builder_versions: BTreeMap<String, String>,
    /// The run that built it, where one shall be told.
    pub invocation: Option<Invocation>,
}

/// Something that went into a build: a resource descriptor of in-toto.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Material {
    /// What it is called, unique among those of a build.
    pub name: String,
    /// Where it comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uri: Option<String>,
    /// Its digests in hexadecimal, by algorithm.
    pub digest: BTreeMap<String, String>,
}

/// One run of the builder.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Invocation {
    /// A name of the run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invocation_id: Option<String>,
    /// When it started (RFC 3339, in UTC).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started_on: Option<String>,
    /// When it ended (RFC 3339, in UTC).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub finished_on: Option<String>,
}

impl Material {
    /// A file.
    pub fn file(name: impl Into<String>, digest: &Digest) -> Self {
        Self::of(name, "sha256", digest)
    }

    /// Something whose digest is made by another rule than hashing the bytes of a file; in-toto asks for a name of
    /// its own then.
    pub fn of(name: impl Into<String>, algorithm: &str, digest: &Digest) -> Self {
        let digest = BTreeMap::from([(algorithm.to_owned(), digest.hex())]);
        Self { name: name.into(), uri: None, digest }
    }

    /// Says where it comes from.
    pub fn from(self, uri: impl Into<String>) -> Self {
        Self { uri: Some(uri.into()), ..self }
    }
}

/// The predicate of a provenance: its materials are sorted, and told once.
pub fn provenance(provenance: &Provenance) -> Result<Predicate, serde_json::Error> {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Document<'a> {
        build_definition: Definition<'a>,
        run_details: Run<'a>,
    }
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Definition<'a> {
        build_type: &'a str,
        external_parameters: &'a Map<String, Value>,
        #[serde(skip_serializing_if = "Map::is_empty")]
        internal_parameters: &'a Map<String, Value>,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        resolved_dependencies: Vec<&'a Material>,
    }
    #[derive(Serialize)]
    struct Run<'a> {
        builder: Builder<'a>,
        #[serde(skip_serializing_if = "Option::is_none")]
        metadata: Option<&'a Invocation>,
    }
    #[derive(Serialize)]
    struct Builder<'a> {
        id: &'a str,
        #[serde(skip_serializing_if = "BTreeMap::is_empty")]
        version: &'a BTreeMap<String, String>,
    }
    let mut dependencies: Vec<_> = provenance.dependencies.iter().collect();
    dependencies.sort_by_key(|material| (&material.name, &material.digest, &material.uri));
    dependencies.dedup();
    let body = serde_json::to_value(Document {
        build_definition: Definition {
            build_type: &provenance.build_type,
            external_parameters: &provenance.external_parameters,
            internal_parameters: &provenance.internal_parameters,
            resolved_dependencies: dependencies,
        },
        run_details: Run {
            builder: Builder { id: &provenance.builder, version: &provenance.builder_versions },
            metadata: provenance.invocation.as_ref(),
        },
    })?;
    Ok(Predicate::of(PROVENANCE_PREDICATE, body))
}

#[cfg(test)]
mod tests;
