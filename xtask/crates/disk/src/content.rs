//! Bytes that lie somewhere.

use std::fmt;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;
use std::sync::Arc;

/// Something with a fixed length that can be read from anywhere.
pub trait Source: Send + Sync {
    /// Its length in bytes, which never changes.
    fn len(&self) -> u64;

    /// Whether it holds nothing.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Fills `buffer` with the bytes from `offset` on. Errors: it ends before the buffer is full, or reading fails.
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()>;
}

/// A part of something that lies in memory, in a file, or nowhere because it is all zeros. Copies share the bytes.
#[derive(Clone)]
pub struct Content {
    /// `None` is zeros.
    source: Option<Arc<dyn Source>>,
    start: u64,
    length: u64,
}

impl Content {
    /// Bytes in memory.
    pub fn bytes(bytes: impl Into<Vec<u8>>) -> Self {
        Self::of(Arc::new(Memory(bytes.into())))
    }

    /// Zeros, which take no space.
    pub fn zeros(length: u64) -> Self {
        Self { source: None, start: 0, length }
    }

    /// All of a source.
    pub fn of(source: Arc<dyn Source>) -> Self {
        let length = source.len();
        Self { source: Some(source), start: 0, length }
    }

    /// All of a file, which must keep its content until the image is written. Errors: its length cannot be told.
    pub fn file(file: File) -> io::Result<Self> {
        let length = file.metadata()?.len();
        Ok(Self::of(Arc::new(OpenFile { file, length })))
    }

    /// Its length in bytes.
    pub fn len(&self) -> u64 {
        self.length
    }

    /// Whether it has no bytes.
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// Whether it is zeros that lie nowhere.
    pub fn is_hole(&self) -> bool {
        self.source.is_none()
    }

    /// At most `length` bytes from `start` on; what lies behind its end is left out.
    pub fn part(&self, start: u64, length: u64) -> Self {
        let start = start.min(self.length);
        let length = length.min(self.length - start);
        Self { source: self.source.clone(), start: self.start + start, length }
    }
}

impl Source for Content {
    fn len(&self) -> u64 {
        self.length
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        let wanted = u64::try_from(buffer.len()).map_err(io::Error::other)?;
        if offset.checked_add(wanted).is_none_or(|end| end > self.length) {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if let Some(source) = &self.source {
            return source.read_at(self.start + offset, buffer);
        }
        buffer.fill(0);
        Ok(())
    }
}

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = if self.is_hole() { "zeros" } else { "bytes" };
        write!(f, "{} {what}", self.length)
    }
}

struct Memory(Vec<u8>);

impl Source for Memory {
    fn len(&self) -> u64 {
        self.0.len() as u64
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        let start = usize::try_from(offset).map_err(io::Error::other)?;
        let found = self.0.get(start..).and_then(|rest| rest.get(..buffer.len()));
        buffer.copy_from_slice(found.ok_or(io::ErrorKind::UnexpectedEof)?);
        Ok(())
    }
}

struct OpenFile {
    file: File,
    length: u64,
}

impl Source for OpenFile {
    fn len(&self) -> u64 {
        self.length
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        self.file.read_exact_at(buffer, offset)
    }
}
