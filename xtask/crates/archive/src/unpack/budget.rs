//! How much an archive may unpack to.

use std::cell::Cell;
use std::io::{self, Read};

use crate::ArchiveError;

/// The most that an archive may hold. The default is far above every known input and far below what
/// would bring a machine down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes after decompression, all entries together.
    pub bytes: u64,
    /// Entries of any kind.
    pub entries: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 1 << 30, entries: 200_000 }
    }
}

/// What is left of the limits while an archive is read.
pub(super) struct Budget {
    limits: Limits,
    bytes: Cell<u64>,
    entries: Cell<usize>,
}

impl Budget {
    pub(super) fn new(limits: Limits) -> Self {
        Self { limits, bytes: Cell::new(0), entries: Cell::new(0) }
    }

    /// Counts one entry.
    pub(super) fn entry(&self) -> Result<(), ArchiveError> {
        self.entries.set(self.entries.get() + 1);
        let limit = self.limits.entries;
        if self.entries.get() > limit { Err(ArchiveError::TooMany { limit }) } else { Ok(()) }
    }

    /// Counts `count` bytes.
    pub(super) fn take(&self, count: u64) -> Result<(), ArchiveError> {
        self.bytes.set(self.bytes.get().saturating_add(count));
        let limit = self.limits.bytes;
        if self.bytes.get() > limit { Err(ArchiveError::TooLarge { limit }) } else { Ok(()) }
    }

    /// How many more bytes there may be.
    pub(super) fn left(&self) -> u64 {
        self.limits.bytes.saturating_sub(self.bytes.get())
    }

    /// The error of a reader that failed: the limit when that was the reason, else `source`.
    pub(super) fn error(&self, format: &'static str, source: io::Error) -> ArchiveError {
        if self.bytes.get() > self.limits.bytes {
            ArchiveError::TooLarge { limit: self.limits.bytes }
        } else {
            ArchiveError::Malformed { format, source }
        }
    }
}

/// A reader that counts against a budget and fails when it is used up.
pub(super) struct Metered<'a, R> {
    inner: R,
    budget: &'a Budget,
}

impl<'a, R> Metered<'a, R> {
    pub(super) fn new(inner: R, budget: &'a Budget) -> Self {
        Self { inner, budget }
    }
}

impl<R: Read> Read for Metered<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.budget.take(count as u64).map_err(io::Error::other)?;
        Ok(count)
    }
}
