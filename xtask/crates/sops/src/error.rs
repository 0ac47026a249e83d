//! What can go wrong.

use thiserror::Error;

/// Why a file could not be decrypted or encrypted. No message holds a plain value.
#[derive(Clone, Debug, Error, Eq, PartialEq)]
pub enum SopsError {
    /// No `sops` section.
    #[error("`{file}` was not encrypted by SOPS: it has no section `sops`")]
    NotEncrypted {
        /// The file.
        file: String,
    },
    /// A section that does not say what it must.
    #[error("the section `sops` of `{file}` is broken: {reason}")]
    Metadata {
        /// The file.
        file: String,
        /// What is wrong.
        reason: String,
    },
    /// A feature of SOPS that this crate does not have.
    #[error("`{file}` uses `{feature}` of SOPS, which is not supported here")]
    Unsupported {
        /// The file.
        file: String,
        /// The field of the section.
        feature: String,
    },
    /// No identity opens the data key.
    #[error("no age key at hand opens `{file}`; it was encrypted for {recipients}")]
    NoKey {
        /// The file.
        file: String,
        /// The public keys.
        recipients: String,
    },
    /// A value that does not decrypt.
    #[error("`{file}`: `{field}` cannot be decrypted: {reason}")]
    Value {
        /// The file.
        file: String,
        /// The keys above the value, separated by dots.
        field: String,
        /// What is wrong.
        reason: &'static str,
    },
    /// Values were changed, added, removed or moved.
    #[error("`{file}` was changed after it was encrypted: its values do not match the code in `sops.mac`")]
    Tampered {
        /// The file.
        file: String,
    },
    /// Something that SOPS cannot hold.
    #[error("`{field}` cannot be encrypted: {reason}")]
    Plain {
        /// The keys above the value, separated by dots.
        field: String,
        /// What is wrong.
        reason: &'static str,
    },
    /// Nobody to encrypt for.
    #[error("there is no age public key to encrypt for")]
    NoRecipient,
    /// A text that is no age key.
    #[error("{what} is no age key")]
    Key {
        /// What was read: the text of a public key, or the place of a private one.
        what: String,
    },
    /// The library that encrypts the data key.
    #[error("cannot encrypt the data key: {0}")]
    Age(String),
}
