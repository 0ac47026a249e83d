//! Inputs: what comes from outside of the repository, locked by digest.
mod kind;
mod lock;
mod pin;
mod source;

pub use kind::Kind;
pub use lock::{AmbiguousPin, Lock};
pub use pin::{Pin, PinDigest};
pub use source::Source;
