//! Finding the files of a Debian package: deb(5), an ar(5) archive with a tar archive in it.

use std::io;

use crate::ArchiveError;

/// What an ar archive starts with.
const MAGIC: usize = b"!<arch>\n".len();
/// Length of a member's header.
const HEADER: usize = 60;
/// Where the header has the size, in decimal.
const SIZE: std::ops::Range<usize> = 48..58;
/// What the header ends with.
const END: &[u8] = b"`\n";
/// How the name of the member with the files starts; the rest tells the compression.
const DATA: &[u8] = b"data.tar";

/// The tar archive, compressed as it is, of the files that a package installs.
pub(super) fn data(bytes: &[u8]) -> Result<&[u8], ArchiveError> {
    let mut rest = bytes.get(MAGIC..).unwrap_or_default();
    while !rest.is_empty() {
        let (header, after) =
            rest.split_at_checked(HEADER).ok_or_else(|| malformed("a header is cut off"))?;
        let size = size(header).ok_or_else(|| malformed("a header is damaged"))?;
        let content = after.get(..size).ok_or_else(|| malformed("a member is cut off"))?;
        if header.starts_with(DATA) {
            return Ok(content);
        }
        // Members start at even offsets.
        rest = after.get(size.saturating_add(size % 2)..).unwrap_or_default();
    }
    Err(malformed("it has no member `data.tar`"))
}

fn size(header: &[u8]) -> Option<usize> {
    if !header.ends_with(END) {
        return None;
    }
    std::str::from_utf8(header.get(SIZE)?).ok()?.trim_end().parse().ok()
}

fn malformed(detail: &'static str) -> ArchiveError {
    ArchiveError::Malformed { format: "deb", source: io::Error::new(io::ErrorKind::InvalidData, detail) }
}
