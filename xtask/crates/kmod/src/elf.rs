//! What object files of modules say.

use object::Endianness;
use object::elf::{FileHeader32, FileHeader64, SHN_UNDEF, SHT_SYMTAB};
use object::read::elf::{FileHeader, SectionHeader as _, Sym as _};

/// What is taken from an object file.
#[derive(Debug, Default)]
pub(crate) struct Elf {
    /// Symbols that other modules may use.
    pub(crate) exports: Vec<String>,
    /// Symbols that it uses, in the order in which it names them.
    pub(crate) needs: Vec<String>,
    /// Entries of `.modinfo`, in their order.
    pub(crate) info: Vec<(String, String)>,
}

/// Length of an entry of `__versions`: a checksum as wide as a pointer, and a name.
const VERSION: usize = 64;
const EXPORTED: &[u8] = b"__crc_";

/// Reads one; the error says what is wrong.
pub(crate) fn read(bytes: &[u8]) -> Result<Elf, String> {
    let wrong = |error: object::Error| error.to_string();
    // The class is the fifth byte.
    match bytes.get(4) {
        Some(1) => take::<FileHeader32<Endianness>>(bytes, 4).map_err(wrong),
        _ => take::<FileHeader64<Endianness>>(bytes, 8).map_err(wrong),
    }
}

fn take<H: FileHeader<Endian = Endianness>>(bytes: &[u8], checksum: usize) -> object::Result<Elf> {
    let header = H::parse(bytes)?;
    let endian = header.endian()?;
    let sections = header.sections(endian, bytes)?;
    let content = |name: &[u8]| -> object::Result<&[u8]> {
        match sections.section_by_name(endian, name) {
            Some((_, section)) => section.data(endian, bytes),
            None => Ok(&[]),
        }
    };
    let mut elf = Elf::default();
    let symbols = sections.symbols(endian, bytes, SHT_SYMTAB)?;
    // The first symbol is none.
    for symbol in symbols.iter().skip(1) {
        let name = symbol.name(endian, symbols.strings())?;
        if let Some(name) = name.strip_prefix(EXPORTED).filter(|name| !name.is_empty()) {
            elf.exports.push(text(name));
        }
        if symbol.st_shndx(endian) == SHN_UNDEF && !name.is_empty() {
            elf.needs.push(text(name));
        }
    }
    if elf.exports.is_empty() {
        elf.exports = strings(content(b"__ksymtab_strings")?).map(text).collect();
    }
    // `module_layout` is checked by the kernel, but no symbol refers to it.
    let (versions, rest) = content(b"__versions")?.as_chunks::<VERSION>();
    if rest.is_empty() {
        let names = versions.iter().filter_map(|entry| strings(entry.get(checksum..)?).next());
        elf.needs.extend(names.map(text));
    }
    elf.info = strings(content(b".modinfo")?).map(entry).collect();
    Ok(elf)
}

/// The strings of a section, which have zeros between them.
fn strings(section: &[u8]) -> impl Iterator<Item = &[u8]> {
    section.split(|byte| *byte == 0).filter(|string| !string.is_empty())
}

fn entry(string: &[u8]) -> (String, String) {
    let string = text(string);
    let (key, value) = string.split_once('=').unwrap_or((&string, ""));
    (key.to_owned(), value.to_owned())
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
