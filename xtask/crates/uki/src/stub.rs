//! The program that everything is put behind.

use crate::error::UkiError;
use crate::pe::{Bytes, Headers};

/// systemd-stub, whose headers and sections have been checked.
#[derive(Clone, Debug)]
pub struct Stub<'a> {
    pub(crate) headers: Headers,
    pub(crate) bytes: &'a [u8],
    pub(crate) section_alignment: u32,
    pub(crate) file_alignment: u32,
}

const WHAT: &str = "the stub";
/// Where the optional header has its alignments.
const SECTION_ALIGNMENT: usize = 32;
const FILE_ALIGNMENT: usize = 36;
/// The smallest alignment that the format allows for files.
const SMALLEST_ALIGNMENT: u32 = 512;
/// The largest alignment that the format allows.
const LARGEST_ALIGNMENT: u32 = 0x1_0000;

impl<'a> Stub<'a> {
    /// Reads a stub; one with COFF symbols is refused, as Talos' imager does.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, UkiError> {
        let stub = Self::without_symbols(bytes)?;
        match stub.headers.symbols {
            0 => Ok(stub),
            offset => Err(UkiError::Symbols { offset }),
        }
    }

    /// Reads a stub and leaves out its COFF symbols, which Debian's stubs have.
    pub fn without_symbols(bytes: &'a [u8]) -> Result<Self, UkiError> {
        let file = Bytes { what: WHAT, all: bytes };
        let headers = Headers::read(file)?;
        let optional = Bytes { what: WHAT, all: &headers.optional };
        let section_alignment = optional.u32(SECTION_ALIGNMENT as u64, "the optional header")?;
        let file_alignment = optional.u32(FILE_ALIGNMENT as u64, "the optional header")?;
        for (which, value) in [("section", section_alignment), ("file", file_alignment)] {
            if !value.is_power_of_two() || !(SMALLEST_ALIGNMENT..=LARGEST_ALIGNMENT).contains(&value) {
                return Err(UkiError::Alignment { which, value });
            }
        }
        let mut end = 0_u64;
        for (section, number) in headers.sections.iter().zip(1..) {
            if headers.symbols != 0 && section.name.starts_with(b"/") {
                return Err(UkiError::LongName { number });
            }
            let (name, address) = (section.name(), u64::from(section.address));
            if address < end {
                return Err(UkiError::Order { name, address: section.address });
            }
            end = address + u64::from(section.virtual_size);
            if section.offset != 0 {
                let (at, length) = (u64::from(section.offset), u64::from(section.raw_size));
                file.slice(at, length, &format!("section `{name}`"))?;
            }
        }
        if headers.sections.is_empty() {
            return Err(UkiError::Empty);
        }
        let stub = Self { headers, bytes, section_alignment, file_alignment };
        if stub.section(".sbat").is_none() { Err(UkiError::NoSbat) } else { Ok(stub) }
    }

    /// The content of one of its own sections, without padding.
    pub fn section(&self, name: &str) -> Option<&'a [u8]> {
        let index = self.headers.sections.iter().position(|section| section.name() == name)?;
        let content = self.content(index);
        let header = self.headers.sections.get(index)?;
        let length = usize::try_from(header.virtual_size).ok()?.min(content.len());
        content.get(..length)
    }

    /// The bytes that the file has for a section, by its index.
    pub(crate) fn content(&self, index: usize) -> &'a [u8] {
        let range = self.headers.sections.get(index).filter(|header| header.offset != 0).and_then(|header| {
            let at = usize::try_from(header.offset).ok()?;
            Some(at..at.checked_add(usize::try_from(header.raw_size).ok()?)?)
        });
        range.and_then(|range| self.bytes.get(range)).unwrap_or_default()
    }
}
