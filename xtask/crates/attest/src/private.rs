//! The private key.

use std::fmt;

use p256::SecretKey;
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{self, DerSignature};
use p256::pkcs8::{DecodePrivateKey as _, EncodePrivateKey as _, ObjectIdentifier, PrivateKeyInfoRef};
use zeroize::Zeroizing;

use crate::pem::{self, Block};
use crate::sealed::{self, Label};
use crate::{PemError, SealError, VerifyingKey};

/// Label of PKCS#8, the form in which keys are written.
const PKCS8: &str = "PRIVATE KEY";
/// Label of SEC 1, what `openssl ecparam -genkey` writes.
const SEC1: &str = "EC PRIVATE KEY";
const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");

/// A key that signs: ECDSA on P-256 with SHA-256.
///
/// The scalar is overwritten when the key is dropped; `Debug` shows the fingerprint of the public key.
#[derive(Clone, PartialEq, Eq)]
pub struct SigningKey(ecdsa::SigningKey);

/// Text that is no private key of ours.
///
/// No variant holds any part of the text but labels and names.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum PrivateKeyError {
    /// No PEM.
    #[error("cannot read the private key: {0}")]
    Pem(#[from] PemError),
    /// It is a public key.
    #[error("this is a public key, not a private one: give the file that cosign calls `cosign.key`")]
    Public,
    /// It is a certificate.
    #[error("this is a certificate, not a private key: give the key that belongs to it")]
    Certificate,
    /// It is a key for another algorithm or curve.
    #[error(
        "this is a private key for {found}, not for ECDSA on P-256: make one with `cosign generate-key-pair`"
    )]
    Algorithm {
        /// What it is for.
        found: String,
    },
    /// It is encrypted in a way that neither cosign nor we read.
    #[error(
        "the private key is encrypted by OpenSSL (`{label}`): decrypt it with `openssl pkey`, or seal it again with `cosign import-key-pair`"
    )]
    Foreign {
        /// Label of the block.
        label: String,
    },
    /// It is encrypted and no password was given.
    #[error("the private key is encrypted: give its password")]
    NeedsPassword,
    /// Opening the encrypted key failed.
    #[error(transparent)]
    Sealed(#[from] SealError),
    /// The block is something else.
    #[error("the PEM block `{label}` is no private key")]
    Label {
        /// Label of the block.
        label: String,
    },
    /// The label is right and the bytes are not.
    #[error("the private key is damaged: `{label}` does not hold a key on P-256")]
    Damaged {
        /// Label of the block.
        label: String,
    },
    /// Random bytes that are no key. Happens once in four thousand million times.
    #[error("these random bytes are no key on P-256: draw others")]
    Random,
}

impl SigningKey {
    /// The key that `random` is, 32 bytes of a cryptographic source.
    pub fn generate(random: &[u8; 32]) -> Result<Self, PrivateKeyError> {
        ecdsa::SigningKey::from_slice(random).map(Self).map_err(|_| PrivateKeyError::Random)
    }

    /// Reads PKCS#8 (RFC 5958), SEC 1 (RFC 5915) and cosign's encrypted keys; `password` is for the last only.
    pub fn from_pem(text: &str, password: Option<&[u8]>) -> Result<Self, PrivateKeyError> {
        let block = pem::read(text, PKCS8)?;
        if block.headers {
            return Err(PrivateKeyError::Foreign { label: block.label.to_owned() });
        }
        match block.label {
            PKCS8 => Self::from_pkcs8(&block.bytes, PKCS8),
            SEC1 => Self::from_sec1(&block),
            label => match Label::from_text(label) {
                Some(_) => {
                    let password = password.ok_or(PrivateKeyError::NeedsPassword)?;
                    Self::from_pkcs8(&sealed::open(&block.bytes, password)?, label)
                }
                None => Err(unusable(label)),
            },
        }
    }

    /// The key as PKCS#8 in PEM, unencrypted; overwritten when it is dropped.
    pub fn to_pem(&self) -> Zeroizing<String> {
        pem::write(PKCS8, &self.pkcs8())
    }

    /// The key as `cosign generate-key-pair` writes it: PKCS#8 in a box that `password` opens.
    ///
    /// `salt` and `nonce` are bytes of a cryptographic source, never used before.
    pub fn to_sealed_pem(
        &self,
        label: Label,
        password: &[u8],
        salt: &[u8; 32],
        nonce: &[u8; 24],
    ) -> Result<String, SealError> {
        let sealed = sealed::seal(&self.pkcs8(), password, salt, nonce)?;
        Ok(pem::write(label.text(), &sealed).as_str().to_owned())
    }

