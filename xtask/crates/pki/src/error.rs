//! Why there is no key or certificate.

use thiserror::Error;

/// Why there is no key or certificate. No message holds a part of a key.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Error {
    /// The text is no private key in PEM.
    #[error("not a private key in PEM")]
    Key,
    /// The key is of a kind that is not supported.
    #[error("a private key of type `{label}` is not supported, only ECDSA on P-256 and Ed25519")]
    KeyKind {
        /// The label of the PEM block.
        label: String,
    },
    /// The text is no certificate in PEM.
    #[error("not a certificate in PEM: {reason}")]
    Certificate {
        /// What the reader says.
        reason: String,
    },
    /// The certificate cannot be written.
    #[error("cannot make the certificate of `{subject}`: {reason}")]
    Sign {
        /// Whom it is for.
        subject: String,
        /// What is wrong.
        reason: String,
    },
}
