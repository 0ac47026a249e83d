//! The table of a disk that somebody else wrote.

use crate::gpt::{Entry, ReadError, Table};
use crate::numbers::{array, le32, le64};
use crate::{Guid, Sector, Source};

/// Entries that are read at most, and the largest one: no table has more, but its header may say so.
const MOST_ENTRIES: u32 = 1024;
const LARGEST_ENTRY: u32 = 4096;

/// Reads the first table of a disk and checks both its checksums. Errors: see [`ReadError`].
pub fn read(disk: &dyn Source) -> Result<Table, ReadError> {
    for sector in [Sector::B512, Sector::B4096] {
        let mut header = [0; 512];
        let found = disk.read_at(sector.bytes(), &mut header);
        if found.is_ok() && header.starts_with(b"EFI PART") {
            return table(disk, sector, &header);
        }
    }
    Err(ReadError::Absent)
}

fn table(disk: &dyn Source, sector: Sector, header: &[u8]) -> Result<Table, ReadError> {
    let damaged = |what: &str| ReadError::Damaged { what: what.to_owned() };
    let short = || damaged("its header is too short");
    let length = le32(header, 12).ok_or_else(short)?;
    let mut covered = header.get(..usize::try_from(length).unwrap_or(usize::MAX)).ok_or_else(short)?.to_vec();
    let stored = le32(header, 16).ok_or_else(short)?;
    covered.get_mut(16..20).ok_or_else(short)?.fill(0);
    if covered.len() < 92 || crc32fast::hash(&covered) != stored {
        return Err(damaged("the checksum of its header is wrong"));
    }
    let number = |at| le64(header, at).ok_or_else(short);
    let (count, size) = (le32(header, 80).ok_or_else(short)?, le32(header, 84).ok_or_else(short)?);
    if count > MOST_ENTRIES || !(128..=LARGEST_ENTRY).contains(&size) {
        return Err(ReadError::Damaged { what: format!("it has {count} entries of {size} bytes") });
    }
    let mut entries = vec![0; usize::try_from(count * size).unwrap_or_default()];
    let start = number(72)?.checked_mul(sector.bytes()).ok_or_else(|| damaged("its entries lie nowhere"))?;
    disk.read_at(start, &mut entries).map_err(|source| ReadError::Io { part: "entries", source })?;
    if Some(crc32fast::hash(&entries)) != le32(header, 88) {
        return Err(damaged("the checksum of its entries is wrong"));
    }
    let entries = entries.chunks(usize::try_from(size).unwrap_or(128)).filter_map(entry).collect();
    Ok(Table {
        sector,
        sectors: number(32)?.saturating_add(1),
        guid: Guid::from_disk(array(header, 56).ok_or_else(short)?),
        first_usable: number(40)?,
        last_usable: number(48)?,
        entries,
    })
}

/// An entry, unless it is unused.
fn entry(bytes: &[u8]) -> Option<Entry> {
    let kind = Guid::from_disk(array(bytes, 0)?);
    if kind == Guid::NIL {
        return None;
    }
    let units = bytes.get(56..128)?.as_chunks::<2>().0;
    let units: Vec<u16> =
        units.iter().map(|unit| u16::from_le_bytes(*unit)).take_while(|unit| *unit != 0).collect();
    Some(Entry {
        kind,
        guid: Guid::from_disk(array(bytes, 16)?),
        name: String::from_utf16_lossy(&units),
        attributes: le64(bytes, 48)?,
        first: le64(bytes, 32)?,
        last: le64(bytes, 40)?,
    })
}
