//! GUID partition tables, as the UEFI specification 2.10, chapter 5, has them.
//!
//! [`assemble`] puts images of partitions one behind the other, each at a multiple of 1 MiB as the Talos imager does;
//! [`Table`] is the table itself, for layouts of another kind; [`read`] reads what is on a disk.

mod assemble;
mod error;
mod read;
mod table;

pub use assemble::{ALIGNMENT, Disk, Partition, assemble, least_size};
pub use error::{GptError, ReadError};
pub use read::read;
pub use table::{ENTRIES, Entry, LEGACY_BOOT, Table};

#[cfg(test)]
mod tests;
