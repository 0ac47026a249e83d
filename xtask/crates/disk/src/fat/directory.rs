//! Directories as FAT has them.

use crate::fat::FatTime;
use crate::fat::name::{self, Short};

/// Flags of an entry.
pub(crate) const LABEL: u8 = 0x08;
pub(crate) const DIRECTORY: u8 = 0x10;
pub(crate) const ARCHIVE: u8 = 0x20;

/// What an entry says beside its name.
#[derive(Clone, Copy)]
pub(crate) struct Facts {
    pub(crate) flags: u8,
    /// Its first cluster; 0 when it has none.
    pub(crate) cluster: u64,
    pub(crate) size: u64,
}

/// The entries of a directory, one after the other.
pub(crate) struct Entries {
    bytes: Vec<u8>,
    time: FatTime,
}

impl Entries {
    pub(crate) fn new(time: FatTime) -> Self {
        Self { bytes: Vec::new(), time }
    }

    /// Adds an entry with a long name, if it needs one.
    pub(crate) fn add(&mut self, name: &str, short: &Short, facts: Facts) {
        self.bytes.extend(name::long(name, short).as_flattened());
        self.add_short(short, facts);
    }

    /// Adds an entry with a short name only.
    pub(crate) fn add_short(&mut self, short: &Short, facts: Facts) {
        let cluster = u32::try_from(facts.cluster).unwrap_or_default();
        let [low, lower, high, higher] = cluster.to_le_bytes();
        let FatTime { date, time } = self.time;
        self.bytes.extend(short);
        self.bytes.extend([facts.flags, 0, 0]);
        // Made, read, changed.
        for field in [time, date, date] {
            self.bytes.extend(field.to_le_bytes());
        }
        self.bytes.extend([high, higher]);
        for field in [time, date] {
            self.bytes.extend(field.to_le_bytes());
        }
        self.bytes.extend([low, lower]);
        self.bytes.extend(u32::try_from(facts.size).unwrap_or_default().to_le_bytes());
    }

    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}
