//! Hashing bytes while they are read.

use std::io::{self, Read};

use crate::{Digest, Hasher};

/// Passes a reader's bytes through and hashes exactly those that were taken from it.
pub struct HashingReader<R> {
    inner: R,
    hasher: Hasher,
    length: u64,
}

impl<R> HashingReader<R> {
    /// Starts to hash what will be read from `inner`.
    pub fn new(inner: R) -> Self {
        Self { inner, hasher: Hasher::new(), length: 0 }
    }

    /// The reader, the digest of the bytes read so far, and how many they are.
    pub fn finish(self) -> (R, Digest, u64) {
        (self.inner, self.hasher.finish(), self.length)
    }
}

impl<R: Read> Read for HashingReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.hasher.update(buffer.get(..count).unwrap_or_default());
        self.length += count as u64;
        Ok(count)
    }
}

#[cfg(test)]
mod tests;
