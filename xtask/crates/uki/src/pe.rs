//! The parts of a PE file that matter here.

use crate::error::UkiError;

/// Length of the DOS header.
pub(crate) const DOS: usize = 0x40;
/// Length of the file header.
pub(crate) const FILE: usize = 20;
/// Length of an optional header with 16 directories, for 64-bit machines.
pub(crate) const OPTIONAL: usize = 240;
/// Length of a section header.
pub(crate) const SECTION: usize = 40;
/// What the optional header for 64-bit machines begins with.
const PE32_PLUS: u16 = 0x20b;

/// A file whose bytes are asked for by place.
#[derive(Clone, Copy)]
pub(crate) struct Bytes<'a> {
    pub(crate) what: &'static str,
    pub(crate) all: &'a [u8],
}

impl<'a> Bytes<'a> {
    pub(crate) fn slice(self, at: u64, length: u64, part: &str) -> Result<&'a [u8], UkiError> {
        let end = at.saturating_add(length);
        let range = usize::try_from(at).ok().zip(usize::try_from(end).ok());
        range.and_then(|(at, end)| self.all.get(at..end)).ok_or_else(|| UkiError::Truncated {
            what: self.what,
            part: part.to_owned(),
            end,
            length: self.all.len() as u64,
        })
    }

    pub(crate) fn u16(self, at: u64, part: &str) -> Result<u16, UkiError> {
        let bytes = self.slice(at, 2, part)?;
        Ok(bytes.iter().rev().fold(0, |value, byte| value << 8 | u16::from(*byte)))
    }

    pub(crate) fn u32(self, at: u64, part: &str) -> Result<u32, UkiError> {
        let bytes = self.slice(at, 4, part)?;
        Ok(bytes.iter().rev().fold(0, |value, byte| value << 8 | u32::from(*byte)))
    }
}

/// A section header.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Header {
    /// As it stands there, padded with NUL.
    pub(crate) name: [u8; 8],
    pub(crate) virtual_size: u32,
    pub(crate) address: u32,
    pub(crate) raw_size: u32,
    pub(crate) offset: u32,
    pub(crate) characteristics: u32,
}

impl Header {
    pub(crate) fn name(&self) -> String {
        let end = self.name.iter().position(|byte| *byte == 0).unwrap_or(self.name.len());
        String::from_utf8_lossy(self.name.get(..end).unwrap_or_default()).into_owned()
    }

    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = self.name.to_vec();
        for number in
            [self.virtual_size, self.address, self.raw_size, self.offset, 0, 0, 0, self.characteristics]
        {
            bytes.extend(number.to_le_bytes());
        }
        bytes
    }
}

/// The headers of a PE file for 64-bit machines.
#[derive(Clone, Debug)]
pub(crate) struct Headers {
    /// The file header, 20 bytes.
    pub(crate) file: Vec<u8>,
    /// The optional header, 240 bytes.
    pub(crate) optional: Vec<u8>,
    pub(crate) sections: Vec<Header>,
    /// Which machine it is for.
    pub(crate) machine: u16,
    /// Where COFF symbols are; 0 for nowhere.
    pub(crate) symbols: u32,
}

impl Headers {
    pub(crate) fn read(bytes: Bytes<'_>) -> Result<Self, UkiError> {
        let no_pe = |missing| UkiError::NoPe { what: bytes.what, missing };
        if bytes.all.get(..2) != Some(b"MZ") {
            return Err(no_pe("it does not begin with `MZ`"));
        }
        let start = u64::from(bytes.u32(DOS as u64 - 4, "the DOS header")?);
        if bytes.slice(start, 4, "the PE signature")? != b"PE\0\0" {
            return Err(no_pe("there is no `PE` where its first header points to"));
        }
        let file = bytes.slice(start + 4, FILE as u64, "the file header")?;
        let count = bytes.u16(start + 6, "the file header")?;
        let optional_length = u64::from(bytes.u16(start + 20, "the file header")?);
        let optional_start = start + 4 + FILE as u64;
        let magic = bytes.u16(optional_start, "the optional header")?;
        if magic != PE32_PLUS || optional_length != OPTIONAL as u64 {
            return Err(UkiError::Bits { what: bytes.what, magic });
        }
        let optional = bytes.slice(optional_start, OPTIONAL as u64, "the optional header")?;
        let table = optional_start + OPTIONAL as u64;
        let sections =
            (0..u64::from(count)).map(|index| section(bytes, table + index * SECTION as u64, index));
        Ok(Self {
            file: file.to_vec(),
            optional: optional.to_vec(),
            sections: sections.collect::<Result<_, _>>()?,
            machine: bytes.u16(start + 4, "the file header")?,
            symbols: bytes.u32(start + 12, "the file header")?,
        })
    }
}

fn section(bytes: Bytes<'_>, at: u64, index: u64) -> Result<Header, UkiError> {
    let part = format!("the header of section {}", index + 1);
    let mut name = [0; 8];
    name.copy_from_slice(bytes.slice(at, 8, &part)?);
    Ok(Header {
        name,
        virtual_size: bytes.u32(at + 8, &part)?,
        address: bytes.u32(at + 12, &part)?,
        raw_size: bytes.u32(at + 16, &part)?,
        offset: bytes.u32(at + 20, &part)?,
        characteristics: bytes.u32(at + 36, &part)?,
    })
}

/// What a machine number of a PE file means.
pub(crate) fn machine_name(machine: u16) -> String {
    match machine {
        0x8664 => "x86-64".to_owned(),
        0xaa64 => "64-bit ARM".to_owned(),
        other => format!("machine {other:#x}"),
    }
}
