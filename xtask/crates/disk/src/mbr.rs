//! The protective record of the UEFI specification 2.10, section 5.2.3: tools that do not know GPT see a full disk.

/// Sector 0 of a disk of `sectors` sectors; the code before the table is left empty.
pub(crate) fn protective(sectors: u64) -> Vec<u8> {
    let covered = u32::try_from(sectors.saturating_sub(1)).unwrap_or(u32::MAX);
    let mut record = vec![0; 446];
    // Not active, from cylinder 0, head 0, sector 2, type GPT, to the end as far as three bytes can tell.
    record.extend([0x00, 0x00, 0x02, 0x00, 0xEE, 0xFF, 0xFF, 0xFF]);
    record.extend(1_u32.to_le_bytes());
    record.extend(covered.to_le_bytes());
    record.resize(510, 0);
    record.extend([0x55, 0xAA]);
    record
}
