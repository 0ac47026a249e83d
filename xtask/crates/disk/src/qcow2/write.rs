//! Writing: clusters first, then what says where they are.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Seek, SeekFrom, Write};

use super::{
    CLUSTER, COPIED, Layout, POINTERS, Qcow2Error, checked_size, counting, header, level1, numbers,
    used_clusters,
};
use crate::{Image, Source as _};

/// The flag of a compressed cluster.
const PACKED: u64 = 1 << 62;
/// Where the number of further sectors that a compressed cluster touches stands in its entry.
const SECTORS: u32 = 54;
const SECTOR: u64 = 512;

/// Why a file cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The image cannot be a qcow2 file.
    #[error(transparent)]
    Disk(#[from] Qcow2Error),
    /// Its content cannot be read, or the file cannot be written.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Writes the qcow2 file that holds an image, its clusters in Zstandard, which QEMU reads since 5.1. `out` is a file that
/// was made a moment ago. What is only zeros, as a hole or not, takes no place.
pub fn write(disk: &Image, level: i32, out: &mut (impl Write + Seek)) -> Result<(), WriteError> {
    let size = checked_size(disk)?;
    out.seek(SeekFrom::Start(CLUSTER))?;
    let mut packer = Packer { out, at: CLUSTER, entries: BTreeMap::new(), counts: vec![1] };
    let mut compressor = zstd::bulk::Compressor::new(level)?;
    let mut cluster = vec![0; usize::try_from(CLUSTER).map_err(io::Error::other)?];
    for index in used_clusters(disk) {
        let start = index * CLUSTER;
        let length = usize::try_from(CLUSTER.min(size - start)).map_err(io::Error::other)?;
        let (content, rest) = cluster.split_at_mut(length);
        disk.read_at(start, content)?;
        rest.fill(0);
        if cluster.iter().all(|byte| *byte == 0) {
            continue;
        }
        let smaller = compressor.compress(&cluster)?;
        let entry = match (smaller.len() as u64) < CLUSTER {
            true => packer.packed(&smaller)?,
            false => packer.plain(&cluster)?,
        };
        packer.entries.insert(index, entry);
    }
    packer.finish(size)
}

struct Packer<'a, W> {
    out: &'a mut W,
    /// Where the next byte goes.
    at: u64,
    /// Entries of tables of level 2, by clusters of the disk.
    entries: BTreeMap<u64, u64>,
    /// How much refers to each cluster of the file.
    counts: Vec<u16>,
}

impl<W: Write + Seek> Packer<'_, W> {
    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        let last =
            usize::try_from((self.at + bytes.len() as u64).div_ceil(CLUSTER)).map_err(io::Error::other)?;
        self.counts.resize(self.counts.len().max(last), 0);
        let first = usize::try_from(self.at / CLUSTER).map_err(io::Error::other)?;
        self.counts
            .get_mut(first..last)
            .into_iter()
            .flatten()
            .for_each(|count| *count = count.saturating_add(1));
        self.at += bytes.len() as u64;
        self.out.write_all(bytes)
    }

    /// Adds a compressed cluster, right behind what is there.
    fn packed(&mut self, bytes: &[u8]) -> io::Result<u64> {
        let start = self.at;
        self.put(bytes)?;
        let further = (self.at - 1) / SECTOR - start / SECTOR;
        Ok(start | (further << SECTORS) | PACKED)
    }

    /// Adds a cluster as it is.
    fn plain(&mut self, bytes: &[u8]) -> io::Result<u64> {
        self.align()?;
        let start = self.at;
        self.put(bytes)?;
        Ok(start | COPIED)
    }

    /// Goes on at the next cluster.
    fn align(&mut self) -> io::Result<()> {
        self.fill(self.at.next_multiple_of(CLUSTER))
    }

    /// Goes on at a place, with zeros before it.
    fn fill(&mut self, next: u64) -> io::Result<()> {
        io::copy(&mut io::Read::take(io::repeat(0), next.saturating_sub(self.at)), self.out)?;
        self.at = next;
        Ok(())
    }

    fn finish(mut self, size: u64) -> Result<(), WriteError> {
        self.align()?;
        let tables: BTreeSet<u64> = self.entries.keys().map(|cluster| cluster / POINTERS).collect();
        let level1_entries = size.div_ceil(CLUSTER * POINTERS);
        let level2 = self.at / CLUSTER;
        let level1_at = level2 + tables.len() as u64;
        let refcounts = level1_at + (level1_entries * 8).div_ceil(CLUSTER);
        let (refcount_table, refcount_blocks) = counting(refcounts);
        let counts = refcounts + refcount_table;
        let total = counts + refcount_blocks;
        let layout = Layout { level1: level1_at, level1_entries, refcounts, refcount_table, level2 };
        let clusters = tables.iter().flat_map(|table| table * POINTERS..(table + 1) * POINTERS);
        let entries =
            numbers(clusters.map(|cluster| self.entries.get(&cluster).copied().unwrap_or_default()));
        let blocks = numbers((0..refcount_blocks).map(|block| (counts + block) * CLUSTER));
        for table in [entries, level1(&tables, &layout), blocks] {
            self.put(&table)?;
            self.align()?;
        }
        // Everything behind the clusters is there once.
        self.counts.resize(usize::try_from(level2).map_err(io::Error::other)?, 0);
        self.counts.resize(usize::try_from(total).map_err(io::Error::other)?, 1);
        let counted: Vec<u8> = self.counts.iter().flat_map(|count| count.to_be_bytes()).collect();
        self.put(&counted)?;
        self.fill(total * CLUSTER)?;
        self.out.seek(SeekFrom::Start(0))?;
        let mut head = header(size, &layout);
        head.resize(usize::try_from(CLUSTER).map_err(io::Error::other)?, 0);
        self.out.write_all(&head)?;
        Ok(self.out.flush()?)
    }
}
