//! The digest itself: 32 bytes, printed and parsed one way.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::Hasher;

/// Bytes of a SHA-256 digest.
const LENGTH: usize = 32;
/// Digits of [`Digest::short`]: enough to be unique among some millions of objects.
const SHORT: usize = 12;
/// What a digest's text starts with.
const PREFIX: &str = "sha256:";

/// A SHA-256 digest.
///
/// Its text, in [`Display`](fmt::Display), [`FromStr`] and serde alike, is `sha256:` and 64 lower-case
/// hexadecimal digits. The order is that of the bytes, which is also that of the text.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; LENGTH]);

impl Digest {
    /// The digest of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        let mut hasher = Hasher::new();
        hasher.update(bytes);
        hasher.finish()
    }

    /// Reads 64 lower-case hexadecimal digits, without a prefix, as the names of files are.
    pub fn from_hex(text: &str) -> Result<Self, ParseDigestError> {
        let digits = text.as_bytes();
        if digits.len() != 2 * LENGTH {
            return Err(ParseDigestError::Length { text: text.to_owned(), found: text.chars().count() });
        }
        let mut bytes = [0; LENGTH];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            let [high, low] = pair else { continue };
            let (Some(high), Some(low)) = (nibble(*high), nibble(*low)) else {
                return Err(ParseDigestError::Digit { text: text.to_owned() });
            };
            *byte = high << 4 | low;
        }
        Ok(Self(bytes))
    }

    /// The 64 lower-case hexadecimal digits, without a prefix.
    pub fn hex(&self) -> String {
        let mut text = String::with_capacity(2 * LENGTH);
        for byte in self.0 {
            text.push(digit(byte >> 4));
            text.push(digit(byte & 0x0f));
        }
        text
    }

    /// The first 12 hexadecimal digits, for people: tables, progress, names of directories.
    pub fn short(&self) -> String {
        let mut text = self.hex();
        text.truncate(SHORT);
        text
    }

    /// The raw bytes.
    pub fn as_bytes(&self) -> &[u8; LENGTH] {
        &self.0
    }
}

impl From<[u8; LENGTH]> for Digest {
    fn from(bytes: [u8; LENGTH]) -> Self {
        Self(bytes)
    }
}

fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

fn digit(nibble: u8) -> char {
    char::from(if nibble < 10 { b'0' + nibble } else { b'a' + nibble - 10 })
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{PREFIX}{}", self.hex())
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Digest {
    type Err = ParseDigestError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let hex =
            text.strip_prefix(PREFIX).ok_or_else(|| ParseDigestError::Prefix { text: text.to_owned() })?;
        Self::from_hex(hex)
    }
}

impl Serialize for Digest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

/// Text that is no digest.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseDigestError {
    /// The algorithm is missing or is not SHA-256.
    #[error("`{text}` is no digest: it must start with `sha256:`")]
    Prefix {
        /// What was read.
        text: String,
    },
    /// Too many or too few digits.
    #[error("`{text}` is no digest: it has {found} hexadecimal digits instead of 64")]
    Length {
        /// What was read.
        text: String,
        /// How many characters it has.
        found: usize,
    },
    /// A character outside `0-9a-f`.
    #[error("`{text}` is no digest: only `0` to `9` and `a` to `f` (lower case) may appear in it")]
    Digit {
        /// What was read.
        text: String,
    },
}

#[cfg(test)]
mod tests;
