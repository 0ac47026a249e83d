//! squashfs images: read-only file systems, which Talos' root and its extensions are.
//!
//! Written and read by `backhand`; this crate fixes everything that an image could depend on but its files: one owner,
//! time 0, blocks of 128 KiB, a level of compression, no padding beyond 4 KiB.
//!
//! Invariants: no I/O; the same tree gives the same image, as long as [`IDENTITY`] is the same; no input makes it panic.
//!
//! Source: squashfs 4.0 as `fs/squashfs` of Linux reads it.

mod error;
mod read;
mod write;

pub use error::SquashError;
pub use read::{read, read_below};
pub use write::{IDENTITY, write};
