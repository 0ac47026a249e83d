//! A disk from images of its partitions.

use crate::gpt::{ENTRIES, Entry, GptError, Table};
use crate::{Guid, Image, Sector};

/// Partitions start at multiples of this.
pub const ALIGNMENT: u64 = 1 << 20;

/// A partition with what is in it.
#[derive(Clone, Debug)]
pub struct Partition {
    /// What kind of partition it is.
    pub kind: Guid,
    /// Which one it is.
    pub guid: Guid,
    /// Its label.
    pub name: String,
    /// Its flags.
    pub attributes: u64,
    /// Its bytes; it is as large as this image.
    pub content: Image,
}

/// A disk with partitions in order.
#[derive(Clone, Debug)]
pub struct Disk {
    /// The size of its sectors.
    pub sector: Sector,
    /// Which disk it is.
    pub guid: Guid,
    /// Its size in bytes; [`least_size`] unless given.
    pub size: Option<u64>,
    /// Its partitions.
    pub partitions: Vec<Partition>,
}

/// The disk as an image. Errors: see [`GptError`].
pub fn assemble(disk: &Disk) -> Result<Image, GptError> {
    let sector = disk.sector.bytes();
    let needed = least_size(disk)?;
    let size = disk.size.unwrap_or(needed);
    if !size.is_multiple_of(sector) {
        return Err(GptError::DiskSize { size, sector });
    }
    if size < needed {
        return Err(GptError::TooSmall { needed, size });
    }
    let sectors = size / sector;
    let table = Table {
        sector: disk.sector,
        sectors,
        guid: disk.guid,
        first_usable: ALIGNMENT / sector,
        last_usable: sectors - 2 - Table::entry_sectors(disk.sector),
        entries: places(disk).map(|(start, partition)| entry(sector, start, partition)).collect(),
    };
    let mut image = Image::new(size);
    table.put(&mut image)?;
    for (start, partition) in places(disk) {
        image.embed(start, &partition.content)?;
    }
    Ok(image)
}

/// The size in bytes of the smallest disk that holds the partitions, rounded up to a multiple of 1 MiB.
///
/// Errors: there are too many partitions, or one has no whole sectors.
pub fn least_size(disk: &Disk) -> Result<u64, GptError> {
    let sector = disk.sector.bytes();
    let count = disk.partitions.len();
    if count > ENTRIES {
        return Err(GptError::TooMany { count, most: ENTRIES });
    }
    for partition in &disk.partitions {
        let size = partition.content.size();
        // Sizes beyond any disk would overflow the sums below.
        if size == 0 || !size.is_multiple_of(sector) || size > 1 << 56 {
            return Err(GptError::Size { name: partition.name.clone(), size, sector });
        }
    }
    let end = places(disk).last().map_or(ALIGNMENT, |(start, partition)| start + partition.content.size());
    let copy = (Table::entry_sectors(disk.sector) + 1) * sector;
    Ok((end + copy).next_multiple_of(ALIGNMENT))
}

/// Each partition with the byte at which it starts.
fn places(disk: &Disk) -> impl Iterator<Item = (u64, &Partition)> {
    disk.partitions.iter().scan(ALIGNMENT, |next, partition| {
        let start = *next;
        *next = (start + partition.content.size()).next_multiple_of(ALIGNMENT);
        Some((start, partition))
    })
}

fn entry(sector: u64, start: u64, partition: &Partition) -> Entry {
    Entry {
        kind: partition.kind,
        guid: partition.guid,
        name: partition.name.clone(),
        attributes: partition.attributes,
        first: start / sector,
        last: (start + partition.content.size()) / sector - 1,
    }
}
