//! Talos machine configurations as the official library makes them.
//!
//! `talosctl gen config`, `machineconfig patch` and `validate` are the truth; the end-to-end tests ask the library
//! behind them, by version, and compare. What this crate adds: a whole fleet in one process, every mistake with its
//! place, and secrets that stay out until the last step.
//!
//! ```text
//! SecretsBundle ──┐
//! Cluster+Machine ┴─ generate ─> Config ─ patch ─> Config ─ validate ─> complaints
//!                                                    └─ to_yaml, fill (placeholders to secrets)
//! ```
//!
//! # Invariants
//!
//! - no I/O, no clock, no randomness: times and random bytes come from the caller;
//! - the same inputs give the same bytes;
//! - no message shows a secret;
//! - documents of kinds that a version of Talos does not know pass through unchanged.

mod bundle;
mod contract;
mod emit;
mod error;
mod secret;

pub use bundle::{CertificateAndKey, Field, SecretsBundle};
pub use contract::{Contract, contract};
pub use error::Error;
pub use secret::Secret;
