//! Gzip with bytes that depend only on the input and on [`GZIP_IDENTITY`].

use std::io::{self, Read as _, Write as _};

use flate2::{Compression, GzBuilder, bufread::MultiGzDecoder};

use crate::ArchiveError;

/// Compressor, version and level, for recipe keys: when it changes, the bytes of [`gzip`] may change.
pub const GZIP_IDENTITY: &str = "zlib-rs 0.6.8 level 4";

/// Of the levels whose output does not depend on how the input is cut into writes (3, 4, 7, 8, 9; 1 and 6
/// are not among them), the one that takes little time for little size: on 13 MB of manifests it packs
/// 280 MB/s to a ninth, level 3 350 MB/s to 7 % more bytes, level 7 120 MB/s to 9 % fewer.
const LEVEL: u32 = 4;
/// Input is handed over in blocks of this size, so that even a dependence on it would not show.
const BLOCK: usize = 64 * 1024;
/// The header's "unknown" operating system (RFC 1952, section 2.3.1).
const UNKNOWN_SYSTEM: u8 = 255;

/// `bytes` as one gzip member (RFC 1952) with a fixed header: no name, no time, no operating system.
pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let packed = Vec::with_capacity(bytes.len() / 4 + 64);
    let mut encoder =
        GzBuilder::new().mtime(0).operating_system(UNKNOWN_SYSTEM).write(packed, Compression::new(LEVEL));
    let written = bytes.chunks(BLOCK).try_for_each(|block| encoder.write_all(block));
    let packed = written.and_then(|()| encoder.finish());
    debug_assert!(packed.is_ok(), "a vector takes every write");
    packed.unwrap_or_default()
}

/// Unpacks gzip, with any number of members, to at most `limit` bytes.
pub fn gunzip(bytes: &[u8], limit: u64) -> Result<Vec<u8>, ArchiveError> {
    read_limited(MultiGzDecoder::new(bytes), limit)
        .map_err(|source| ArchiveError::Malformed { format: "gzip", source })?
        .ok_or(ArchiveError::TooLarge { limit })
}

/// Everything that `reader` has, or nothing when that is more than `limit` bytes.
pub(crate) fn read_limited(reader: impl io::Read, limit: u64) -> io::Result<Option<Vec<u8>>> {
    let mut content = Vec::new();
    reader.take(limit.saturating_add(1)).read_to_end(&mut content)?;
    Ok((content.len() as u64 <= limit).then_some(content))
}

#[cfg(test)]
mod tests;
