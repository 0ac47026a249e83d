//! ISO images that UEFI starts from a CD and, copied as they are, from a USB stick.
//!
//! Formats: ECMA-119 (ISO 9660) at its level 3, Rock Ridge (IEEE P1282 1.12 over SUSP 1.12) for the names that people
//! gave, El Torito 1.0 for firmware that starts from a CD, and a GUID partition table for firmware that sees a disk:
//!
//! ```text
//! 0      protective MBR, partition table        for a disk
//! 16     volume descriptors, boot record        for a CD
//!        path tables, directories, boot catalog, files
//!        EFI system partition (FAT)             for both: El Torito entry and GPT partition 2
//!        copy of the partition table
//! ```
//!
//! # Invariants
//!
//! - The bytes are a function of [`Iso`]: times and identifiers are its fields.
//! - Names of the tree are kept as they are; the names of ISO 9660 beside them are made up and unique.
//! - The crate does no I/O; files are read while the image is written.

mod catalog;
mod descriptor;
mod error;
mod folders;
mod name;
mod number;
mod path_table;
mod record;
mod rock_ridge;
mod time;
mod write;

pub use error::IsoError;
pub use write::{Iso, SECTOR, write};

#[cfg(test)]
mod tests;
