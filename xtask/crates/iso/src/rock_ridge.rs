//! Rock Ridge: names, modes and times as Unix has them, in the system use areas of entries.

use disk::Moment;

use crate::number::both32;
use crate::time;

/// Bytes of a name that one field holds: what a byte counts, less the head of the field.
const NAME: usize = 250;

/// Tells that system use areas are in use; only in the first entry of the root.
pub(crate) fn sharing() -> Vec<u8> {
    vec![b'S', b'P', 7, 1, 0xBE, 0xEF, 0]
}

/// Tells that they hold Rock Ridge; too long for an entry.
pub(crate) fn extension() -> Vec<u8> {
    let id = b"RRIP_1991A";
    let what = b"THE ROCK RIDGE INTERCHANGE PROTOCOL PROVIDES SUPPORT FOR POSIX FILE SYSTEM SEMANTICS";
    let source = b"PLEASE CONTACT DISC PUBLISHER FOR SPECIFICATION SOURCE.  SEE PUBLISHER IDENTIFIER IN PRIMARY VOLUME DESCRIPTOR FOR CONTACT INFORMATION.";
    let lengths = [id.len(), what.len(), source.len()].map(short);
    let mut field = vec![b'E', b'R', short(8 + id.len() + what.len() + source.len()), 1];
    field.extend(lengths);
    field.push(1);
    for part in [&id[..], what, source] {
        field.extend(part);
    }
    field
}

/// Mode, links and owner: root, and nobody writes.
pub(crate) fn mode(is_directory: bool, links: u32) -> Vec<u8> {
    let mode = if is_directory { 0o040_555 } else { 0o100_444 };
    let mut field = vec![b'P', b'X', 36, 1];
    for number in [mode, links, 0, 0] {
        field.extend(both32(number));
    }
    field
}

/// When it was changed, read, and made into what it is.
pub(crate) fn times(when: Moment) -> Vec<u8> {
    let mut field = vec![b'T', b'F', 26, 1, 0x0E];
    for _ in 0..3 {
        field.extend(time::short(when));
    }
    field
}

/// The name, in one field or two.
pub(crate) fn name(name: &str) -> Vec<u8> {
    let parts: Vec<&[u8]> = name.as_bytes().chunks(NAME).collect();
    let last = parts.len().saturating_sub(1);
    let mut fields = Vec::new();
    for (index, part) in parts.iter().enumerate() {
        fields.extend([b'N', b'M', short(5 + part.len()), 1, u8::from(index < last)]);
        fields.extend(*part);
    }
    fields
}

/// Tells where the area goes on.
pub(crate) fn continued(sector: u32, offset: usize, length: usize) -> Vec<u8> {
    let mut field = vec![b'C', b'E', 28, 1];
    field.extend(both32(sector));
    for number in [offset, length] {
        field.extend(both32(u32::try_from(number).unwrap_or_default()));
    }
    field
}

fn short(length: usize) -> u8 {
    u8::try_from(length).unwrap_or(u8::MAX)
}
