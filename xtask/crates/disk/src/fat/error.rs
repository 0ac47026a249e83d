//! Why a volume cannot be written.

use std::fmt;

use crate::ImageError;

/// A volume that cannot be written.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum FatError {
    /// Names that FAT does not have.
    #[error("{} cannot be FAT names: {}", count(names), list(names))]
    Names {
        /// All of them, by path.
        names: Vec<NameError>,
    },
    /// A label that FAT does not have.
    #[error(
        "`{label}` cannot be a volume label; 1 to 11 letters, digits, `-`, `_` and blanks can, in upper case"
    )]
    Label {
        /// The label.
        label: String,
    },
    /// A file of 4 GiB or more.
    #[error("`{path}` has {size} bytes; a file on FAT has less than 4 GiB")]
    FileTooLarge {
        /// Its path.
        path: String,
        /// Its size in bytes.
        size: u64,
    },
    /// A directory with too many files.
    #[error("the directory `{path}` needs {entries} entries for its names; {most} fit")]
    DirectoryTooLarge {
        /// Its path; `/` is the root.
        path: String,
        /// The entries that its names take.
        entries: usize,
        /// The entries that there may be.
        most: usize,
    },
    /// The files do not fit.
    #[error("the files need a volume of {needed} bytes; this one has {size}")]
    TooSmall {
        /// A size that would do, in bytes.
        needed: u64,
        /// The size of the volume in bytes.
        size: u64,
    },
    /// No volume has this size.
    #[error("a FAT volume has {least} bytes to 2 TiB, in whole sectors of {sector} bytes, not {size}")]
    Size {
        /// The size that was asked for, in bytes.
        size: u64,
        /// The least size, in bytes.
        least: u64,
        /// The size of a sector, in bytes.
        sector: u64,
    },
    /// The layout is wrong, which is a mistake of this crate.
    #[error(transparent)]
    Image(#[from] ImageError),
}

/// A name that cannot be.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct NameError {
    /// The whole path.
    pub path: String,
    /// What is wrong with its last part.
    pub fault: NameFault,
}

/// What is wrong with a name.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum NameFault {
    /// It has more than 255 UTF-16 units.
    Long {
        /// How many it has.
        length: usize,
    },
    /// It has a character that cannot be.
    Character(char),
    /// It ends with a dot or a blank, which systems leave out.
    End,
    /// It is the same as another one but for case.
    Same {
        /// The other one.
        other: String,
    },
}

impl fmt::Display for NameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` ", self.path.escape_debug())?;
        match &self.fault {
            NameFault::Long { length } => write!(f, "is {length} UTF-16 units long where 255 fit"),
            NameFault::Character(c) => write!(f, "has {c:?}"),
            NameFault::End => f.write_str("ends with a dot or blank"),
            NameFault::Same { other } => write!(f, "differs from `{other}` only in case"),
        }
    }
}

fn count(names: &[NameError]) -> String {
    match names.len() {
        1 => "1 name".to_owned(),
        count => format!("{count} names"),
    }
}

fn list(names: &[NameError]) -> String {
    names.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}
