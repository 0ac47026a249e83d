//! Why a table cannot be written or read.

use std::io;

use crate::{Guid, ImageError};

/// Why a disk cannot be laid out.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum GptError {
    /// More partitions than the table has entries.
    #[error("a disk has at most {most} partitions, not {count}")]
    TooMany {
        /// How many there are.
        count: usize,
        /// How many there may be.
        most: usize,
    },
    /// A label that is too long.
    #[error("the partition label `{name}` is {length} UTF-16 units long; 36 fit")]
    Name {
        /// The label.
        name: String,
        /// Its length.
        length: usize,
    },
    /// A partition without a sector, or with part of one.
    #[error("the partition `{name}` has {size} bytes, which is not one or more sectors of {sector}")]
    Size {
        /// Its label.
        name: String,
        /// Its size in bytes.
        size: u64,
        /// The size of a sector in bytes.
        sector: u64,
    },
    /// A disk with part of a sector.
    #[error("a disk of {size} bytes is no number of sectors of {sector} bytes")]
    DiskSize {
        /// Its size in bytes.
        size: u64,
        /// The size of a sector in bytes.
        sector: u64,
    },
    /// Two partitions, or a partition and the disk, with one identifier, or one with none.
    #[error("the identifier `{guid}` of the partition `{name}` is nil or taken")]
    Identifier {
        /// The label of the second one.
        name: String,
        /// The identifier.
        guid: Guid,
    },
    /// The disk is too small.
    #[error("the partitions need a disk of {needed} bytes; this one has {size}")]
    TooSmall {
        /// The size that would do, in bytes.
        needed: u64,
        /// The size of the disk in bytes.
        size: u64,
    },
    /// Two partitions overlap or one leaves the usable sectors.
    #[error("the partition `{name}` overlaps another one or lies outside of the usable sectors")]
    Place {
        /// Its label.
        name: String,
    },
    /// Something lies where the table or a partition belongs.
    #[error(transparent)]
    Image(#[from] ImageError),
}

/// Why a disk has no table that can be trusted.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The disk could not be read, or ends before its table does.
    #[error("could not read the {part} of the partition table")]
    Io {
        /// What was read.
        part: &'static str,
        /// What went wrong.
        #[source]
        source: io::Error,
    },
    /// There is none.
    #[error(
        "there is no partition table: sector 1 does not start with `EFI PART`, for sectors of 512 and 4096 bytes"
    )]
    Absent,
    /// It is there, but wrong.
    #[error("the partition table is damaged: {what}")]
    Damaged {
        /// What is wrong.
        what: String,
    },
}
