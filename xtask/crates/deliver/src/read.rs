//! Reading a layer that this crate packed.

use crate::entries::{Kind, entries};
use crate::rules::SIZE_LIMIT;

/// The most bytes that the tar of a layer may have: the files, and room for their headers.
const TAR_LIMIT: u64 = 8 * SIZE_LIMIT;

/// A layer that [`crate::pack`] or [`crate::release`] cannot have written.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// No gzip, or too long.
    #[error("cannot unpack the layer: {0}")]
    Gzip(#[source] archive::ArchiveError),
    /// No tar.
    #[error("cannot read the layer: {0}")]
    Tar(String),
    /// An entry that is no file and no directory.
    #[error("the layer holds `{path}`, which is neither a file nor a directory")]
    Kind {
        /// Its name.
        path: String,
    },
    /// A file that is not UTF-8.
    #[error("`{path}` in the layer is not UTF-8")]
    Utf8 {
        /// Its name.
        path: String,
    },
}

/// The files of a layer (path and text), in the order of their paths.
pub fn read(layer: &[u8]) -> Result<Vec<(String, String)>, ReadError> {
    let tar = archive::gunzip(layer, TAR_LIMIT).map_err(ReadError::Gzip)?;
    let mut files = Vec::new();
    for entry in entries(&tar).map_err(ReadError::Tar)? {
        match entry.kind {
            Kind::Directory => {}
            Kind::File => {
                let Ok(content) = str::from_utf8(entry.content) else {
                    return Err(ReadError::Utf8 { path: entry.name });
                };
                files.push((entry.name, content.to_owned()));
            }
            _ => return Err(ReadError::Kind { path: entry.name }),
        }
    }
    Ok(files)
}
