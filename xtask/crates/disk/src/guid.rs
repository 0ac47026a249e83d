//! Identifiers of disks and partitions.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest as _, Sha256};

/// A globally unique identifier as the UEFI specification 2.10, appendix A, stores it: three little-endian numbers
/// and eight bytes.
///
/// It is kept as it is read and printed, big-endian.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Guid([u8; 16]);

/// A text that is no identifier.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("`{0}` is no GUID; write 32 hexadecimal digits as 8-4-4-4-12")]
pub struct ParseGuidError(pub String);

impl Guid {
    /// An EFI system partition.
    pub const EFI_SYSTEM: Self = Self(0xC12A_7328_F81F_11D2_BA4B_00A0_C93E_C93B_u128.to_be_bytes());
    /// A partition with data of Linux.
    pub const LINUX_DATA: Self = Self(0x0FC6_3DAF_8483_4772_8E79_3D69_D847_7DE4_u128.to_be_bytes());
    /// A partition for the second stage of GRUB on firmware without UEFI.
    pub const BIOS_BOOT: Self = Self(0x2168_6148_6449_6E6F_744E_6565_6445_4649_u128.to_be_bytes());
    /// A partition with basic data, as hybrid ISO images use it.
    pub const BASIC_DATA: Self = Self(0xEBD0_A0A2_B9E5_4433_87C0_68B6_B726_99C7_u128.to_be_bytes());
    /// The identifier of nothing; an unused entry of a partition table.
    pub const NIL: Self = Self([0; 16]);

    /// The identifier that a name has in a space: version 8 of RFC 9562 over the SHA-256 of both.
    ///
    /// With [`Guid::NIL`] as space these are the identifiers of the Talos imager from 1.13 on.
    pub fn derived(space: Self, name: &str) -> Self {
        let mut hash = Sha256::new();
        hash.update(space.0);
        hash.update(name.as_bytes());
        let digest: [u8; 32] = hash.finalize().into();
        let mut bytes: [u8; 16] = digest.first_chunk().copied().unwrap_or_default();
        let [_, _, _, _, _, _, version, _, variant, ..] = &mut bytes;
        *version = (*version & 0x0F) | 0x80;
        *variant = (*variant & 0x3F) | 0x80;
        Self(bytes)
    }

    /// The identifier that is written as these bytes.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// Its bytes in the order in which it is written.
    pub const fn bytes(self) -> [u8; 16] {
        self.0
    }

    /// Its bytes in the order in which they lie on a disk.
    pub fn to_disk(self) -> [u8; 16] {
        let mut bytes = self.0;
        // A number of four bytes, then two of two.
        for range in [0..4, 4..6, 6..8] {
            bytes.get_mut(range).unwrap_or_default().reverse();
        }
        bytes
    }

    /// The identifier that lies on a disk as these bytes.
    pub fn from_disk(bytes: [u8; 16]) -> Self {
        // The order is its own inverse.
        Self(Self(bytes).to_disk())
    }
}

impl fmt::Display for Guid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, byte) in self.0.iter().enumerate() {
            let dash = if matches!(index, 4 | 6 | 8 | 10) { "-" } else { "" };
            write!(f, "{dash}{byte:02x}")?;
        }
        Ok(())
    }
}

impl FromStr for Guid {
    type Err = ParseGuidError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refused = || ParseGuidError(text.to_owned());
        let parts: Vec<&str> = text.split('-').collect();
        let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
        let digits = parts.concat();
        if lengths != [8, 4, 4, 4, 12] || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(refused());
        }
        u128::from_str_radix(&digits, 16).map(|number| Self(number.to_be_bytes())).map_err(|_| refused())
    }
}

#[cfg(test)]
mod tests;
