//! Putting an image together.

use std::io::{self, Write};

use crate::error::UkiError;
use crate::pe::{FILE, Header, OPTIONAL, SECTION};
use crate::stub::Stub;

/// Where the PE signature stands: behind the DOS header and as many bytes for a DOS program, which is none.
const SIGNATURE: usize = 0x80;
/// Characteristics of what is added: initialised data that can be read.
const READ_ONLY_DATA: u32 = 0x4000_0040;
/// The bit of initialised data in a section's characteristics.
const INITIALISED: u32 = 0x40;
/// What loaders take.
const MOST_SECTIONS: usize = 96;

/// Something that is put behind the stub.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Section<'a> {
    /// At most eight bytes.
    pub name: &'static str,
    /// What it holds.
    pub content: &'a [u8],
}

/// An image: its headers, and the contents, which are still where they were.
#[derive(Clone, Debug)]
pub struct Assembled<'a> {
    headers: Vec<u8>,
    contents: Vec<(&'a [u8], usize)>,
}

/// Puts sections behind a stub.
///
/// `time` is the time stamp of the file header in seconds since 1970. Checksum and versions of the linker are cleared,
/// sizes are counted anew, the stub's own sections keep their addresses.
pub fn assemble<'a>(stub: &Stub<'a>, sections: &[Section<'a>], time: u32) -> Result<Assembled<'a>, UkiError> {
    let count = stub.headers.sections.len() + sections.len();
    if count > MOST_SECTIONS {
        return Err(UkiError::TooMany { count });
    }
    let (virtual_step, file_step) = (u64::from(stub.section_alignment), u64::from(stub.file_alignment));
    let mut table: Vec<Wide<'a>> = own_sections(stub);
    let mut address =
        table.last().map_or(0, |last| last.address + last.virtual_size).next_multiple_of(virtual_step);
    for section in sections {
        let size = section.content.len() as u64;
        let mut name = [0; 8];
        name.iter_mut().zip(section.name.bytes()).for_each(|(to, from)| *to = from);
        table.push(Wide {
            name,
            address,
            virtual_size: size,
            raw_size: size.next_multiple_of(file_step),
            characteristics: READ_ONLY_DATA,
            content: section.content,
        });
        address = (address + size).next_multiple_of(virtual_step);
    }
    let headers_end = (SIGNATURE + 4 + FILE + OPTIONAL + SECTION * count) as u64;
    let headers_size = headers_end.next_multiple_of(file_step);
    let file_size = headers_size + table.iter().map(|section| section.raw_size).sum::<u64>();
    let (Ok(headers_size), Ok(image_size), Ok(_)) =
        (u32::try_from(headers_size), u32::try_from(address), u32::try_from(file_size))
    else {
        return Err(UkiError::TooLarge { size: file_size.max(address) });
    };
    let sizes = Sizes { headers: headers_size, image: image_size, time };
    let headers = headers(stub, &table, sizes)?;
    let contents = table.iter().map(|section| (section.content, section.padding())).collect();
    Ok(Assembled { headers, contents })
}

/// A section whose numbers have not been seen to fit yet.
struct Wide<'a> {
    name: [u8; 8],
    address: u64,
    virtual_size: u64,
    raw_size: u64,
    characteristics: u32,
    content: &'a [u8],
}

impl Wide<'_> {
    fn padding(&self) -> usize {
        usize::try_from(self.raw_size).unwrap_or_default().saturating_sub(self.content.len())
    }
}

#[derive(Clone, Copy)]
struct Sizes {
    headers: u32,
    image: u32,
    time: u32,
}

fn own_sections<'a>(stub: &Stub<'a>) -> Vec<Wide<'a>> {
    let own = stub.headers.sections.iter().enumerate();
    own.map(|(index, header)| Wide {
        name: header.name,
        address: u64::from(header.address),
        virtual_size: u64::from(header.virtual_size),
        raw_size: u64::from(header.raw_size),
        characteristics: header.characteristics,
        content: stub.content(index),
    })
    .collect()
}

fn headers(stub: &Stub<'_>, table: &[Wide<'_>], sizes: Sizes) -> Result<Vec<u8>, UkiError> {
    let narrow = |value: u64| u32::try_from(value).map_err(|_| UkiError::TooLarge { size: value });
    let mut out = stub.bytes.get(..0x3c).unwrap_or_default().to_vec();
    out.extend([0x80, 0, 0, 0]);
    out.resize(SIGNATURE, 0);
    out.extend(b"PE\0\0");
    let mut file = stub.headers.file.clone();
    put(&mut file, 2, &u16::try_from(table.len()).unwrap_or(u16::MAX).to_le_bytes());
    put(&mut file, 4, &sizes.time.to_le_bytes());
    // Symbols are left out, and nothing may point to them.
    put(&mut file, 8, &[0; 8]);
    out.extend(file);
    let (mut code, mut data) = (0_u64, 0_u64);
    for section in table {
        let initialised = section.characteristics & INITIALISED != 0;
        *if initialised { &mut data } else { &mut code } += section.raw_size;
    }
    let mut optional = stub.headers.optional.clone();
    put(&mut optional, 2, &[0; 2]);
    put(&mut optional, 4, &narrow(code)?.to_le_bytes());
    put(&mut optional, 8, &narrow(data)?.to_le_bytes());
    put(&mut optional, 56, &sizes.image.to_le_bytes());
    put(&mut optional, 60, &sizes.headers.to_le_bytes());
    put(&mut optional, 64, &[0; 4]);
    out.extend(optional);
    let mut offset = u64::from(sizes.headers);
    for section in table {
        let header = Header {
            name: section.name,
            virtual_size: narrow(section.virtual_size)?,
            address: narrow(section.address)?,
            raw_size: narrow(section.raw_size)?,
            offset: narrow(offset)?,
            characteristics: section.characteristics,
        };
        out.extend(header.to_bytes());
        offset += section.raw_size;
    }
    out.resize(usize::try_from(sizes.headers).unwrap_or(out.len()), 0);
    Ok(out)
}

fn put(header: &mut [u8], at: usize, bytes: &[u8]) {
    if let Some(place) = header.get_mut(at..at + bytes.len()) {
        place.copy_from_slice(bytes);
    }
}

impl Assembled<'_> {
    /// The size of the image in bytes.
    pub fn size(&self) -> u64 {
        let contents = self.contents.iter().map(|(content, padding)| (content.len() + padding) as u64);
        self.headers.len() as u64 + contents.sum::<u64>()
    }

    /// Writes the image.
    pub fn write_to(&self, out: &mut impl Write) -> io::Result<()> {
        out.write_all(&self.headers)?;
        for (content, padding) in &self.contents {
            out.write_all(content)?;
            io::copy(&mut io::Read::take(io::repeat(0), *padding as u64), out)?;
        }
        Ok(())
    }

    /// The image in memory.
    pub fn to_vec(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(usize::try_from(self.size()).unwrap_or_default());
        // A vector takes everything.
        let _ = self.write_to(&mut out);
        out
    }
}
