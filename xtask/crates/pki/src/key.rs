//! Private keys.

use ed25519_dalek::pkcs8::{DecodePrivateKey as _, KeypairBytes};
use p256::SecretKey;
use x509_cert::der::pem::{self, LineEnding};
use zeroize::Zeroizing;

use crate::{Error, Random};

/// Labels of PEM blocks.
const EC: &str = "EC PRIVATE KEY";
const ED25519: &str = "ED25519 PRIVATE KEY";
const ANY: &str = "PRIVATE KEY";

/// What a key signs with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// ECDSA on the curve P-256 with SHA-256.
    P256,
    /// Ed25519.
    Ed25519,
}

/// A private key.
#[derive(Clone)]
pub enum PrivateKey {
    /// ECDSA on the curve P-256 with SHA-256.
    P256(Box<p256::ecdsa::SigningKey>),
    /// Ed25519.
    Ed25519(Box<ed25519_dalek::SigningKey>),
}

impl PrivateKey {
    /// A key of these random bytes.
    pub fn generate(kind: KeyKind, random: Random<'_>) -> Self {
        let mut bytes = Zeroizing::new([0; 32]);
        loop {
            random(bytes.as_mut());
            match kind {
                KeyKind::Ed25519 => {
                    return Self::Ed25519(Box::new(ed25519_dalek::SigningKey::from_bytes(&bytes)));
                }
                // One in 2^32 numbers is above the order of the curve.
                KeyKind::P256 => {
                    if let Ok(key) = p256::ecdsa::SigningKey::from_slice(bytes.as_ref()) {
                        return Self::P256(Box::new(key));
                    }
                }
            }
        }
    }

    /// What it signs with.
    pub fn kind(&self) -> KeyKind {
        match self {
            Self::P256(_) => KeyKind::P256,
            Self::Ed25519(_) => KeyKind::Ed25519,
        }
    }

    /// The key of a PEM text: SEC 1 for ECDSA, PKCS #8 for both.
    ///
    /// # Errors
    ///
    /// When it is no such text, or a key of another kind.
    pub fn from_pem(text: &str) -> Result<Self, Error> {
        let (label, der) = pem::decode_vec(text.as_bytes()).map_err(|_| Error::Key)?;
        let der = Zeroizing::new(der);
        let p256 = |key: SecretKey| Self::P256(Box::new(key.into()));
        let ed25519 = |key: ed25519_dalek::SigningKey| Self::Ed25519(Box::new(key));
        match label {
            EC => SecretKey::from_sec1_der(&der).map(p256).map_err(|_| Error::Key),
            ED25519 => ed25519_dalek::SigningKey::from_pkcs8_der(&der).map(ed25519).map_err(|_| Error::Key),
            ANY => {
                let curve = SecretKey::from_pkcs8_der(&der).map(p256);
                let key = curve.or_else(|_| ed25519_dalek::SigningKey::from_pkcs8_der(&der).map(ed25519));
                key.map_err(|_| Error::KeyKind { label: label.to_owned() })
            }
            other => Err(Error::KeyKind { label: other.to_owned() }),
        }
    }

    /// The key as PEM, in the form that Talos writes.
    ///
    /// # Errors
    ///
    /// When the key cannot be encoded, which does not happen to keys of this crate.
    pub fn to_pem(&self) -> Result<Zeroizing<String>, Error> {
        match self {
            Self::P256(key) => {
                let der = SecretKey::from(key.as_ref()).to_sec1_der().map_err(|_| Error::Key)?;
                encode(EC, &der)
            }
            Self::Ed25519(key) => {
                // Without the public key, which Go does not write either.
                let bytes = KeypairBytes { secret_key: key.to_bytes(), public_key: None };
                let der = private_key_info(&bytes)?;
                encode(ED25519, &der)
            }
        }
    }
}

fn private_key_info(bytes: &KeypairBytes) -> Result<Zeroizing<Vec<u8>>, Error> {
    use ed25519_dalek::pkcs8::EncodePrivateKey as _;
    let document = bytes.to_pkcs8_der().map_err(|_| Error::Key)?;
    Ok(Zeroizing::new(document.as_bytes().to_vec()))
}

fn encode(label: &str, der: &[u8]) -> Result<Zeroizing<String>, Error> {
    pem::encode_string(label, LineEnding::LF, der).map(Zeroizing::new).map_err(|_| Error::Key)
}

impl std::fmt::Debug for PrivateKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "PrivateKey({:?}, …)", self.kind())
    }
}
