//! Checking a signature in cosign's tag layout.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hashing::Digest;
use oci::{DocumentError, Manifest};

use crate::payload::{KIND, Payload};
use crate::{PAYLOAD_TYPE, SIGNATURE_ANNOTATION, VerifyingKey};

/// Why a signature is not accepted.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// The manifest of the signature cannot be read.
    #[error("cannot read the signature of `{digest}`: {source}")]
    Manifest {
        /// What is to be verified.
        digest: Digest,
        /// Why.
        source: DocumentError,
    },
    /// The manifest has no layer with this payload.
    #[error("the signature of `{digest}` does not name the payload `{payload}`: one of them was changed")]
    Payload {
        /// What is to be verified.
        digest: Digest,
        /// Digest of the bytes given.
        payload: Digest,
    },
    /// No signature of the layer is the key's.
    #[error("the signature of `{digest}` was not made by the key `{key}`, or was changed")]
    Refused {
        /// What is to be verified.
        digest: Digest,
        /// Fingerprint of the key.
        key: Digest,
    },
    /// A bundle cannot be used.
    #[error("cannot read the bundle about `{digest}`: {what}")]
    Bundle {
        /// What is to be verified.
        digest: Digest,
        /// What is wrong.
        what: String,
    },
    /// An attestation cannot be read.
    #[error("cannot read the attestation about `{digest}`: {what}")]
    Envelope {
        /// What is to be verified.
        digest: Digest,
        /// What is wrong.
        what: String,
    },
    /// The payload of an envelope is signed and no statement.
    #[error("what is signed for `{digest}` is no in-toto statement: {what}")]
    Statement {
        /// What is to be verified.
        digest: Digest,
        /// What is wrong.
        what: String,
    },
    /// The payload is signed and no simple signing payload.
    #[error("what is signed for `{digest}` is no signature of an image: {what}")]
    Kind {
        /// What is to be verified.
        digest: Digest,
        /// What is wrong.
        what: String,
    },
    /// The payload is signed and speaks of something else.
    #[error("the signature is for `{found}`, not for `{digest}`")]
    Subject {
        /// What is to be verified.
        digest: Digest,
        /// What is signed.
        found: String,
    },
}

/// Checks that `payload`, a layer of the signature with this `manifest`, is `key`'s word for `digest`.
pub fn verify(
    key: &VerifyingKey,
    digest: &Digest,
    manifest: &[u8],
    payload: &[u8],
) -> Result<(), VerifyError> {
    let digest = *digest;
    let manifest = Manifest::parse(manifest).map_err(|source| VerifyError::Manifest { digest, source })?;
    let found = Digest::of(payload);
    let mut layers = manifest
        .layers
        .iter()
        .filter(|layer| layer.media_type == PAYLOAD_TYPE && layer.digest == found)
        .peekable();
    if layers.peek().is_none() {
        return Err(VerifyError::Payload { digest, payload: found });
    }
    let accepted = layers
        .filter_map(|layer| layer.annotations.get(SIGNATURE_ANNOTATION))
        .filter_map(|signature| STANDARD.decode(signature).ok())
        .any(|signature| key.accepts(payload, &signature));
    if !accepted {
        return Err(VerifyError::Refused { digest, key: key.fingerprint() });
    }
    claims(digest, payload)
}

/// Checks what a payload says, once it is known who says it.
fn claims(digest: Digest, payload: &[u8]) -> Result<(), VerifyError> {
    let said: Payload = serde_json::from_slice(payload)
        .map_err(|error| VerifyError::Kind { digest, what: error.to_string() })?;
    if said.critical.r#type != KIND {
        let what = format!("its type is `{}`", said.critical.r#type);
        return Err(VerifyError::Kind { digest, what });
    }
    match said.critical.image.digest {
        found if found == digest.to_string() => Ok(()),
        found => Err(VerifyError::Subject { digest, found }),
    }
}

#[cfg(test)]
mod tests;
