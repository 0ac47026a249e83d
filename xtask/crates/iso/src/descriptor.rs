//! Volume descriptors: sectors 16 and following.

use disk::Moment;

use crate::number::{both16, both32};
use crate::record::{DIRECTORY, Place, record};
use crate::time;

/// What the primary descriptor tells.
pub(crate) struct Primary<'a> {
    pub(crate) volume: &'a str,
    pub(crate) volume_set: &'a str,
    pub(crate) application: &'a str,
    pub(crate) sectors: u32,
    pub(crate) path_table: u32,
    /// Sectors of the tables, little-endian and big-endian.
    pub(crate) path_tables: [u32; 2],
    pub(crate) root: Place,
    pub(crate) time: Moment,
}

impl Primary<'_> {
    /// Its sector.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut bytes = head(1);
        bytes.push(0);
        bytes.extend(text("", 32));
        bytes.extend(text(self.volume, 32));
        bytes.extend([0; 8]);
        bytes.extend(both32(self.sectors));
        bytes.extend([0; 32]);
        // One volume of one, with sectors of 2048 bytes.
        for number in [1, 1, 2048] {
            bytes.extend(both16(number));
        }
        bytes.extend(both32(self.path_table));
        let [little, big] = self.path_tables;
        bytes.extend(little.to_le_bytes());
        bytes.extend([0; 4]);
        bytes.extend(big.to_be_bytes());
        bytes.extend([0; 4]);
        bytes.extend(record(&[0], DIRECTORY, self.root, self.time, &[]));
        bytes.extend(text(self.volume_set, 128));
        bytes.extend(text("", 256));
        bytes.extend(text(self.application, 128));
        bytes.extend(text("", 111));
        // Made, changed; never expires; in effect.
        bytes.extend(time::long(self.time));
        bytes.extend(time::long(self.time));
        bytes.extend(time::none());
        bytes.extend(time::long(self.time));
        bytes.push(1);
        bytes
    }
}

/// The descriptor that leads to the boot catalog.
pub(crate) fn boot_record(catalog: u32) -> Vec<u8> {
    let mut bytes = head(0);
    let mut system = b"EL TORITO SPECIFICATION".to_vec();
    system.resize(64, 0);
    bytes.extend(system);
    bytes.extend(catalog.to_le_bytes());
    bytes
}

/// The last descriptor.
pub(crate) fn terminator() -> Vec<u8> {
    head(255)
}

fn head(kind: u8) -> Vec<u8> {
    let mut bytes = vec![kind];
    bytes.extend(b"CD001");
    bytes.push(1);
    bytes
}

fn text(text: &str, length: usize) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    bytes.resize(length, b' ');
    bytes
}
