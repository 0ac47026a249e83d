//! Signing in cosign's tag layout.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hashing::Digest;
use oci::{Descriptor, EncodeError};

use crate::{Artifact, PAYLOAD_TYPE, SigningKey, VerifyingKey, artifact, payload};

/// Annotation of the layer: base64 of the signature over the layer's bytes, in DER.
pub const SIGNATURE_ANNOTATION: &str = "dev.cosignproject.cosign/signature";

/// Whatever signs by a key on P-256: one in memory, or one that another program keeps.
pub trait KeyHolder: Sync {
    /// A signature over the SHA-256 of `message`, in DER; `Err` says why there is none.
    fn sign_message(&self, message: &[u8]) -> Result<Vec<u8>, String>;
    /// The key that accepts it.
    fn verifying_key(&self) -> VerifyingKey;
}

impl KeyHolder for SigningKey {
    fn sign_message(&self, message: &[u8]) -> Result<Vec<u8>, String> {
        Ok(self.sign_bytes(message))
    }

    fn verifying_key(&self) -> VerifyingKey {
        self.verifying_key()
    }
}

/// A signature that cannot be made.
#[derive(Debug, thiserror::Error)]
#[error("cannot sign `{digest}`: {source}")]
pub struct SignError {
    /// What is signed.
    pub digest: Digest,
    /// Why.
    pub source: SignFailure,
}

/// Why a signature cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum SignFailure {
    /// A document of it cannot be written.
    #[error(transparent)]
    Encode(#[from] EncodeError),
    /// Who keeps the key does not sign.
    #[error("{0}")]
    Key(String),
}

/// The tag under which cosign looks for signatures of the manifest with `digest`.
pub fn signature_tag(digest: &Digest) -> String {
    artifact::tag(digest, ".sig")
}

/// Signs the manifest with `digest` in the repository `reference` (`host/path`, neither tag nor digest).
///
/// The same [`SigningKey`], repository and digest give the same bytes.
pub fn sign(key: &dyn KeyHolder, reference: &str, digest: &Digest) -> Result<Artifact, SignError> {
    let signed = || -> Result<Artifact, SignFailure> {
        let payload = payload(reference, digest).map_err(EncodeError::from)?;
        let signature = key.sign_message(&payload).map_err(SignFailure::Key)?;
        let layer = Descriptor::of(PAYLOAD_TYPE, &payload)
            .annotated(SIGNATURE_ANNOTATION, STANDARD.encode(signature));
        Ok(artifact::image(signature_tag(digest), vec![(layer, payload)])?)
    };
    signed().map_err(|source| SignError { digest: *digest, source })
}
