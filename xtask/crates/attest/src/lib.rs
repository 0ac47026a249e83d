//! Signatures and attestations of OCI artifacts, by key and offline, in the bytes that
//! [cosign](https://github.com/sigstore/cosign) writes and that `cosign verify --key` and Flux's `verify` read.
//!
//! A signature is an artifact of its own beside what it signs, found by its tag:
//!
//! ```text
//! repo@sha256:<hex>            what is signed
//! repo:sha256-<hex>.sig        Manifest ─┬─ config   an image configuration
//!                                        └─ layer    simple signing payload, that names sha256:<hex>
//!                                             └─ annotation dev.cosignproject.cosign/signature (base64 of DER)
//! ```
//!
//! Keys are ECDSA on P-256 with SHA-256, cosign's own default. The nonce of a signature comes from the key and the
//! message (RFC 6979), so that the same key signs the same bytes the same way: signing again changes nothing.
//!
//! The crate does no I/O and has no source of randomness; whoever makes or seals a key brings the bytes. Secrets are
//! overwritten when they are dropped, and neither `Debug` nor an error ever shows one.

mod artifact;
mod payload;
mod pem;
mod private;
mod public;
mod sealed;
mod signature;
mod verify;

pub use artifact::Artifact;
pub use payload::{PAYLOAD_TYPE, payload};
pub use pem::PemError;
pub use private::{PrivateKeyError, SigningKey};
pub use public::{PublicKeyError, VerifyingKey};
pub use sealed::{Label, SealError};
pub use signature::{SIGNATURE_ANNOTATION, SignError, sign, signature_tag};
pub use verify::{VerifyError, verify};
