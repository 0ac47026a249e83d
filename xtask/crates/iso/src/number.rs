//! Numbers as ISO 9660 has them: both ways round, so that nobody needs to turn them.

/// A number of 16 bits, little-endian and then big-endian.
pub(crate) fn both16(number: u16) -> Vec<u8> {
    [number.to_le_bytes(), number.to_be_bytes()].concat()
}

/// A number of 32 bits, little-endian and then big-endian.
pub(crate) fn both32(number: u32) -> Vec<u8> {
    [number.to_le_bytes(), number.to_be_bytes()].concat()
}
