//! FAT16 and FAT32, written once: what firmware reads an EFI system partition as.
//!
//! Format: Microsoft's "FAT: General Overview of On-Disk Format", version 1.03, with long names. Nothing is ever changed
//! in such a volume, so that every directory and file lies in one piece and the whole layout is known before content is
//! read:
//!
//! ```text
//! boot sector … │ allocation table │ its copy │ [FAT16: root] │ directories, then their files
//! ```
//!
//! The kind is FAT32 wherever the volume has enough clusters for it, as the UEFI specification wants on disks, and FAT16
//! below that. Names are compared without case. All names that cannot be are told at once.

mod boot;
mod directory;
mod error;
mod geometry;
mod name;
mod time;
mod write;

pub use error::{FatError, NameError, NameFault};
pub use geometry::Kind;
pub use time::FatTime;
pub use write::{Volume, least_size, write};

#[cfg(test)]
mod tests;
