//! Disks as QEMU keeps them, version 3: a file that holds only the clusters which are used, compressed.
//!
//! Format: `docs/interop/qcow2.rst` of QEMU. Clusters have no place before they are compressed, so everything that says
//! where they are comes behind them, and the header last of all:
//!
//! ```text
//! header │ clusters │ tables of level 2 │ table of level 1 │ table of reference counts │ counts
//! ```

mod write;

use std::collections::BTreeSet;

use crate::Image;

pub use write::{WriteError, write};

/// The size of a cluster in bytes.
pub const CLUSTER: u64 = 1 << BITS;
const BITS: u32 = 16;
/// Entries of a table of level 2, and of a table of reference counts.
const POINTERS: u64 = CLUSTER / 8;
/// Reference counts in a cluster, each of 16 bits.
const COUNTS: u64 = CLUSTER / 2;
/// The flag of a cluster that nothing else refers to.
const COPIED: u64 = 1 << 63;
/// The number of Zstandard among compressions.
const ZSTD: u32 = 1;
/// The largest disk: its table of level 1 has the 32 MiB that QEMU reads.
const LARGEST: u64 = (32 << 20) / 8 * POINTERS * CLUSTER;

/// Why an image cannot be a qcow2 file.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Qcow2Error {
    /// It is larger than QEMU takes.
    #[error("a disk of {size} bytes is too large for qcow2; {LARGEST} bytes are the most")]
    TooLarge {
        /// Its size.
        size: u64,
    },
    /// It is no number of sectors.
    #[error("a disk of {size} bytes is no number of sectors of 512 bytes")]
    Size {
        /// Its size.
        size: u64,
    },
}

/// Where everything lies, in clusters.
struct Layout {
    level1: u64,
    level1_entries: u64,
    refcounts: u64,
    refcount_table: u64,
    level2: u64,
}

fn checked_size(disk: &Image) -> Result<u64, Qcow2Error> {
    match disk.size() {
        size if size > LARGEST => Err(Qcow2Error::TooLarge { size }),
        size if !size.is_multiple_of(512) => Err(Qcow2Error::Size { size }),
        size => Ok(size),
    }
}

/// The clusters of the disk that hold anything.
fn used_clusters(disk: &Image) -> BTreeSet<u64> {
    disk.extents().flat_map(|(at, content)| at / CLUSTER..(at + content.len()).div_ceil(CLUSTER)).collect()
}

/// The clusters of the table of reference counts, and of the counts, for so many other clusters.
fn counting(others: u64) -> (u64, u64) {
    // Counts are counted, too: a few rounds reach a number that covers itself.
    let (mut table, mut blocks) = (1, 1);
    loop {
        let needed = (others + table + blocks).div_ceil(COUNTS);
        let pointers = needed.div_ceil(POINTERS);
        if needed <= blocks && pointers <= table {
            return (table, blocks);
        }
        (table, blocks) = (pointers, needed);
    }
}

fn header(size: u64, layout: &Layout) -> Vec<u8> {
    let mut header = b"QFI\xFB".to_vec();
    let mut words = |words: &[u32]| header.extend(words.iter().flat_map(|word| word.to_be_bytes()));
    let halves = |number: u64| [(number >> 32) as u32, (number & 0xFFFF_FFFF) as u32];
    // Version; no backing file.
    words(&[3, 0, 0, 0, BITS]);
    words(&halves(size));
    // No encryption.
    words(&[0, u32::try_from(layout.level1_entries).unwrap_or(u32::MAX)]);
    words(&halves(layout.level1 * CLUSTER));
    words(&halves(layout.refcounts * CLUSTER));
    // No snapshots.
    words(&[u32::try_from(layout.refcount_table).unwrap_or(u32::MAX), 0, 0, 0]);
    // The one feature that a reader must know is another compression than zlib's.
    words(&[0, 1 << 3, 0, 0, 0, 0]);
    // Reference counts of 2^4 bits; the length of the header; the compression; then the end of its extensions.
    words(&[4, 112, ZSTD << 24, 0, 0, 0]);
    header
}

fn level1(tables: &BTreeSet<u64>, layout: &Layout) -> Vec<u8> {
    let mut place = layout.level2;
    numbers((0..layout.level1_entries).map(|index| {
        if !tables.contains(&index) {
            return 0;
        }
        place += 1;
        ((place - 1) * CLUSTER) | COPIED
    }))
}

fn numbers(numbers: impl Iterator<Item = u64>) -> Vec<u8> {
    numbers.flat_map(u64::to_be_bytes).collect()
}

#[cfg(test)]
mod tests;
