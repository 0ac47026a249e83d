//! Entries of directories.

use disk::Moment;

use crate::number::{both16, both32};
use crate::write::SECTOR;
use crate::{rock_ridge, time};

/// Flags of an entry.
pub(crate) const DIRECTORY: u8 = 0x02;
/// The file goes on in the next entry.
pub(crate) const CONTINUED: u8 = 0x80;
/// Bytes of an entry without its identifier.
const FIXED: usize = 33;

/// Where something lies: its first sector and its length in bytes.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Place {
    pub(crate) sector: u32,
    pub(crate) length: u32,
}

/// An entry with its system use area. Its length is even.
pub(crate) fn record(id: &[u8], flags: u8, place: Place, when: Moment, system_use: &[u8]) -> Vec<u8> {
    let start = system_use_start(id);
    let length = (start + system_use.len()).next_multiple_of(2);
    let mut bytes = vec![u8::try_from(length).unwrap_or_default(), 0];
    bytes.extend(both32(place.sector));
    bytes.extend(both32(place.length));
    bytes.extend(time::short(when));
    bytes.extend([flags, 0, 0]);
    bytes.extend(both16(1));
    bytes.push(u8::try_from(id.len()).unwrap_or_default());
    bytes.extend(id);
    bytes.resize(start, 0);
    bytes.extend(system_use);
    bytes.resize(length, 0);
    bytes
}

/// Bytes before the system use area.
pub(crate) fn system_use_start(id: &[u8]) -> usize {
    (FIXED + id.len()).next_multiple_of(2)
}

/// A directory that is being written: entries, and what does not fit into them.
pub(crate) struct Writer {
    /// Entries; none crosses the border of a sector.
    pub(crate) records: Vec<u8>,
    /// What entries continue with; none crosses the border of a sector.
    pub(crate) continuation: Vec<u8>,
    /// The sector of the continuation.
    pub(crate) continued_at: u32,
    pub(crate) time: Moment,
}

impl Writer {
    /// Adds an entry. `inline` stays in it; `rest` is moved away when the entry would be too long.
    pub(crate) fn add(&mut self, id: &[u8], flags: u8, place: Place, inline: &[u8], rest: &[u8]) {
        let fits = system_use_start(id) + inline.len() + rest.len() <= 254;
        let system_use = if fits { [inline, rest].concat() } else { [inline, &self.moved(rest)].concat() };
        let record = record(id, flags, place, self.time, &system_use);
        put_whole(&mut self.records, &record);
    }

    /// Moves bytes into the continuation and tells where they are.
    pub(crate) fn moved(&mut self, bytes: &[u8]) -> Vec<u8> {
        put_whole(&mut self.continuation, bytes);
        let offset = self.continuation.len() - bytes.len();
        let sector = u32::try_from(offset / size()).unwrap_or(u32::MAX);
        rock_ridge::continued(self.continued_at.saturating_add(sector), offset % size(), bytes.len())
    }
}

/// Adds bytes, in the next sector when this one has no room for all of them.
fn put_whole(to: &mut Vec<u8>, bytes: &[u8]) {
    if to.len() % size() + bytes.len() > size() {
        to.resize(to.len().next_multiple_of(size()), 0);
    }
    to.extend(bytes);
}

fn size() -> usize {
    usize::try_from(SECTOR).unwrap_or(2048)
}
