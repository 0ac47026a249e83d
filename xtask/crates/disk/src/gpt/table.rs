//! The table itself.

use crate::gpt::GptError;
use crate::{Content, Guid, Image, Sector, mbr};

/// Entries of a table: what every tool makes.
pub const ENTRIES: usize = 128;
/// The attribute of a partition that firmware without UEFI may start.
pub const LEGACY_BOOT: u64 = 1 << 2;

const ENTRY: usize = 128;
/// The same as the header has them.
const COUNT: u32 = 128;
const LENGTH: u32 = 128;
const HEADER: u32 = 92;
const NAME_UNITS: usize = 36;

/// A partition as its table has it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Entry {
    /// What kind of partition it is.
    pub kind: Guid,
    /// Which one it is.
    pub guid: Guid,
    /// Its label, at most 36 UTF-16 units.
    pub name: String,
    /// Its flags.
    pub attributes: u64,
    /// Its first sector.
    pub first: u64,
    /// Its last sector.
    pub last: u64,
}

/// A disk with its partitions. Sectors are counted from 0.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Table {
    /// The size of a sector.
    pub sector: Sector,
    /// All sectors of the disk.
    pub sectors: u64,
    /// Which disk it is.
    pub guid: Guid,
    /// The first sector that a partition may use.
    pub first_usable: u64,
    /// The last sector that a partition may use.
    pub last_usable: u64,
    /// The partitions in the order of the table.
    pub entries: Vec<Entry>,
}

impl Table {
    /// Sectors of the entries, which the header follows at the end of the disk and precedes at its start.
    pub(crate) fn entry_sectors(sector: Sector) -> u64 {
        sector.count((ENTRIES * ENTRY) as u64)
    }

    /// Puts protective record, table and its copy at the end into the image of the disk.
    ///
    /// Errors: a label, identifier or place is wrong, or something lies there already.
    pub fn put(&self, image: &mut Image) -> Result<(), GptError> {
        self.check()?;
        let size = self.sector.bytes();
        let entries = self.entry_bytes();
        let behind = self.sectors.saturating_sub(1);
        let copy = behind.saturating_sub(Self::entry_sectors(self.sector));
        let mut start = mbr::protective(self.sectors);
        start.resize(usize::try_from(size).unwrap_or_default(), 0);
        start.extend(self.header(1, behind, 2, &entries));
        image.put(0, Content::bytes(start))?;
        image.put(2 * size, Content::bytes(entries.clone()))?;
        image.put(copy * size, Content::bytes(entries.clone()))?;
        image.put(behind * size, Content::bytes(self.header(behind, 1, copy, &entries)))?;
        Ok(())
    }

    fn check(&self) -> Result<(), GptError> {
        if self.entries.len() > ENTRIES {
            return Err(GptError::TooMany { count: self.entries.len(), most: ENTRIES });
        }
        let mut seen = vec![Guid::NIL, self.guid];
        let mut places = Vec::new();
        for entry in &self.entries {
            let name = entry.name.clone();
            let length = name.encode_utf16().count();
            if length > NAME_UNITS {
                return Err(GptError::Name { name, length });
            }
            if seen.contains(&entry.guid) {
                return Err(GptError::Identifier { name, guid: entry.guid });
            }
            seen.push(entry.guid);
            let overlaps = places.iter().any(|(first, last)| entry.first <= *last && *first <= entry.last);
            let is_usable = self.first_usable <= entry.first
                && entry.first <= entry.last
                && entry.last <= self.last_usable;
            if overlaps || !is_usable {
                return Err(GptError::Place { name });
            }
            places.push((entry.first, entry.last));
        }
        Ok(())
    }

    fn entry_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(ENTRIES * ENTRY);
        for entry in &self.entries {
            let start = bytes.len();
            bytes.extend(entry.kind.to_disk());
            bytes.extend(entry.guid.to_disk());
            bytes.extend(entry.first.to_le_bytes());
            bytes.extend(entry.last.to_le_bytes());
            bytes.extend(entry.attributes.to_le_bytes());
            bytes.extend(entry.name.encode_utf16().flat_map(u16::to_le_bytes));
            bytes.resize(start + ENTRY, 0);
        }
        bytes.resize(ENTRIES * ENTRY, 0);
        bytes
    }

    fn header(&self, own: u64, other: u64, entries_at: u64, entries: &[u8]) -> Vec<u8> {
        let with_checksum = |checksum: u32| {
            let mut bytes = b"EFI PART".to_vec();
            bytes.extend(0x0001_0000_u32.to_le_bytes());
            bytes.extend(HEADER.to_le_bytes());
            bytes.extend(checksum.to_le_bytes());
            bytes.extend([0; 4]);
            for number in [own, other, self.first_usable, self.last_usable] {
                bytes.extend(number.to_le_bytes());
            }
            bytes.extend(self.guid.to_disk());
            bytes.extend(entries_at.to_le_bytes());
            bytes.extend(COUNT.to_le_bytes());
            bytes.extend(LENGTH.to_le_bytes());
            bytes.extend(crc32fast::hash(entries).to_le_bytes());
            bytes
        };
        with_checksum(crc32fast::hash(&with_checksum(0)))
    }
}
