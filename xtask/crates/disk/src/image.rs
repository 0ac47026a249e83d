//! A disk, or a part of one, as a list of extents.

use std::collections::BTreeMap;
use std::io::{self, Read, Seek, SeekFrom, Write};

use crate::{Content, Source};

/// Bytes that are moved at once.
const CHUNK: u64 = 1 << 20;

/// A size and the extents that are not zeros.
#[derive(Clone, Debug, Default)]
pub struct Image {
    size: u64,
    /// By offset; none is empty, none is a hole, none overlaps the next.
    extents: BTreeMap<u64, Content>,
}

/// Why bytes cannot lie where they should.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ImageError {
    /// They would leave the image.
    #[error("{length} bytes at offset {offset} do not fit into an image of {size} bytes")]
    Outside {
        /// Where they should start.
        offset: u64,
        /// How many they are.
        length: u64,
        /// The size of the image.
        size: u64,
    },
    /// Others lie there.
    #[error("{length} bytes at offset {offset} overlap those at offset {other}")]
    Overlap {
        /// Where they should start.
        offset: u64,
        /// How many they are.
        length: u64,
        /// Where the others start.
        other: u64,
    },
}

impl Image {
    /// An image of `size` zeros.
    pub fn new(size: u64) -> Self {
        Self { size, extents: BTreeMap::new() }
    }

    /// An image that is nothing but `content`.
    pub fn from_content(content: Content) -> Self {
        let size = content.len();
        let extents = if content.is_empty() || content.is_hole() {
            BTreeMap::new()
        } else {
            BTreeMap::from([(0, content)])
        };
        Self { size, extents }
    }

    /// Its size in bytes.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The bytes that its extents hold: what it costs to write it to a file with holes.
    pub fn allocated(&self) -> u64 {
        self.extents.values().map(Content::len).sum()
    }

    /// Its extents by offset.
    pub fn extents(&self) -> impl Iterator<Item = (u64, &Content)> {
        self.extents.iter().map(|(offset, content)| (*offset, content))
    }

    /// Makes it larger by zeros at its end; never smaller.
    pub fn grow(&mut self, size: u64) {
        self.size = self.size.max(size);
    }

    /// Puts bytes at an offset. Errors: they leave the image, or others lie there.
    pub fn put(&mut self, offset: u64, content: Content) -> Result<(), ImageError> {
        let length = content.len();
        let Some(end) = offset.checked_add(length).filter(|end| *end <= self.size) else {
            return Err(ImageError::Outside { offset, length, size: self.size });
        };
        if let Some((other, _)) =
            self.extents.range(..end).next_back().filter(|(at, has)| *at + has.len() > offset)
        {
            return Err(ImageError::Overlap { offset, length, other: *other });
        }
        if !content.is_empty() && !content.is_hole() {
            self.extents.insert(offset, content);
        }
        Ok(())
    }

    /// Puts all extents of another image at an offset. Errors: as for [`Image::put`].
    pub fn embed(&mut self, offset: u64, other: &Self) -> Result<(), ImageError> {
        if offset.checked_add(other.size).is_none_or(|end| end > self.size) {
            return Err(ImageError::Outside { offset, length: other.size, size: self.size });
        }
        other.extents().try_for_each(|(at, content)| self.put(offset + at, content.clone()))
    }

    /// Reads it from the start to the end, zeros included.
    pub fn reader(&self) -> Reader<'_> {
        Reader { image: self, position: 0 }
    }

    /// Writes its extents to where they belong, relative to the start of `out`, and nothing between them.
    ///
    /// `out` must read as zeros; a file that was made a moment ago and has the image's [size](Image::size) does.
    pub fn write_sparse(&self, out: &mut (impl Write + Seek)) -> io::Result<()> {
        for (offset, content) in self.extents() {
            out.seek(SeekFrom::Start(offset))?;
            copy(content, out)?;
        }
        out.flush()
    }
}

/// Writes all of a source.
pub(crate) fn copy(source: &impl Source, out: &mut impl Write) -> io::Result<()> {
    let length = source.len();
    let mut buffer = vec![0; usize::try_from(CHUNK.min(length)).map_err(io::Error::other)?];
    let mut at = 0;
    while at < length {
        let count = usize::try_from(CHUNK.min(length - at)).map_err(io::Error::other)?;
        let part = buffer.get_mut(..count).unwrap_or_default();
        source.read_at(at, part)?;
        out.write_all(part)?;
        at += count as u64;
    }
    Ok(())
}

impl Source for Image {
    fn len(&self) -> u64 {
        self.size
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        let wanted = buffer.len() as u64;
        let end = offset.checked_add(wanted).filter(|end| *end <= self.size);
        let end = end.ok_or(io::ErrorKind::UnexpectedEof)?;
        buffer.fill(0);
        let first = self.extents.range(..=offset).next_back().map_or(offset, |(at, _)| *at);
        for (at, content) in self.extents.range(first..end) {
            let from = offset.max(*at);
            let to = end.min(at + content.len());
            if from >= to {
                continue;
            }
            let range = usize::try_from(from - offset).map_err(io::Error::other)?
                ..usize::try_from(to - offset).map_err(io::Error::other)?;
            content.read_at(from - at, buffer.get_mut(range).unwrap_or_default())?;
        }
        Ok(())
    }
}

/// An image as a stream.
#[derive(Debug)]
pub struct Reader<'a> {
    image: &'a Image,
    position: u64,
}

impl Read for Reader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.image.size.saturating_sub(self.position);
        let count = usize::try_from(left).unwrap_or(usize::MAX).min(buffer.len());
        self.image.read_at(self.position, buffer.get_mut(..count).unwrap_or_default())?;
        self.position += count as u64;
        Ok(count)
    }
}

#[cfg(test)]
mod tests;
