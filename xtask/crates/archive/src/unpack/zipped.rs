//! Reading zip.

use std::io::{self, Cursor, Read as _};

use zip::ZipArchive;
use zip::result::ZipError;

use crate::{ArchiveError, path};

use super::{Budget, Collected, Wanted};

/// Any of the three execute bits makes a file executable.
const EXECUTE: u32 = 0o111;

pub(super) fn read(bytes: &[u8], wanted: Wanted<'_>, budget: &Budget) -> Result<Collected, ArchiveError> {
    let mut collected = Collected::default();
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(malformed)?;
    for index in 0..archive.len() {
        budget.entry()?;
        let entry = archive.by_index_data(index).map_err(malformed)?;
        let path = path::normalise(entry.name_raw())?;
        if path.is_empty() || entry.is_dir() || !wanted(&path) {
            continue;
        }
        if entry.encrypted() {
            return Err(ArchiveError::Encrypted { path });
        }
        let mut entry = archive.by_index(index).map_err(malformed)?;
        let executable = entry.unix_mode().is_some_and(|mode| mode & EXECUTE != 0);
        let symlink = entry.is_symlink();
        let mut content = Vec::new();
        (&mut entry)
            .take(budget.left().saturating_add(1))
            .read_to_end(&mut content)
            .map_err(|source| ArchiveError::Malformed { format: "zip", source })?;
        budget.take(content.len() as u64)?;
        if symlink {
            collected.symlink(path, &content);
        } else {
            collected.file(path, executable, content)?;
        }
    }
    Ok(collected)
}

fn malformed(error: ZipError) -> ArchiveError {
    let source = match error {
        ZipError::Io(source) => source,
        other => io::Error::other(other),
    };
    ArchiveError::Malformed { format: "zip", source }
}
