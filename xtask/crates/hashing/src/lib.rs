//! SHA-256 digests: the names of everything this project stores, locks and publishes.
//!
//! One type, [`Digest`], is parsed, printed and compared here and nowhere else, so that a digest is
//! written one way everywhere: `sha256:` and 64 lower-case hexadecimal digits, the form of the
//! [OCI image specification](https://github.com/opencontainers/image-spec/blob/main/descriptor.md#digests).
//!
//! [`Digest::of`] is for bytes in memory, [`Hasher`] for bytes that arrive in pieces or that something
//! writes, [`HashingReader`] for bytes that are read on their way to somewhere else.
//!
//! The crate does no I/O of its own.

mod digest;
mod hasher;
mod reader;

pub use digest::{Digest, ParseDigestError};
pub use hasher::Hasher;
pub use reader::HashingReader;
