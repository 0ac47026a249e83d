//! Talos machine configurations as the official library makes them.
//!
//! `talosctl gen config`, `machineconfig patch` and `validate` are the truth; the end-to-end tests ask the library
//! behind them, by version, and compare. What this crate adds: a whole fleet in one process, every mistake with its
//! place, and secrets that stay out until the last step.
//!
//! ```text
//! Cluster, Machine, SecretsBundle ─ generate ─> Config ─ to_yaml ─> text as the library writes it
//! SecretsBundle::{generate, from_yaml, to_yaml, placeholders}; talosconfig, kubeconfig
//!
//! text ─ Config::read ────────────────────────>   │
//!                                                 ├ patch(&config, &[Patch::read(..)]) ─> Config
//!                                                 ├ validate(&config, mode, strict) ─> complaints
//!                                                 └ fill(&config, &secrets): placeholders to secrets
//! ```
//!
//! # Invariants
//!
//! - no I/O, no clock, no randomness: times and random bytes come from the caller;
//! - the same inputs give the same bytes;
//! - no message shows a secret of a bundle;
//! - documents of kinds that a version of Talos does not know pass through unchanged.

mod access;
mod bundle;
mod config;
mod contract;
mod derive;
mod emit;
mod error;
mod generate;
mod go;
mod leaf;
mod merge;
mod patch;
mod placeholder;
mod read;
mod secret;
mod shape;
mod source;
mod validate;
mod write;

pub use access::{kubeconfig, talosconfig};
pub use bundle::{CertificateAndKey, Field, SecretsBundle};
pub use config::{Config, Document};
pub use contract::{Contract, contract};
pub use error::Error;
pub use generate::{Cluster, Cni, Machine, Role, generate};
pub use patch::{Patch, patch};
pub use placeholder::fill;
pub use secret::Secret;
pub use source::Sources;
pub use validate::{Complaint, Mode, validate};
