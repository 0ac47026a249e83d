//! The variables that firmware of a virtual machine starts with.

use disk::Guid;

use crate::{Certificate, SecureBootError};

/// Vendors of variables, and kinds of things, by which firmware knows them.
pub(crate) const GLOBAL: Guid =
    Guid::from_bytes(0x8BE4_DF61_93CA_11D2_AA0D_00E0_9803_2B8C_u128.to_be_bytes());
pub(crate) const DATABASE: Guid =
    Guid::from_bytes(0xD719_B2CB_3D3A_4596_A3BC_DAD0_0E67_656F_u128.to_be_bytes());
const ENABLE: Guid = Guid::from_bytes(0xF0A3_0BC7_AF08_4556_99C4_0010_09C9_3A44_u128.to_be_bytes());
const CUSTOM: Guid = Guid::from_bytes(0xC076_EC0C_7028_4399_A072_71EE_5C44_8B9F_u128.to_be_bytes());
const X509: Guid = Guid::from_bytes(0xA5C0_59A1_94E4_4AA7_87B5_AB15_5C2B_F072_u128.to_be_bytes());
const AUTHENTICATED: Guid = Guid::from_bytes(0xAAF3_2C78_947B_439A_A180_2E14_4EC3_7792_u128.to_be_bytes());

/// Kept over resets, for firmware and systems; changed only by who proves it with a key.
const KEPT: u32 = 0x03;
pub(crate) const PROVEN: u32 = 0x27;
const STORE_HEADER: usize = 28;
const RECORD: usize = 60;
/// What an erased byte is.
const ERASED: u8 = 0xFF;

/// The certificates that firmware gets.
#[derive(Clone, Debug)]
pub struct Trust {
    /// Who owns the machine (`PK`).
    pub platform: Certificate,
    /// Who may change what is trusted (`KEK`).
    pub exchange: Certificate,
    /// Whose programs are started (`db`).
    pub signers: Vec<Certificate>,
    /// Who put them there, which is only shown.
    pub owner: Guid,
}

/// A copy of a store without keys in which Secure Boot is on. Errors: it is no store, or has no room.
pub fn enroll(store: &[u8], trust: &Trust) -> Result<Vec<u8>, SecureBootError> {
    let (start, end) = free(store)?;
    let list = |certificates: &[&Certificate]| signatures(certificates, trust.owner);
    let signers: Vec<&Certificate> = trust.signers.iter().collect();
    let records = [
        record("PK", GLOBAL, PROVEN, &list(&[&trust.platform])),
        record("KEK", GLOBAL, PROVEN, &list(&[&trust.exchange])),
        record("db", DATABASE, PROVEN, &list(&signers)),
        record("SecureBootEnable", ENABLE, KEPT, &[1]),
        record("CustomMode", CUSTOM, KEPT, &[0]),
    ]
    .concat();
    let mut changed = store.to_vec();
    let room = end - start;
    let place = changed.get_mut(start..end).and_then(|free| free.get_mut(..records.len()));
    let place = place.ok_or(SecureBootError::StoreFull { needed: records.len(), room })?;
    place.copy_from_slice(&records);
    Ok(changed)
}

/// Where records may be added: behind those that are there.
fn free(store: &[u8]) -> Result<(usize, usize), SecureBootError> {
    let wrong = SecureBootError::Store;
    let cut = || wrong("it is cut");
    if store.get(40..44) != Some(b"_FVH") {
        return Err(wrong("it is no firmware volume"));
    }
    let header = number(store, 48, 2).ok_or_else(cut)?;
    let own = store.get(header..).and_then(|rest| rest.first_chunk::<16>()).ok_or_else(cut)?;
    if Guid::from_disk(*own) != AUTHENTICATED {
        return Err(wrong("its variables are not authenticated ones"));
    }
    let size = number(store, header + 16, 4).ok_or_else(cut)?;
    let end = header.checked_add(size).filter(|end| *end <= store.len()).ok_or_else(cut)?;
    let mut at = header + STORE_HEADER;
    while number(store, at, 2) == Some(0x55AA) {
        let name = number(store, at + 36, 4).ok_or_else(cut)?;
        let data = number(store, at + 40, 4).ok_or_else(cut)?;
        at = (at + RECORD + name + data).next_multiple_of(4);
    }
    if at > end {
        return Err(cut());
    }
    Ok((at, end))
}

fn record(name: &str, vendor: Guid, attributes: u32, data: &[u8]) -> Vec<u8> {
    let name: Vec<u8> = name.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect();
    let size = |bytes: &[u8]| u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_le_bytes();
    // Its mark; that it is valid.
    let mut record = vec![0xAA, 0x55, 0x3F, 0x00];
    record.extend(attributes.to_le_bytes());
    // No counter, no time, no key.
    record.extend([0; 8 + 16 + 4]);
    record.extend(size(&name));
    record.extend(size(data));
    record.extend(vendor.to_disk());
    record.extend(&name);
    record.extend(data);
    record.resize(record.len().next_multiple_of(4), ERASED);
    record
}

/// Certificates as firmware keeps them: a list for each, since all members of a list have one size.
pub(crate) fn signatures(certificates: &[&Certificate], owner: Guid) -> Vec<u8> {
    let mut lists = Vec::new();
    for certificate in certificates {
        let size = 16 + certificate.der().len();
        lists.extend(X509.to_disk());
        for number in [28 + size, 0, size] {
            lists.extend(u32::try_from(number).unwrap_or(u32::MAX).to_le_bytes());
        }
        lists.extend(owner.to_disk());
        lists.extend(certificate.der());
    }
    lists
}

/// The little-endian number of so many bytes.
fn number(bytes: &[u8], offset: usize, length: usize) -> Option<usize> {
    let found = bytes.get(offset..)?.get(..length)?;
    Some(found.iter().rev().fold(0, |sum, byte| (sum << 8) | usize::from(*byte)))
}
