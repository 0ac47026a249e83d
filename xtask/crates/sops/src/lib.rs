//! YAML files that SOPS encrypted for age keys, read and written so that `sops` opens them.
//!
//! ```text
//! text ─ decrypt(identities) ─> Node       Node ─ encrypt(recipients, random, time) ─> text
//! ```
//!
//! Keys stay readable, values do not: each is encrypted by AES-256-GCM under a data key, with the keys above it as
//! additional data, so that no value can be moved. The data key is encrypted for each age recipient. A code over all
//! values in their order (MAC) shows that none was left out.
//!
//! Format: <https://github.com/getsops/sops>, `stores`, `aes` and `sops.go`; <https://age-encryption.org/v1>.
//!
//! # Invariants
//!
//! - no I/O and no clock. Random bytes come from the caller, but for those that the crate `age` makes for itself when it
//!   encrypts the data key;
//! - no message holds a plain value or a private key;
//! - data keys are wiped from memory;
//! - what this crate does not know to judge (regular expressions, other key services alone, Shamir shares) is refused,
//!   never passed over.

mod cipher;
mod error;
mod key;
mod leaves;
mod mac;
mod metadata;
mod open;
mod scalar;
mod seal;

pub use error::SopsError;
pub use key::{Identity, Recipient};
pub use metadata::is_encrypted;
pub use open::{decrypt, recipients};
pub use seal::{Sealing, encrypt};