    /// The key that verifies what this one signs.
    pub fn verifying_key(&self) -> VerifyingKey {
        VerifyingKey::of(*self.0.verifying_key())
    }

    /// The signature of `message` by RFC 6979, as DER (RFC 3279 §2.2.3).
    pub fn sign_bytes(&self, message: &[u8]) -> Vec<u8> {
        let signature: DerSignature = self.0.sign(message);
        signature.as_bytes().to_vec()
    }

    fn from_pkcs8(der: &[u8], label: &str) -> Result<Self, PrivateKeyError> {
        let damaged = || PrivateKeyError::Damaged { label: label.to_owned() };
        let info = PrivateKeyInfoRef::try_from(der).map_err(|_| damaged())?;
        let curve = info.algorithm.parameters_oid().ok();
        if info.algorithm.oid != EC || curve.is_some_and(|curve| curve != P256) {
            let found = algorithm_name(info.algorithm.oid, curve);
            return Err(PrivateKeyError::Algorithm { found });
        }
        ecdsa::SigningKey::from_pkcs8_der(der).map(Self).map_err(|_| damaged())
    }

    fn from_sec1(block: &Block<'_>) -> Result<Self, PrivateKeyError> {
        // The curve stands behind the scalar and is optional, so it is looked for where the reader would stop.
        for curve in ["1.3.132.0.34", "1.3.132.0.35", "1.3.132.0.10"] {
            let Ok(curve) = ObjectIdentifier::new(curve) else { continue };
            if block.bytes.windows(curve.as_bytes().len()).any(|window| window == curve.as_bytes()) {
                return Err(PrivateKeyError::Algorithm { found: algorithm_name(EC, Some(curve)) });
            }
        }
        let key = SecretKey::from_sec1_der(&block.bytes);
        let key = key.map_err(|_| PrivateKeyError::Damaged { label: block.label.to_owned() })?;
        Ok(Self(key.into()))
    }

    fn pkcs8(&self) -> Zeroizing<Vec<u8>> {
        // Encoding fails on lengths beyond DER's only.
        let document = self.0.to_pkcs8_der();
        document.map(|document| document.to_bytes()).unwrap_or_default()
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "SigningKey(of {})", self.verifying_key())
    }
}

/// What a block is that is no private key of ours.
fn unusable(label: &str) -> PrivateKeyError {
    let label = label.to_owned();
    match label.as_str() {
        "PUBLIC KEY" | "RSA PUBLIC KEY" => PrivateKeyError::Public,
        "CERTIFICATE" | "TRUSTED CERTIFICATE" => PrivateKeyError::Certificate,
        "ENCRYPTED PRIVATE KEY" => PrivateKeyError::Foreign { label },
        "RSA PRIVATE KEY" => PrivateKeyError::Algorithm { found: "RSA".to_owned() },
        "DSA PRIVATE KEY" => PrivateKeyError::Algorithm { found: "DSA".to_owned() },
        "OPENSSH PRIVATE KEY" => PrivateKeyError::Algorithm { found: "SSH".to_owned() },
        _ => PrivateKeyError::Label { label },
    }
}

/// How people call an algorithm and curve.
pub(crate) fn algorithm_name(algorithm: ObjectIdentifier, curve: Option<ObjectIdentifier>) -> String {
    let curve = curve.map(|curve| curve.to_string());
    match (algorithm.to_string().as_str(), curve.as_deref()) {
        ("1.2.840.113549.1.1.1", _) => "RSA".to_owned(),
        ("1.3.101.112", _) => "Ed25519".to_owned(),
        ("1.2.840.10045.2.1", Some("1.3.132.0.34")) => "ECDSA on P-384".to_owned(),
        ("1.2.840.10045.2.1", Some("1.3.132.0.35")) => "ECDSA on P-521".to_owned(),
        ("1.2.840.10045.2.1", Some("1.3.132.0.10")) => "ECDSA on secp256k1".to_owned(),
        ("1.2.840.10045.2.1", Some(curve)) => format!("ECDSA on the curve `{curve}`"),
        (other, _) => format!("the algorithm `{other}`"),
    }
}

#[cfg(test)]
mod tests;
