//! Signed statements about an artifact, in both of cosign's layouts.

use hashing::Digest;
use oci::Descriptor;
use serde_json::{Map, Value};

use crate::dsse::{ENVELOPE_TYPE, Envelope};
use crate::statement::{self, SIGNATURE_PREDICATE, Statement, Subject};
use crate::{Artifact, KeyHolder, SIGNATURE_ANNOTATION, SignError, SignFailure, artifact, bundle, sign};

/// Annotation of a layer: what kind of thing its envelope says (cosign `cmd/cosign/cli/attest/attest.go`).
const PREDICATE_ANNOTATION: &str = "predicateType";

/// A signature in both layouts. Cosign and Flux look for referrers first and, when there is none, for the tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signatures {
    /// The payload under the [tag](crate::signature_tag), which every version reads.
    pub tag: Artifact,
    /// The bundle as a referrer, which cosign writes since version 3.
    pub referrer: Artifact,
}

/// Attestations in both layouts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attestations {
    /// All envelopes, in their order, under the [tag](attestation_tag).
    pub tag: Artifact,
    /// Each as a bundle, in their order.
    pub referrers: Vec<Artifact>,
}

/// Something to be said.
#[derive(Clone, Debug, PartialEq)]
pub struct Predicate {
    /// What kind of thing it is: a URI, such as [`PROVENANCE_PREDICATE`](crate::PROVENANCE_PREDICATE).
    pub kind: String,
    /// What is said: a JSON object.
    pub body: Map<String, Value>,
}

impl Predicate {
    /// A predicate of this kind; what is no object is none.
    pub(crate) fn of(kind: &str, body: Value) -> Self {
        let body = match body {
            Value::Object(body) => body,
            _ => Map::new(),
        };
        Self { kind: kind.to_owned(), body }
    }
}

/// The tag under which cosign looks for attestations of the manifest with `digest`.
pub fn attestation_tag(digest: &Digest) -> String {
    artifact::tag(digest, ".att")
}

/// Signs `subject` in both layouts.
///
/// The same key and subject give the same bytes.
pub fn sign_both(key: &dyn KeyHolder, subject: &Subject) -> Result<Signatures, SignError> {
    let digest = subject.digest;
    // Cosign gives no name here: the digest says it all.
    let said = Statement::new(None, &digest, SIGNATURE_PREDICATE, Value::Object(Map::new()));
    let referrer = bundle::referrer(key, subject, &said).map_err(|source| SignError { digest, source })?;
    Ok(Signatures { tag: sign(key, &subject.repository, &digest)?, referrer })
}

/// Says `predicates` about `subject`, in both layouts.
///
/// A tag holds all attestations of an artifact, so whoever adds one later says the others again.
pub fn attest(
    key: &dyn KeyHolder,
    subject: &Subject,
    predicates: &[Predicate],
) -> Result<Attestations, SignError> {
    let written = || -> Result<Attestations, SignFailure> {
        let (mut layers, mut referrers) = (Vec::new(), Vec::new());
        for predicate in predicates {
            let name = Some(subject.repository.clone());
            let body = Value::Object(predicate.body.clone());
            let said = Statement::new(name, &subject.digest, &predicate.kind, body);
            layers.push(layer(key, &said)?);
            referrers.push(bundle::referrer(key, subject, &said)?);
        }
        Ok(Attestations { tag: artifact::image(attestation_tag(&subject.digest), layers)?, referrers })
    };
    written().map_err(|source| SignError { digest: subject.digest, source })
}

fn layer(key: &dyn KeyHolder, said: &Statement) -> Result<(Descriptor, Vec<u8>), SignFailure> {
    let envelope = oci::encode(&Envelope::seal(key, statement::PAYLOAD_TYPE, &said.to_bytes()?)?)?;
    let descriptor = Descriptor::of(ENVELOPE_TYPE, &envelope)
        .annotated(PREDICATE_ANNOTATION, said.predicate_type.as_str())
        // Cosign takes the layer for none of its own without; the signature itself is inside.
        .annotated(SIGNATURE_ANNOTATION, "");
    Ok((descriptor, envelope))
}

#[cfg(test)]
mod tests;
