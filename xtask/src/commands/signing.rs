//! Signatures of releases: keys, what is said with them, and who checks it.

mod check;
mod key;
mod signer;
mod statements;

pub(crate) use check::{SignatureState, check_bundle, check_release, state};
pub(crate) use key::{SigningArgs, verifying_key};
pub(crate) use signer::KeySigner;
pub(crate) use statements::statements;
