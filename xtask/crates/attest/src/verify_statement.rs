//! Checking signed statements: bundles and attestations.

use hashing::Digest;
use oci::Manifest;

use crate::bundle::{self, Bundle};
use crate::dsse::{ENVELOPE_TYPE, Envelope, Unopened};
use crate::statement::{self, Statement};
use crate::{VerifyError, VerifyingKey};

/// What `key` says about `digest` in `bundle`, the layer of a referrer with this `manifest`.
///
/// A plain signature is a statement too, of the kind [`SIGNATURE_PREDICATE`](crate::SIGNATURE_PREDICATE). Cosign and
/// Flux take a statement of any kind for one; who wants to tell them apart looks at its `predicate_type`.
pub fn verify_bundle(
    key: &VerifyingKey,
    digest: &Digest,
    manifest: &[u8],
    bundle: &[u8],
) -> Result<Statement, VerifyError> {
    let manifest = read(digest, manifest, bundle, bundle::is_bundle)?;
    let failed = |what: &str| VerifyError::Bundle { digest: *digest, what: what.to_owned() };
    match manifest.subject {
        Some(subject) if subject.digest == *digest => {}
        Some(subject) => {
            return Err(VerifyError::Subject { digest: *digest, found: subject.digest.to_string() });
        }
        None => return Err(failed("its manifest refers to nothing")),
    }
    let bundle = Bundle::parse(bundle).map_err(|what| failed(&what))?;
    if !bundle.is_by_key() {
        return Err(failed("it was signed for a certificate, not by a key alone"));
    }
    let envelope = bundle.dsse_envelope.ok_or_else(|| failed("it signs a plain file, no statement"))?;
    match envelope.signatures() {
        1 => statement(key, digest, &envelope),
        count => Err(failed(&format!("it has {count} signatures, a bundle has one"))),
    }
}

/// What `key` says about `digest` in `envelope`, a layer under the [tag](crate::attestation_tag) with this `manifest`.
pub fn verify_attestation(
    key: &VerifyingKey,
    digest: &Digest,
    manifest: &[u8],
    envelope: &[u8],
) -> Result<Statement, VerifyError> {
    read(digest, manifest, envelope, |media_type| media_type == ENVELOPE_TYPE)?;
    let envelope: Envelope = serde_json::from_slice(envelope)
        .map_err(|error| VerifyError::Envelope { digest: *digest, what: error.to_string() })?;
    statement(key, digest, &envelope)
}

/// The manifest, when it names the layer as one of the right type.
fn read(
    digest: &Digest,
    manifest: &[u8],
    layer: &[u8],
    is_type: impl Fn(&str) -> bool,
) -> Result<Manifest, VerifyError> {
    let manifest =
        Manifest::parse(manifest).map_err(|source| VerifyError::Manifest { digest: *digest, source })?;
    let payload = Digest::of(layer);
    match manifest.layers.iter().any(|layer| layer.digest == payload && is_type(&layer.media_type)) {
        true => Ok(manifest),
        false => Err(VerifyError::Payload { digest: *digest, payload }),
    }
}

fn statement(key: &VerifyingKey, digest: &Digest, envelope: &Envelope) -> Result<Statement, VerifyError> {
    let digest = *digest;
    let opened = envelope.open(key, statement::PAYLOAD_TYPE).map_err(|unopened| match unopened {
        Unopened::Payload => VerifyError::Envelope { digest, what: "its payload is not base64".to_owned() },
        Unopened::Refused => VerifyError::Refused { digest, key: key.fingerprint() },
        Unopened::Kind(found) => VerifyError::Statement { digest, what: format!("its type is `{found}`") },
    })?;
    let said = Statement::parse(&opened).map_err(|what| VerifyError::Statement { digest, what })?;
    match said.is_about(&digest) {
        true => Ok(said),
        false => Err(VerifyError::Subject { digest, found: said.subjects() }),
    }
}

#[cfg(test)]
mod tests;
