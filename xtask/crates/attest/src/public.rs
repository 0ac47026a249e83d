//! The public key.

use std::fmt;

use hashing::Digest;
use p256::ecdsa::signature::Verifier as _;
use p256::ecdsa::{self, DerSignature};
use p256::pkcs8::{DecodePublicKey as _, EncodePublicKey as _, ObjectIdentifier, SubjectPublicKeyInfoRef};

use crate::private::algorithm_name;
use crate::{PemError, pem};

/// Label of a `SubjectPublicKeyInfo`.
const SPKI: &str = "PUBLIC KEY";
const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");

/// A key that verifies: ECDSA on P-256 with SHA-256.
///
/// Its text, in `Display`, is its [fingerprint](VerifyingKey::fingerprint).
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct VerifyingKey(ecdsa::VerifyingKey);

/// Text that is no public key of ours.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum PublicKeyError {
    /// No PEM.
    #[error("cannot read the public key: {0}")]
    Pem(#[from] PemError),
    /// It is a private key.
    #[error("this is a private key (`{label}`), not a public one: keep it secret and give `cosign.pub`")]
    Private {
        /// Label of the block.
        label: String,
    },
    /// It is a certificate.
    #[error("this is a certificate, not a public key: extract it with `openssl x509 -pubkey -noout`")]
    Certificate,
    /// It is a key for another algorithm or curve.
    #[error("this is a public key for {found}, not for ECDSA on P-256")]
    Algorithm {
        /// What it is for.
        found: String,
    },
    /// The block is something else.
    #[error("the PEM block `{label}` is no public key")]
    Label {
        /// Label of the block.
        label: String,
    },
    /// The label is right and the bytes are not.
    #[error("the public key is damaged: it is no point on P-256")]
    Damaged,
}

impl VerifyingKey {
    pub(crate) fn of(key: ecdsa::VerifyingKey) -> Self {
        Self(key)
    }

    /// Reads a `SubjectPublicKeyInfo` (RFC 5480) in PEM, what `cosign.pub` is.
    pub fn from_pem(text: &str) -> Result<Self, PublicKeyError> {
        let block = pem::read(text, SPKI)?;
        let label = block.label.to_owned();
        match block.label {
            SPKI => Self::from_der(&block.bytes),
            "CERTIFICATE" | "TRUSTED CERTIFICATE" => Err(PublicKeyError::Certificate),
            "RSA PUBLIC KEY" => Err(PublicKeyError::Algorithm { found: "RSA".to_owned() }),
            private if private.ends_with("PRIVATE KEY") => Err(PublicKeyError::Private { label }),
            _ => Err(PublicKeyError::Label { label }),
        }
    }

    /// The key as a `SubjectPublicKeyInfo` in PEM.
    pub fn to_pem(&self) -> String {
        pem::write(SPKI, &self.der()).as_str().to_owned()
    }

    /// SHA-256 of the `SubjectPublicKeyInfo`, the name under which tools show keys.
    pub fn fingerprint(&self) -> Digest {
        Digest::of(&self.der())
    }

    /// Whether `signature`, in DER, is this key's for `message`.
    pub fn accepts(&self, message: &[u8], signature: &[u8]) -> bool {
        let signature = DerSignature::from_bytes(signature);
        signature.is_ok_and(|signature| self.0.verify(message, &signature).is_ok())
    }

    fn from_der(der: &[u8]) -> Result<Self, PublicKeyError> {
        let info = SubjectPublicKeyInfoRef::try_from(der).map_err(|_| PublicKeyError::Damaged)?;
        let curve = info.algorithm.parameters_oid().ok();
        if info.algorithm.oid != EC || curve.is_some_and(|curve| curve != P256) {
            return Err(PublicKeyError::Algorithm { found: algorithm_name(info.algorithm.oid, curve) });
        }
        ecdsa::VerifyingKey::from_public_key_der(der).map(Self).map_err(|_| PublicKeyError::Damaged)
    }

    fn der(&self) -> Vec<u8> {
        // Encoding fails on lengths beyond DER's only.
        self.0.to_public_key_der().map(|document| document.as_bytes().to_vec()).unwrap_or_default()
    }
}

impl fmt::Display for VerifyingKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fingerprint().fmt(out)
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "VerifyingKey({self})")
    }
}

#[cfg(test)]
mod tests;
