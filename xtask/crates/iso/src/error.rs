//! Why an image cannot be written.

use disk::ImageError;
use disk::gpt::GptError;

/// An image that cannot be written.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum IsoError {
    /// A volume identifier that ISO 9660 does not have.
    #[error("`{0}` cannot be a volume identifier; 1 to 32 capital letters, digits and `_` can")]
    VolumeId(String),
    /// A name that no system reads.
    #[error("the name `{path}` is {length} bytes long; 255 is the most")]
    Name {
        /// Its path.
        path: String,
        /// The length of its last part.
        length: usize,
    },
    /// More than ISO 9660 counts.
    #[error("the files need {sectors} sectors of 2048 bytes; ISO 9660 has 2^32")]
    TooLarge {
        /// What is needed.
        sectors: u64,
    },
    /// More directories than a path table counts.
    #[error("{count} directories are too many; ISO 9660 has 65535")]
    Directories {
        /// How many there are.
        count: usize,
    },
    /// An EFI system partition with part of a sector.
    #[error("the EFI system partition has {size} bytes, which is not one or more sectors of 2048 bytes")]
    EfiSize {
        /// Its size in bytes.
        size: u64,
    },
    /// The partition table cannot be.
    #[error(transparent)]
    Table(#[from] GptError),
    /// The layout is wrong, which is a mistake of this crate.
    #[error(transparent)]
    Image(#[from] ImageError),
}
