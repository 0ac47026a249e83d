//! Debian packages: deb(5), an ar(5) archive with a tar archive of files in it.

use std::io::Read;
use std::sync::Arc;

use flate2::bufread::GzDecoder;
use liblzma::bufread::XzDecoder;
use tar::{Archive, Entry, EntryType};

use crate::{ContainerError, Content, Filesystem, Node};

/// What an ar archive starts with.
const MAGIC: &[u8] = b"!<arch>\n";
/// Length of a member's header.
const HEADER: usize = 60;
/// Where the header has the size, in decimal.
const SIZE: std::ops::Range<usize> = 48..58;
/// Files that nothing running needs.
const IDLE: [&str; 6] = [
    "usr/share/doc/",
    "usr/share/info/",
    "usr/share/lintian/",
    "usr/share/locale/",
    "usr/share/man/",
    "usr/share/bug/",
];

/// Puts the files of a package into a filesystem; manuals and translations are left out, scripts never run.
pub fn unpack(name: &str, package: &[u8], into: &mut Filesystem) -> Result<(), ContainerError> {
    let wrong = |reason: String| ContainerError::Package { name: name.to_owned(), reason };
    let (member, data) = data(package).ok_or_else(|| wrong("it has no member `data.tar`".to_owned()))?;
    let reader: Box<dyn Read + '_> = match member {
        member if member.starts_with(b"data.tar.xz") => Box::new(XzDecoder::new(data)),
        member if member.starts_with(b"data.tar.gz") => Box::new(GzDecoder::new(data)),
        member if member.starts_with(b"data.tar.zst") => Box::new(
            zstd::stream::read::Decoder::with_buffer(data).map_err(|error| wrong(error.to_string()))?,
        ),
        _ => Box::new(data),
    };
    let mut archive = Archive::new(reader);
    for entry in archive.entries().map_err(|error| wrong(error.to_string()))? {
        let entry = entry.map_err(|error| wrong(error.to_string()))?;
        put(entry, into).map_err(|problem| match problem {
            Problem::Read(error) => wrong(error.to_string()),
            Problem::Kind(path) => wrong(format!("`{path}` is no file, directory or link")),
            Problem::Put(error) => error,
        })?;
    }
    Ok(())
}

enum Problem {
    Read(std::io::Error),
    Kind(String),
    Put(ContainerError),
}

fn put(mut entry: Entry<'_, impl Read>, into: &mut Filesystem) -> Result<(), Problem> {
    let path = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
    let bare = path.trim_start_matches("./");
    if IDLE.iter().any(|idle| bare.starts_with(idle)) {
        return Ok(());
    }
    let header = entry.header();
    let number = |number: std::io::Result<u64>| number.map_err(Problem::Read);
    let mode = header.mode().map_err(Problem::Read)? & 0o7777;
    let owner = (number(header.uid())?, number(header.gid())?);
    let target = entry.link_name_bytes().map(|name| String::from_utf8_lossy(&name).into_owned());
    let content = match (entry.header().entry_type(), target) {
        (EntryType::Directory, _) => Content::Directory,
        (EntryType::Symlink, Some(target)) => Content::Link(target),
        (EntryType::Link, Some(target)) => match into.get(&target) {
            Some(node) => node.content.clone(),
            None => return Err(Problem::Kind(path)),
        },
        (kind, _) if kind.is_file() => {
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).map_err(Problem::Read)?;
            Content::File(Arc::from(bytes))
        }
        _ => return Err(Problem::Kind(path)),
    };
    // A directory that is there already, as a link say, stays what it is.
    if content == Content::Directory && into.get(&path).is_some() {
        return Ok(());
    }
    into.put(&path, Node { mode, owner, content }).map_err(Problem::Put)
}

/// Name and content of the member with the files.
fn data(package: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut rest = package.strip_prefix(MAGIC)?;
    loop {
        let (header, after) = rest.split_at_checked(HEADER)?;
        let size: usize = std::str::from_utf8(header.get(SIZE)?).ok()?.trim_end().parse().ok()?;
        let content = after.get(..size)?;
        if header.starts_with(b"data.tar") {
            return Some((header, content));
        }
        // Members start at even offsets.
        rest = after.get(size.checked_add(size % 2)?..)?;
    }
}

#[cfg(test)]
mod tests;
