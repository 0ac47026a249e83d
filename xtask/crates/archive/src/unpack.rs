//! Reading archives that others have packed.
//!
//! Every function takes whole archives in memory and gives a [`Tree`]. What would reach outside of the
//! tree (absolute paths, `..`), and what is no file (devices, pipes), is refused. A symbolic or hard link
//! becomes a copy of what it leads to when that is in the same archive, and is refused otherwise. When an
//! archive holds a path twice, the last one wins, as with every unpacking program.
//!
//! Formats are told apart by their first bytes, never by a name: tar, tar in gzip, xz or zstd, zip, and
//! Debian packages, which count as the tree of files that they install.

mod budget;
mod collected;
mod deb;
mod member;
mod tarball;
mod zipped;

use std::io::Read;

use flate2::bufread::MultiGzDecoder;
use liblzma::bufread::XzDecoder;

use crate::{ArchiveError, Tree};
use budget::{Budget, Metered};
use collected::Collected;

pub use budget::Limits;
pub use member::{SEPARATOR, member};

/// Whether an entry of an archive, by its normal path, is wanted.
pub type Wanted<'a> = &'a dyn Fn(&str) -> bool;

/// The formats that are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Tar,
    Gzip,
    Xz,
    Zstd,
    Zip,
    Deb,
}

impl Format {
    /// First bytes of each format: RFC 1952, the xz file format 1.2.0, RFC 8878, APPNOTE.TXT 4.3
    /// (with and without files), deb(5).
    const MAGIC: [(&'static [u8], Self); 6] = [
        (b"\x1f\x8b", Self::Gzip),
        (b"\xfd7zXZ\0", Self::Xz),
        (b"\x28\xb5\x2f\xfd", Self::Zstd),
        (b"PK\x03\x04", Self::Zip),
        (b"PK\x05\x06", Self::Zip),
        (b"!<arch>\n", Self::Deb),
    ];
    /// Where a tar header says `ustar`, in POSIX and GNU archives alike.
    const USTAR: std::ops::Range<usize> = 257..262;

    fn of(bytes: &[u8]) -> Option<Self> {
        let known = Self::MAGIC.iter().find(|(magic, _)| bytes.starts_with(magic));
        let tar = || (bytes.get(Self::USTAR) == Some(b"ustar")).then_some(Self::Tar);
        known.map(|(_, format)| *format).or_else(tar)
    }
}

/// Unpacks an archive of any format. A chart's or source archive's single top directory is kept; see
/// [`Tree::strip_top`].
pub fn any(bytes: &[u8], limits: Limits) -> Result<Tree, ArchiveError> {
    only(bytes, &|_| true, limits)
}

/// Unpacks the wanted files of an archive of any format: the others neither count against the limits
/// nor take memory. A wanted link whose target is not wanted is refused.
pub fn only(bytes: &[u8], wanted: Wanted<'_>, limits: Limits) -> Result<Tree, ArchiveError> {
    collect(bytes, wanted, limits)?.into_tree(limits)
}

/// Unpacks a tar archive.
pub fn tar(bytes: &[u8], limits: Limits) -> Result<Tree, ArchiveError> {
    as_format(Format::Tar, bytes, &|_| true, limits)?.into_tree(limits)
}

/// Unpacks a gzip-compressed tar archive.
pub fn tar_gz(bytes: &[u8], limits: Limits) -> Result<Tree, ArchiveError> {
    as_format(Format::Gzip, bytes, &|_| true, limits)?.into_tree(limits)
}

/// Unpacks an xz-compressed tar archive.
pub fn tar_xz(bytes: &[u8], limits: Limits) -> Result<Tree, ArchiveError> {
    as_format(Format::Xz, bytes, &|_| true, limits)?.into_tree(limits)
}

/// Unpacks a zstd-compressed tar archive.
pub fn tar_zst(bytes: &[u8], limits: Limits) -> Result<Tree, ArchiveError> {
    as_format(Format::Zstd, bytes, &|_| true, limits)?.into_tree(limits)
}

/// Unpacks a zip archive.
pub fn zip(bytes: &[u8], limits: Limits) -> Result<Tree, ArchiveError> {
    as_format(Format::Zip, bytes, &|_| true, limits)?.into_tree(limits)
}

fn collect(bytes: &[u8], wanted: Wanted<'_>, limits: Limits) -> Result<Collected, ArchiveError> {
    let format = Format::of(bytes).ok_or(ArchiveError::UnknownFormat)?;
    as_format(format, bytes, wanted, limits)
}

fn as_format(
    format: Format,
    bytes: &[u8],
    wanted: Wanted<'_>,
    limits: Limits,
) -> Result<Collected, ArchiveError> {
    match format {
        Format::Tar => stream("tar", bytes, wanted, limits),
        Format::Gzip => stream("tar.gz", MultiGzDecoder::new(bytes), wanted, limits),
        Format::Xz => stream("tar.xz", XzDecoder::new_multi_decoder(bytes), wanted, limits),
        Format::Zstd => {
            let reader = zstd::stream::read::Decoder::with_buffer(bytes)
                .map_err(|source| ArchiveError::Malformed { format: "tar.zst", source })?;
            stream("tar.zst", reader, wanted, limits)
        }
        Format::Zip => zipped::read(bytes, wanted, &Budget::new(limits)),
        Format::Deb => {
            let data = deb::data(bytes)?;
            // One level only: packages in packages would nest as deep as the input is long.
            let inner = Format::of(data).filter(|inner| *inner != Format::Deb);
            as_format(inner.ok_or(ArchiveError::UnknownFormat)?, data, wanted, limits)
        }
    }
}

fn stream(
    format: &'static str,
    reader: impl Read,
    wanted: Wanted<'_>,
    limits: Limits,
) -> Result<Collected, ArchiveError> {
    let budget = Budget::new(limits);
    tarball::read(format, Metered::new(reader, &budget), wanted, &budget)
}

#[cfg(test)]
mod tests;
