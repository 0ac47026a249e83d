//! The boot sector and what stands beside it.

use crate::fat::geometry::{Geometry, ROOT_ENTRIES};
use crate::fat::{Kind, Volume};

/// Sector of the copy of the boot sector of FAT32.
const COPY: u64 = 6;
/// A fixed disk.
const MEDIA: u8 = 0xF8;

/// All sectors before the allocation table.
pub(crate) fn reserved(volume: &Volume, geometry: &Geometry, label: [u8; 11], used: u64) -> Vec<u8> {
    let size = bytes(geometry.sector.bytes());
    let mut boot = boot_sector(volume, geometry, label);
    boot.resize(size, 0);
    if geometry.kind == Kind::Fat16 {
        return boot;
    }
    boot.extend(information(geometry, used));
    boot.resize(2 * size, 0);
    let mut sectors = boot.clone();
    sectors.resize(bytes(COPY) * size, 0);
    sectors.extend(boot);
    sectors
}

fn boot_sector(volume: &Volume, geometry: &Geometry, label: [u8; 11]) -> Vec<u8> {
    let is_small = geometry.kind == Kind::Fat16;
    let half = |number: u64| u16::try_from(number).unwrap_or_default().to_le_bytes();
    let word = |number: u64| u32::try_from(number).unwrap_or_default().to_le_bytes();
    let mut sector = vec![0xEB, if is_small { 0x3C } else { 0x58 }, 0x90];
    sector.extend(b"MSWIN4.1");
    sector.extend(half(geometry.sector.bytes()));
    sector.push(u8::try_from(geometry.per_cluster).unwrap_or_default());
    sector.extend(half(geometry.reserved));
    sector.push(2);
    sector.extend(half(if is_small { ROOT_ENTRIES } else { 0 }));
    // FAT16 of less than 65536 sectors tells them in the old field.
    let old = is_small && u16::try_from(geometry.sectors).is_ok();
    sector.extend(half(if old { geometry.sectors } else { 0 }));
    sector.push(MEDIA);
    sector.extend(half(if is_small { geometry.table } else { 0 }));
    // Sectors and heads mean nothing today; these are what other tools write.
    sector.extend(half(63));
    sector.extend(half(255));
    sector.extend(volume.hidden.to_le_bytes());
    sector.extend(word(if old { 0 } else { geometry.sectors }));
    if !is_small {
        sector.extend(word(geometry.table));
        // Both tables are kept; version 0; the root starts at cluster 2; then the places of information and copy.
        sector.extend([0; 4]);
        sector.extend(word(2));
        sector.extend(half(1));
        sector.extend(half(COPY));
        sector.extend([0; 12]);
    }
    sector.extend([0x80, 0, 0x29]);
    sector.extend(volume.serial.to_le_bytes());
    sector.extend(label);
    sector.extend(if is_small { b"FAT16   " } else { b"FAT32   " });
    sector.resize(510, 0);
    sector.extend([0x55, 0xAA]);
    sector
}

/// How many clusters are free, for systems that would count them otherwise.
fn information(geometry: &Geometry, used: u64) -> Vec<u8> {
    let word = |number: u64| u32::try_from(number).unwrap_or(u32::MAX).to_le_bytes();
    let mut sector = b"RRaA".to_vec();
    sector.resize(484, 0);
    sector.extend(b"rrAa");
    sector.extend(word(geometry.clusters - used));
    // The next free one; when there is none, nothing is told.
    sector.extend(if used < geometry.clusters { word(used + 2) } else { [0xFF; 4] });
    sector.resize(508, 0);
    sector.extend([0, 0, 0x55, 0xAA]);
    sector
}

/// The start of the allocation table: two entries that are no clusters, then each chain.
///
/// A chain is a number of clusters that follow each other.
pub(crate) fn table(kind: Kind, chains: &[u64]) -> Vec<u8> {
    let (first, end) = match kind {
        Kind::Fat16 => (0xFFF8, 0xFFFF),
        Kind::Fat32 => (0x0FFF_FFF8, 0x0FFF_FFFF),
    };
    let mut table = Vec::new();
    let mut push = |number: u32| match kind {
        Kind::Fat16 => table.extend(u16::try_from(number).unwrap_or(u16::MAX).to_le_bytes()),
        Kind::Fat32 => table.extend(number.to_le_bytes()),
    };
    push(first);
    push(end);
    let mut cluster = 2_u32;
    for length in chains {
        for left in (0..*length).rev() {
            cluster += 1;
            push(if left == 0 { end } else { cluster });
        }
    }
    table
}

fn bytes(number: u64) -> usize {
    usize::try_from(number).unwrap_or_default()
}
