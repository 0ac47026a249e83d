//! Disks as QEMU keeps them, version 3: a file that holds only the clusters which are used.
//!
//! Format: `docs/interop/qcow2.rst` of QEMU. The file is laid out before any of its content is read:
//!
//! ```text
//! header │ table of level 1 │ table of reference counts │ counts │ tables of level 2 │ clusters in the order of the disk
//! ```

mod packed;

use std::collections::BTreeSet;

use crate::{Content, Image, ImageError};

pub use packed::{PackError, write_packed};

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
    /// The layout is wrong, which is a mistake of this crate.
    #[error(transparent)]
    Image(#[from] ImageError),
}

/// Where everything lies, in clusters.
struct Layout {
    level1: u64,
    level1_entries: u64,
    refcounts: u64,
    refcount_table: u64,
    counts: u64,
    refcount_blocks: u64,
    level2: u64,
    data: u64,
    total: u64,
}

/// The qcow2 file that holds an image: again an image, of the file. Errors: see [`Qcow2Error`].
pub fn wrap(disk: &Image) -> Result<Image, Qcow2Error> {
    let size = checked_size(disk)?;
    let used = used_clusters(disk);
    let tables: BTreeSet<u64> = used.iter().map(|cluster| cluster / POINTERS).collect();
    let layout = layout(size, tables.len() as u64, used.len() as u64);
    let mut file = Image::new(layout.total * CLUSTER);
    file.put(0, Content::bytes(header(size, &layout, false)))?;
    file.put(layout.level1 * CLUSTER, Content::bytes(level1(&tables, &layout)))?;
    let blocks = (0..layout.refcount_blocks).map(|block| (layout.counts + block) * CLUSTER);
    file.put(layout.refcounts * CLUSTER, Content::bytes(numbers(blocks)))?;
    let counts = (0..layout.total).flat_map(|_| 1_u16.to_be_bytes()).collect::<Vec<u8>>();
    file.put(layout.counts * CLUSTER, Content::bytes(counts))?;
    file.put(layout.level2 * CLUSTER, Content::bytes(level2(&tables, &used, &layout)))?;
    clusters(disk, &used, &layout, &mut file)?;
    Ok(file)
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

fn layout(size: u64, tables: u64, used: u64) -> Layout {
    let level1_entries = size.div_ceil(CLUSTER * POINTERS);
    let level1_clusters = (level1_entries * 8).div_ceil(CLUSTER);
    let (refcount_table, refcount_blocks) = counting(1 + level1_clusters + tables + used);
    let level1 = 1;
    let refcounts = level1 + level1_clusters;
    let counts = refcounts + refcount_table;
    let level2 = counts + refcount_blocks;
    let data = level2 + tables;
    Layout {
        level1,
        level1_entries,
        refcounts,
        refcount_table,
        counts,
        refcount_blocks,
        level2,
        data,
        total: data + used,
    }
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

fn header(size: u64, layout: &Layout, packed: bool) -> Vec<u8> {
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
    words(&[0, if packed { 1 << 3 } else { 0 }, 0, 0, 0, 0]);
    // Reference counts of 2^4 bits; the length of the header; the compression; then the end of its extensions.
    match packed {
        true => words(&[4, 112, ZSTD << 24, 0, 0, 0]),
        false => words(&[4, 104, 0, 0]),
    }
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

fn level2(tables: &BTreeSet<u64>, used: &BTreeSet<u64>, layout: &Layout) -> Vec<u8> {
    let mut place = layout.data;
    numbers(tables.iter().flat_map(|table| table * POINTERS..(table + 1) * POINTERS).map(|cluster| {
        if !used.contains(&cluster) {
            return 0;
        }
        place += 1;
        ((place - 1) * CLUSTER) | COPIED
    }))
}

/// Moves extents to where their clusters lie; clusters that follow each other stay one extent.
fn clusters(disk: &Image, used: &BTreeSet<u64>, layout: &Layout, file: &mut Image) -> Result<(), ImageError> {
    let mut place = layout.data;
    let mut next = used.iter().peekable();
    for (at, content) in disk.extents() {
        let first = at / CLUSTER;
        while next.next_if(|cluster| **cluster < first).is_some() {
            place += 1;
        }
        // All clusters of one extent are used, so they follow each other in the file, too.
        file.put(place * CLUSTER + at % CLUSTER, content.clone())?;
    }
    Ok(())
}

fn numbers(numbers: impl Iterator<Item = u64>) -> Vec<u8> {
    numbers.flat_map(u64::to_be_bytes).collect()
}

#[cfg(test)]
mod tests;
