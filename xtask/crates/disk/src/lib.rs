//! Disks as firmware and hypervisors read them: partition tables, the file system of the EFI system partition, the
//! META partition of Talos, raw disks and qcow2.
//!
//! Tools that make disks want a loop device, a mount, or a file as large as the disk. Here a disk is a value:
//! [`Image`] is a size and a sorted list of extents, and what lies between them reads as zeros. Every format turns
//! values into such an image, so that a disk of 2 GiB costs the memory and the time of its content, and an image can be
//! put into another one:
//!
//! ```text
//! Directory ── fat::write ──▶ Image ─┐
//! Meta ─────── Meta::image ─▶ Image ─┴─ gpt::assemble ─▶ Image ─┬─ Image::write_sparse     raw
//!                                                               ├─ zst::write              raw.zst
//!                                                               └─ qcow2::write            qcow2
//! ```
//!
//! # Invariants
//!
//! - The bytes of an image are a function of the values it is made of: no clock, no random identifiers, no order of a
//!   directory on disk. What other tools draw at random ([`Guid`], serial numbers) the caller names or derives.
//! - Extents never overlap and never leave their image.
//! - The crate opens nothing. What is too large for memory is read through a [`Source`] while an image is written.

mod content;
pub mod fat;
pub mod gpt;
mod guid;
mod image;
mod mbr;
pub mod meta;
mod moment;
mod numbers;
pub mod qcow2;
mod sector;
mod tree;
pub mod zst;

pub use content::{Content, Source};
pub use guid::{Guid, ParseGuidError};
pub use image::{Image, ImageError, Reader};
pub use moment::Moment;
pub use sector::Sector;
pub use tree::{Directory, Node, TreeError};
