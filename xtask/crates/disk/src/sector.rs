//! The unit in which disks count.

use std::fmt;

/// The logical sector size of a disk.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Sector {
    /// 512 bytes, which is what almost every disk shows.
    #[default]
    B512,
    /// 4096 bytes.
    B4096,
}

impl Sector {
    /// Its size in bytes.
    pub const fn bytes(self) -> u64 {
        match self {
            Self::B512 => 512,
            Self::B4096 => 4096,
        }
    }

    /// Whole sectors that hold `bytes`.
    pub(crate) const fn count(self, bytes: u64) -> u64 {
        bytes.div_ceil(self.bytes())
    }
}

impl fmt::Display for Sector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.bytes())
    }
}
