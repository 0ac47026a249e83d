//! Reading tar: POSIX and GNU, with their extensions for long names and sparse files.

use std::io::{self, Read};

use tar::{Archive, Entry, EntryType};

use crate::{ArchiveError, path};

use super::{Budget, Collected, Wanted};

/// Any of the three execute bits makes a file executable.
const EXECUTE: u32 = 0o111;

pub(super) fn read(
    format: &'static str,
    reader: impl Read,
    wanted: Wanted<'_>,
    budget: &Budget,
) -> Result<Collected, ArchiveError> {
    let mut collected = Collected::default();
    let mut archive = Archive::new(reader);
    let entries = archive.entries().map_err(|source| budget.error(format, source))?;
    for entry in entries {
        let mut entry = entry.map_err(|source| budget.error(format, source))?;
        budget.entry()?;
        add(&mut collected, &mut entry, wanted).map_err(|error| match error {
            Failure::Read(source) => budget.error(format, source),
            Failure::Refused(error) => error,
        })?;
    }
    // The checksum of a compressed stream lies behind the end of the archive in it.
    io::copy(&mut archive.into_inner(), &mut io::sink()).map_err(|source| budget.error(format, source))?;
    Ok(collected)
}

enum Failure {
    Read(io::Error),
    Refused(ArchiveError),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Read(error)
    }
}

impl<E: Into<ArchiveError>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::Refused(error.into())
    }
}

fn add(
    collected: &mut Collected,
    entry: &mut Entry<'_, impl Read>,
    wanted: Wanted<'_>,
) -> Result<(), Failure> {
    let kind = entry.header().entry_type();
    if matches!(kind, EntryType::XGlobalHeader) {
        return Ok(());
    }
    let path = path::normalise(&entry.path_bytes())?;
    if path.is_empty() || !wanted(&path) {
        return Ok(());
    }
    let link = |entry: &Entry<'_, _>| entry.link_name_bytes().unwrap_or_default().into_owned();
    match kind {
        EntryType::Regular | EntryType::Continuous | EntryType::GNUSparse => {
            let executable = entry.header().mode()? & EXECUTE != 0;
            let content = content(entry)?;
            collected.file(path, executable, content)?;
        }
        EntryType::Symlink => collected.symlink(path, &link(entry)),
        EntryType::Link => collected.hard_link(path, &link(entry)),
        EntryType::Directory => {}
        other => return Err(ArchiveError::Special { path, kind: name(other) }.into()),
    }
    Ok(())
}

fn content(entry: &mut Entry<'_, impl Read>) -> io::Result<Vec<u8>> {
    let size = entry.size();
    let mut content = Vec::new();
    entry.read_to_end(&mut content)?;
    if content.len() as u64 == size { Ok(content) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
}

fn name(kind: EntryType) -> &'static str {
    match kind {
        EntryType::Char => "character device",
        EntryType::Block => "block device",
        EntryType::Fifo => "named pipe",
        _ => "thing of an unknown kind",
    }
}
