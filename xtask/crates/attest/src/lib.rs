//! Signatures and attestations of OCI artifacts, by key and offline, in the bytes that
//! [cosign](https://github.com/sigstore/cosign) writes and that `cosign verify --key` and Flux's `verify` read.
//!
//! What is said about an artifact is an artifact of its own beside it, found by its tag or as a referrer. Cosign 3 and
//! Flux 2.8 look for referrers first and for tags when there are none; what came before looks for tags only.
//!
//! ```text
//! repo@sha256:<hex>            what is signed
//! repo:sha256-<hex>.sig        Manifest ─┬─ config   an image configuration
//!                                        └─ layer    simple signing payload, that names sha256:<hex>
//!                                             └─ annotation dev.cosignproject.cosign/signature (base64 of DER)
//! repo:sha256-<hex>.att        Manifest ─┬─ config   an image configuration
//!                                        └─ layers   DSSE envelopes ── statement about sha256:<hex> ── predicate
//! repo@sha256:<other>          Manifest ─┬─ subject  sha256:<hex>
//!   (a referrer for each)                └─ layer    Sigstore bundle ── DSSE envelope ── statement ── predicate
//! ```
//!
//! Predicates are the [`provenance`] of an artifact and its [`bom`], bill of materials; in a bundle a plain signature is
//! a statement with an empty predicate. They are made of plain data: nothing here knows the clock or the machine.
//!
//! Keys are ECDSA on P-256 with SHA-256, cosign's own default. The nonce of a signature comes from the key and the
//! message (RFC 6979), so that the same key signs the same bytes the same way: signing again changes nothing.
//!
//! The crate does no I/O and has no source of randomness; whoever makes or seals a key brings the bytes. Secrets are
//! overwritten when they are dropped, and neither `Debug` nor an error ever shows one.

mod age_file;
mod artifact;
mod payload;
mod pem;
mod private;
mod public;
mod sealed;
mod signature;
mod verify;

mod attestation;
mod bom;
mod bundle;
mod dsse;
mod provenance;
mod purl;
mod statement;
mod verify_statement;

pub use age_file::{AgeError, is_age, open_age};
pub use artifact::Artifact;
pub use attestation::{Attestations, Predicate, Signatures, attest, attestation_tag, sign_both};
pub use bom::{Bom, Component, ComponentKind, bom};
pub use bundle::BUNDLE_TYPE;
pub use dsse::ENVELOPE_TYPE;
pub use payload::{PAYLOAD_TYPE, payload};
pub use pem::PemError;
pub use private::{PrivateKeyError, SigningKey};
pub use provenance::{Invocation, Material, Provenance, provenance};
pub use public::{PublicKeyError, VerifyingKey};
pub use sealed::{Label, SealError};
pub use signature::{KeyHolder, SIGNATURE_ANNOTATION, SignError, SignFailure, sign, signature_tag};
pub use statement::{BOM_PREDICATE, PROVENANCE_PREDICATE, SIGNATURE_PREDICATE, Statement, Subject};
pub use verify::{VerifyError, verify};
pub use verify_statement::{verify_attestation, verify_bundle};
