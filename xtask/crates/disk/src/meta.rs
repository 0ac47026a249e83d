//! The META partition of Talos: a few values that a machine keeps beside its configuration.
//!
//! Format: `internal/pkg/meta/internal/adv/talos` of Talos 1.12. A block of 256 KiB lies twice at the start of a
//! partition of 1 MiB. Numbers are big-endian:
//!
//! ```text
//! 0x00     5a4b3c2d
//! 0x04     tag, length, bytes; tag, length, bytes; …; a tag 0 ends the list
//! -0x24    SHA-256 of the block with zeros here
//! -0x04    a5b4c3d2
//! ```
//!
//! The official imager writes tags in random order; here they are sorted.

use std::collections::BTreeMap;
use std::fmt;

use sha2::{Digest as _, Sha256};

use crate::numbers::array;
use crate::{Content, Image};

/// The size of the partition in bytes.
pub const PARTITION: u64 = 1 << 20;

const BLOCK: usize = 256 << 10;
const START: [u8; 4] = [0x5A, 0x4B, 0x3C, 0x2D];
const END: [u8; 4] = [0xA5, 0xB4, 0xC3, 0xD2];
const CHECKSUM: usize = BLOCK - 0x24;
/// What tags and values may take: all between the two marks and the checksum, without the tag that ends the list.
const ROOM: usize = CHECKSUM - START.len() - 4;

/// The values by their keys.
#[derive(Clone, Default, Eq, PartialEq)]
pub struct Meta {
    values: BTreeMap<u8, Vec<u8>>,
}

/// Why values cannot be written or read.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum MetaError {
    /// Key 0 ends the list of keys.
    #[error("0 is no key of META; keys are 1 to 255")]
    Key,
    /// They are too large.
    #[error("the values of META need {needed} bytes; {ROOM} fit")]
    TooLarge {
        /// What they need, with their keys and lengths.
        needed: usize,
    },
    /// The block is not there or not whole.
    #[error("the META block is damaged: {what}")]
    Damaged {
        /// What is wrong.
        what: &'static str,
    },
}

impl Meta {
    /// No values.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets a value; a former one of the same key is gone. Errors: the key is 0.
    pub fn set(&mut self, key: u8, value: impl Into<Vec<u8>>) -> Result<(), MetaError> {
        if key == 0 {
            return Err(MetaError::Key);
        }
        self.values.insert(key, value.into());
        Ok(())
    }

    /// The value of a key.
    pub fn get(&self, key: u8) -> Option<&[u8]> {
        self.values.get(&key).map(Vec::as_slice)
    }

    /// All keys with their values.
    pub fn values(&self) -> impl Iterator<Item = (u8, &[u8])> {
        self.values.iter().map(|(key, value)| (*key, value.as_slice()))
    }

    /// The block. Errors: the values are too large.
    pub fn block(&self) -> Result<Vec<u8>, MetaError> {
        let needed = self.values.values().map(|value| 8 + value.len()).sum();
        if needed > ROOM {
            return Err(MetaError::TooLarge { needed });
        }
        let mut block = START.to_vec();
        for (key, value) in &self.values {
            block.extend(u32::from(*key).to_be_bytes());
            block.extend(u32::try_from(value.len()).unwrap_or_default().to_be_bytes());
            block.extend(value);
        }
        block.resize(CHECKSUM, 0);
        let checksum = checksum(&block);
        block.extend(checksum);
        block.extend(END);
        Ok(block)
    }

    /// The whole partition. Errors: the values are too large.
    pub fn image(&self) -> Result<Image, MetaError> {
        let mut twice = self.block()?;
        twice.extend_from_within(..);
        let mut image = Image::from_content(Content::bytes(twice));
        image.grow(PARTITION);
        Ok(image)
    }

    /// Reads a block, or a partition that starts with one. Errors: see [`MetaError::Damaged`].
    pub fn read(bytes: &[u8]) -> Result<Self, MetaError> {
        let damaged = |what| MetaError::Damaged { what };
        let block = bytes.get(..BLOCK).ok_or(damaged("it is shorter than 256 KiB"))?;
        let content = block.get(..CHECKSUM).unwrap_or_default();
        if !block.starts_with(&START) || !block.ends_with(&END) {
            return Err(damaged("its marks are not there"));
        }
        if array(block, CHECKSUM) != Some(checksum(content)) {
            return Err(damaged("its checksum is wrong"));
        }
        let mut meta = Self::new();
        let mut at = START.len();
        while let Some(tag) = array(content, at).map(u32::from_be_bytes).filter(|tag| *tag != 0) {
            let key = u8::try_from(tag).map_err(|_| damaged("a key is larger than 255"))?;
            let length = array(content, at + 4).map_or(u32::MAX, u32::from_be_bytes);
            let length = usize::try_from(length).unwrap_or(usize::MAX);
            let value = content.get(at + 8..).and_then(|rest| rest.get(..length));
            meta.set(key, value.ok_or(damaged("a value leaves the block"))?)?;
            at += 8 + length;
        }
        Ok(meta)
    }
}

/// Values may be configuration with addresses and tokens, so only their sizes are shown.
impl fmt::Debug for Meta {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.values.iter().map(|(key, value)| (key, value.len()))).finish()
    }
}

fn checksum(content: &[u8]) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(content);
    hash.update([0; 32]);
    hash.update(END);
    hash.finalize().into()
}

#[cfg(test)]
mod tests;
