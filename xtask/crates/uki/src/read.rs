//! Taking an image apart.

use crate::error::UkiError;
use crate::pe::{Bytes, Headers};

/// A section of an image.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Found<'a> {
    /// Its name.
    pub name: String,
    /// What it holds, without padding.
    pub content: &'a [u8],
    /// Where it is put in memory.
    pub address: u32,
}

/// The sections of an image, or of any PE file for 64-bit machines, in their order.
pub fn sections(image: &[u8]) -> Result<Vec<Found<'_>>, UkiError> {
    let bytes = Bytes { what: "the image", all: image };
    let headers = Headers::read(bytes)?;
    let found = headers.sections.iter().map(|header| {
        let name = header.name();
        let length = if header.offset == 0 { 0 } else { header.raw_size.min(header.virtual_size) };
        let content =
            bytes.slice(u64::from(header.offset), u64::from(length), &format!("section `{name}`"))?;
        Ok(Found { name, content, address: header.address })
    });
    found.collect()
}
