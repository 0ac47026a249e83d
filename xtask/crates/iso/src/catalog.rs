//! El Torito: what firmware starts from a CD.

/// The platform of UEFI.
const EFI: u8 = 0xEF;

/// A boot catalog with one entry: an EFI system partition of `size` bytes at a sector.
pub(crate) fn catalog(sector: u32, size: u64) -> Vec<u8> {
    let validation = |checksum: u16| {
        let mut entry = vec![1, EFI, 0, 0];
        entry.resize(28, 0);
        entry.extend(checksum.to_le_bytes());
        entry.extend([0x55, 0xAA]);
        entry
    };
    let words = validation(0);
    let words = words.as_chunks::<2>().0.iter().map(|word| u16::from_le_bytes(*word));
    let mut catalog = validation(words.fold(0_u16, u16::wrapping_add).wrapping_neg());
    // Can be started, without emulation; the segment and type mean nothing to UEFI.
    catalog.extend([0x88, 0, 0, 0, 0, 0]);
    // In units of 512 bytes. Firmware takes 0 as "up to the end of the volume", the only way to tell more than 32 MiB.
    catalog.extend(u16::try_from(size / 512).unwrap_or_default().to_le_bytes());
    catalog.extend(sector.to_le_bytes());
    catalog.resize(64, 0);
    catalog
}
