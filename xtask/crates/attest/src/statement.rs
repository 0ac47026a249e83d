//! In-toto statements: what is said about which artifacts
//! (<https://github.com/in-toto/attestation>, `spec/v1/statement.md`).

use std::collections::BTreeMap;

use hashing::Digest;
use oci::EncodeError;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Type of a statement inside an envelope.
pub(crate) const PAYLOAD_TYPE: &str = "application/vnd.in-toto+json";
/// What a statement says that it is. Cosign writes the older number over the same document.
const KINDS: [&str; 2] = ["https://in-toto.io/Statement/v1", "https://in-toto.io/Statement/v0.1"];
/// The only digest that artifacts of registries have.
const SHA256: &str = "sha256";

/// Predicate of a plain signature, in bundles (cosign `pkg/types/predicate.go`).
pub const SIGNATURE_PREDICATE: &str = "https://sigstore.dev/cosign/sign/v1";
/// Predicate that is a [provenance](crate::Provenance) (<https://slsa.dev/spec/v1.0/provenance>).
pub const PROVENANCE_PREDICATE: &str = "https://slsa.dev/provenance/v1";
/// Predicate that is a [bill of materials](crate::Bom) (in-toto `spec/predicates/cyclonedx.md`).
pub const BOM_PREDICATE: &str = "https://cyclonedx.org/bom";

/// A manifest in a registry, about which something is said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// Its repository: `host/path`, neither tag nor digest.
    pub repository: String,
    /// Its digest.
    pub digest: Digest,
    /// Its length in bytes.
    pub size: u64,
    /// Its media type.
    pub media_type: String,
}

/// What somebody says about artifacts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Statement {
    #[serde(rename = "_type")]
    kind: String,
    subject: Vec<Named>,
    /// What kind of thing is said: a URI.
    pub predicate_type: String,
    /// What is said.
    #[serde(default)]
    pub predicate: Value,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Named {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    digest: BTreeMap<String, String>,
}

impl Statement {
    /// Says `predicate` about the manifest with `digest`.
    pub(crate) fn new(name: Option<String>, digest: &Digest, kind: &str, predicate: Value) -> Self {
        let [current, _] = KINDS;
        Self {
            kind: current.to_owned(),
            subject: vec![Named { name, digest: BTreeMap::from([(SHA256.to_owned(), digest.hex())]) }],
            predicate_type: kind.to_owned(),
            predicate,
        }
    }

    /// Reads what an envelope holds; `Err` says why it is no statement.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, String> {
        let statement: Self = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        match KINDS.contains(&statement.kind.as_str()) {
            true => Ok(statement),
            false => Err(format!("its type is `{}`", statement.kind)),
        }
    }

    pub(crate) fn to_bytes(&self) -> Result<Vec<u8>, EncodeError> {
        oci::encode(self)
    }

    /// Whether it speaks of the manifest with `digest`.
    pub fn is_about(&self, digest: &Digest) -> bool {
        let hex = digest.hex();
        self.subject.iter().any(|subject| subject.digest.get(SHA256) == Some(&hex))
    }

    /// What it speaks of, for people.
    pub(crate) fn subjects(&self) -> String {
        let digests = self.subject.iter().flat_map(|subject| &subject.digest);
        let texts: Vec<_> = digests.map(|(algorithm, hex)| format!("{algorithm}:{hex}")).collect();
        match texts.is_empty() {
            true => "nothing".to_owned(),
            false => texts.join(", "),
        }
    }
}

#[cfg(test)]
mod tests;
