//! Keys and certificates as Talos makes them.
//!
//! Authorities of Kubernetes and etcd have ECDSA keys on P-256, Talos' own has an Ed25519 key; each signs clients whose
//! keys are of its kind. Source: `github.com/siderolabs/crypto/x509`.
//!
//! # Invariants
//!
//! - times and random bytes come from the caller: the same ones give the same bytes, as signatures are deterministic
//!   (RFC 6979, RFC 8032);
//! - private keys are wiped from memory and never part of a message.

mod authority;
mod certificate;
mod error;
mod key;

pub use authority::Authority;
pub use certificate::{Subject, Validity};
pub use error::Error;
pub use key::{KeyKind, PrivateKey};

/// Fills a buffer with random bytes.
pub type Random<'a> = &'a mut dyn FnMut(&mut [u8]);
