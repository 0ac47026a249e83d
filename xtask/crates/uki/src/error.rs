//! What can be wrong with the parts of an image.

use thiserror::Error;

/// Why there is no image.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
pub enum UkiError {
    /// A file ends within a header or a section.
    #[error("{what} is cut off: {part} ends at byte {end}, the file at {length}; fetch it again")]
    Truncated {
        /// Which file.
        what: &'static str,
        /// What is not whole.
        part: String,
        /// Where it should end.
        end: u64,
        /// Where the file ends.
        length: u64,
    },
    /// A signature at the start is missing.
    #[error("{what} is no PE file: {missing}")]
    NoPe {
        /// Which file.
        what: &'static str,
        /// What is not there.
        missing: &'static str,
    },
    /// Not one for 64-bit machines.
    #[error(
        "{what} is a PE file for 32-bit machines (magic {magic:#x}); take the one for x86-64 or 64-bit ARM"
    )]
    Bits {
        /// Which file.
        what: &'static str,
        /// What its optional header says.
        magic: u16,
    },
    /// Symbols cannot be kept, since nobody would move them.
    #[error(
        "the stub has COFF symbols (table at byte {offset}), which an image cannot keep; \
         take one without, or ask for their removal"
    )]
    Symbols {
        /// Where they are.
        offset: u32,
    },
    /// A section name is in the table of symbols, which is removed.
    #[error(
        "section {number} of the stub has its name in the symbol table, so that the table cannot be removed"
    )]
    LongName {
        /// Which one, from 1.
        number: usize,
    },
    /// An alignment that is none.
    #[error("the stub has a {which} alignment of {value}; it must be a power of two from 512 to 65536")]
    Alignment {
        /// Of sections or of the file.
        which: &'static str,
        /// What it says.
        value: u32,
    },
    /// Sections that are not in ascending order.
    #[error(
        "section `{name}` of the stub begins at address {address:#x}, before the end of the one before it"
    )]
    Order {
        /// Its name.
        name: String,
        /// Its address.
        address: u32,
    },
    /// Not systemd's stub.
    #[error("the stub has no section `.sbat`; take systemd's `linuxx64.efi.stub` or `linuxaa64.efi.stub`")]
    NoSbat,
    /// No sections.
    #[error("the stub has no sections")]
    Empty,
    /// Beyond 32 bits.
    #[error("the image would have {size} bytes, more than the 4 GiB that a PE file can have")]
    TooLarge {
        /// Its size in bytes.
        size: u64,
    },
    /// A PE header counts sections in 16 bits, loaders take fewer.
    #[error("the image would have {count} sections; 96 are the most")]
    TooMany {
        /// How many.
        count: usize,
    },
    /// Nothing to boot.
    #[error(
        "the kernel is no program that UEFI starts: {missing}; take one that is built with `CONFIG_EFI_STUB`"
    )]
    Kernel {
        /// What is not there.
        missing: &'static str,
    },
    /// Parts for different machines.
    #[error("the stub is for {stub}, the kernel for {kernel}")]
    Machines {
        /// What the stub is for.
        stub: String,
        /// What the kernel is for.
        kernel: String,
    },
    /// The first profile has this name by itself.
    #[error("a profile has the ID `main`, which is that of the image itself; give it another one")]
    Main,
    /// Two profiles with one name.
    #[error("two profiles have the ID `{0}`")]
    Twice(String),
    /// A text that would be read as several lines or end early.
    #[error("{part} has a line break or a NUL byte in it")]
    Text {
        /// Which text.
        part: String,
    },
    /// An older Talos has one command line only.
    #[error("Talos {version} has no profiles in its images; they are there from 1.10.0 on")]
    NoProfiles {
        /// Which version.
        version: String,
    },
    /// Signatures that do not fit.
    #[error("there are {signatures} signatures of measurements for {profiles} profiles; each needs its own")]
    Signatures {
        /// How many are needed.
        profiles: usize,
        /// How many there are.
        signatures: usize,
    },
    /// Nothing there.
    #[error("{0} is empty")]
    Nothing(&'static str),
}
