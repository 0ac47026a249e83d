//! Signing in cosign's tag layout.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hashing::Digest;
use oci::{Descriptor, EncodeError};

use crate::{Artifact, PAYLOAD_TYPE, SigningKey, artifact, payload};

/// Annotation of the layer: base64 of the signature over the layer's bytes, in DER.
pub const SIGNATURE_ANNOTATION: &str = "dev.cosignproject.cosign/signature";

/// A signature that cannot be written down.
#[derive(Debug, thiserror::Error)]
pub enum SignError {
    /// A document of it.
    #[error("cannot write the signature of `{digest}`: {source}")]
    Encode {
        /// What is signed.
        digest: Digest,
        /// Why.
        source: EncodeError,
    },
}

/// The tag under which cosign looks for signatures of the manifest with `digest`.
pub fn signature_tag(digest: &Digest) -> String {
    artifact::tag(digest, ".sig")
}

/// Signs the manifest with `digest` in the repository `reference` (`host/path`, neither tag nor digest).
///
/// The same key, repository and digest give the same bytes.
pub fn sign(key: &SigningKey, reference: &str, digest: &Digest) -> Result<Artifact, SignError> {
    let failed = |source| SignError::Encode { digest: *digest, source };
    let payload = payload(reference, digest).map_err(|error| failed(error.into()))?;
    let layer = Descriptor::of(PAYLOAD_TYPE, &payload)
        .annotated(SIGNATURE_ANNOTATION, STANDARD.encode(key.sign_bytes(&payload)));
    artifact::image(signature_tag(digest), vec![(layer, payload)]).map_err(failed)
}
