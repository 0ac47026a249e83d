//! EFI programs: what of them is signed, and where a signature goes. Format: Microsoft's "PE Format".

use sha2::{Digest as _, Sha256};

use crate::SecureBootError;

/// Entries of this kind are padded to a multiple of it, and so is the program before them.
const ALIGNMENT: usize = 8;
/// The certificate table among the data directories.
const CERTIFICATES: usize = 4;

/// Places in a program's headers.
struct Headers {
    checksum: usize,
    directory: usize,
    size: usize,
    sections: Vec<(usize, usize)>,
}

/// A program without a signature.
pub(crate) struct Program {
    /// Padded to where a signature may start.
    bytes: Vec<u8>,
    headers: Headers,
}

impl Program {
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, SecureBootError> {
        let mut padded = bytes.to_vec();
        padded.resize(padded.len().next_multiple_of(ALIGNMENT), 0);
        let headers = headers(bytes)?;
        if number(bytes, headers.directory + 4, 4) != Some(0) {
            return Err(SecureBootError::Signed);
        }
        Ok(Self { bytes: padded, headers })
    }

    /// The digest that is signed: everything but the checksum and the place of the signature; sections by where they lie,
    /// then what follows them.
    pub(crate) fn digest(&self) -> Result<[u8; 32], SecureBootError> {
        let Headers { checksum, directory, size, sections } = &self.headers;
        let mut hash = Sha256::new();
        let mut parts = vec![(0, *checksum), (checksum + 4, *directory), (directory + 8, *size)];
        let mut sections = sections.clone();
        sections.sort_unstable();
        let mut end = *size;
        for (start, length) in sections {
            parts.push((start, start + length));
            end = end.max(start + length);
        }
        parts.push((end, self.bytes.len()));
        for (start, end) in parts {
            hash.update(
                self.bytes.get(start..end).ok_or(SecureBootError::Program("a section leaves the file"))?,
            );
        }
        Ok(hash.finalize().into())
    }

    /// The program with a signature.
    pub(crate) fn with_signature(mut self, signature: &[u8]) -> Result<Vec<u8>, SecureBootError> {
        let too_large = |_| SecureBootError::Program("it has more than 4 GiB");
        let start = u32::try_from(self.bytes.len()).map_err(too_large)?;
        let length = u32::try_from(8 + signature.len()).map_err(too_large)?;
        // Revision 2.0; PKCS #7.
        let mut entry = length.to_le_bytes().to_vec();
        entry.extend([0x00, 0x02, 0x02, 0x00]);
        entry.extend(signature);
        entry.resize(entry.len().next_multiple_of(ALIGNMENT), 0);
        let size = u32::try_from(entry.len()).map_err(too_large)?;
        let place = [start.to_le_bytes(), size.to_le_bytes()].concat();
        let directory = self.headers.directory;
        if let Some(to) = self.bytes.get_mut(directory..directory + 8) {
            to.copy_from_slice(&place);
        }
        self.bytes.extend(entry);
        Ok(self.bytes)
    }
}

/// A program as it was before it was signed, but for what pads it. Errors: it is no program, or something follows its
/// signatures.
pub fn strip(program: &[u8]) -> Result<Vec<u8>, SecureBootError> {
    let Headers { directory, .. } = headers(program)?;
    let mut stripped = program.to_vec();
    let (Some(start), Some(size)) = (number(program, directory, 4), number(program, directory + 4, 4)) else {
        return Ok(stripped);
    };
    if size > 0 {
        if start.checked_add(size) != Some(program.len()) {
            return Err(SecureBootError::Program("its signature is not at its end"));
        }
        stripped.truncate(start);
        stripped.get_mut(directory..directory + 8).unwrap_or_default().fill(0);
    }
    Ok(stripped)
}

fn headers(bytes: &[u8]) -> Result<Headers, SecureBootError> {
    let wrong = SecureBootError::Program;
    let cut = || wrong("its headers are cut");
    if !bytes.starts_with(b"MZ") {
        return Err(wrong("it does not start with `MZ`"));
    }
    let start = number(bytes, 0x3C, 4).ok_or_else(cut)?;
    if bytes.get(start..).and_then(|rest| rest.get(..4)) != Some(b"PE\0\0") {
        return Err(wrong("it has no PE header"));
    }
    let count = number(bytes, start + 6, 2).ok_or_else(cut)?;
    let optional = start + 24;
    let directories = match number(bytes, optional, 2) {
        Some(0x10B) => 96,
        Some(0x20B) => 112,
        _ => return Err(wrong("it is neither PE32 nor PE32+")),
    };
    let has = number(bytes, optional + directories - 4, 4).ok_or_else(cut)?;
    if has <= CERTIFICATES {
        return Err(wrong("its headers have no place for a signature"));
    }
    let table = optional + number(bytes, start + 20, 2).ok_or_else(cut)?;
    let size = number(bytes, optional + 60, 4).ok_or_else(cut)?;
    let sections = (0..count).map(|index| {
        let section = table + 40 * index;
        Some((number(bytes, section + 20, 4)?, number(bytes, section + 16, 4)?))
    });
    let sections = sections.collect::<Option<Vec<_>>>().ok_or_else(cut)?;
    let sections = sections.into_iter().filter(|(_, length)| *length > 0).collect();
    let directory = optional + directories + 8 * CERTIFICATES;
    if size > bytes.len() || directory + 8 > size {
        return Err(cut());
    }
    Ok(Headers { checksum: optional + 64, directory, size, sections })
}

/// The little-endian number of so many bytes.
fn number(bytes: &[u8], offset: usize, length: usize) -> Option<usize> {
    let found = bytes.get(offset..)?.get(..length)?;
    Some(found.iter().rev().fold(0, |sum, byte| (sum << 8) | usize::from(*byte)))
}
