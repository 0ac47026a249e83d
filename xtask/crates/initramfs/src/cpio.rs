//! cpio archives in the `newc` format: a header of 110 characters, a name, content, each padded to four bytes.

use filetree::{Content, Kind, Node, Tree};

use crate::error::ArchiveError;

const MAGIC: &[u8] = b"070701";
const HEADER: usize = 110;
const TRAILER: &str = "TRAILER!!!";
/// What GNU cpio pads archives to.
const BLOCK: usize = 512;
/// The bits of a mode that say what a node is.
const DIRECTORY: u32 = 0o040_000;
const FILE: u32 = 0o100_000;
const LINK: u32 = 0o120_000;

/// An archive of a tree: inodes are numbered from 1, owners and times are 0, the end is padded to 512 bytes.
pub fn write_archive(tree: &Tree) -> Result<Vec<u8>, ArchiveError> {
    let mut out = Vec::new();
    for ((path, node), inode) in tree.iter().zip(1..) {
        let (kind, links, content) = match &node.kind {
            Kind::Directory => (DIRECTORY, 2, Vec::new()),
            Kind::Link(target) => (LINK, 1, target.as_bytes().to_vec()),
            Kind::File(content) => (FILE, 1, bytes(path, content)?),
        };
        entry(&mut out, Header { inode, mode: kind | u32::from(node.mode), links }, path, &content)?;
    }
    entry(&mut out, Header { inode: 0, mode: 0, links: 1 }, TRAILER, &[])?;
    out.resize(out.len().next_multiple_of(BLOCK), 0);
    Ok(out)
}

#[derive(Clone, Copy)]
struct Header {
    inode: u32,
    mode: u32,
    links: u32,
}

fn bytes(path: &str, content: &Content) -> Result<Vec<u8>, ArchiveError> {
    match content {
        Content::Bytes(bytes) => Ok(bytes.clone()),
        Content::Zeros(size) => {
            let length = u32::try_from(*size).ok().and_then(|size| usize::try_from(size).ok());
            length
                .map(|length| vec![0; length])
                .ok_or_else(|| ArchiveError::TooLarge { path: path.to_owned(), size: *size })
        }
    }
}

fn entry(out: &mut Vec<u8>, header: Header, path: &str, content: &[u8]) -> Result<(), ArchiveError> {
    let too_large = || ArchiveError::TooLarge { path: path.to_owned(), size: content.len() as u64 };
    let size = u32::try_from(content.len()).map_err(|_| too_large())?;
    let name = u32::try_from(path.len() + 1).map_err(|_| too_large())?;
    out.extend(MAGIC);
    let Header { inode, mode, links } = header;
    for number in [inode, mode, 0, 0, links, 0, size, 0, 0, 0, 0, name, 0] {
        out.extend(format!("{number:08X}").bytes());
    }
    out.extend(path.bytes());
    out.push(0);
    out.resize(out.len().next_multiple_of(4), 0);
    out.extend(content);
    out.resize(out.len().next_multiple_of(4), 0);
    Ok(())
}

/// Reads the archive at the start of `bytes` and tells where it ends, before any padding; `what` names it in errors.
///
/// Paths may begin with `/` and `./`; hard links, which have their content with the last of them, are told apart by
/// inode and get it as well.
pub fn read_archive(bytes: &[u8], what: &str) -> Result<(Tree, usize), ArchiveError> {
    let mut tree = Tree::new();
    let mut linked: Vec<(u64, String)> = Vec::new();
    let mut at = 0;
    loop {
        let entry = Entry::read(bytes, at, what)?;
        if entry.name == TRAILER {
            return Ok((tree, entry.end));
        }
        at = entry.end;
        let wrong = |source| ArchiveError::Tree { what: what.to_owned(), source };
        let path: Vec<&str> = entry.name.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
        let path = path.join("/");
        if path.is_empty() {
            continue;
        }
        let special = |kind| wrong(filetree::TreeError::Special { path: path.clone(), kind });
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let kind = match entry.mode & 0o170_000 {
            DIRECTORY => Kind::Directory,
            LINK => Kind::Link(text(entry.content)),
            FILE => Kind::File(Content::Bytes(entry.content.to_vec())),
            0o020_000 => return Err(special("character device")),
            0o060_000 => return Err(special("block device")),
            0o010_000 => return Err(special("named pipe")),
            _ => return Err(special("socket or something unknown")),
        };
        let mode = u16::try_from(entry.mode & 0o7777).unwrap_or_default();
        if entry.links > 1 && kind != Kind::Directory {
            let others =
                linked.iter().filter(|(inode, _)| *inode == entry.inode && !entry.content.is_empty());
            for (_, other) in others {
                tree.insert(other, Node { mode, kind: kind.clone() }).map_err(wrong)?;
            }
            linked.push((entry.inode, path.clone()));
        }
        tree.insert(&path, Node { mode, kind }).map_err(wrong)?;
    }
}

struct Entry<'a> {
    name: &'a str,
    inode: u64,
    mode: u32,
    links: u32,
    content: &'a [u8],
    end: usize,
}

impl<'a> Entry<'a> {
    fn read(bytes: &'a [u8], at: usize, what: &str) -> Result<Self, ArchiveError> {
        let truncated =
            |end: u64| ArchiveError::Truncated { what: what.to_owned(), at, end, length: bytes.len() };
        let slice = |from: usize, length: usize| {
            let end = from.saturating_add(length);
            bytes.get(from..end).ok_or_else(|| truncated(end as u64))
        };
        let header = slice(at, HEADER)?;
        if !header.starts_with(MAGIC) && !header.starts_with(b"070702") {
            return Err(ArchiveError::Magic { what: what.to_owned(), at });
        }
        let field = |index: usize, field: &'static str| {
            let digits =
                header.get(6 + index * 8..14 + index * 8).and_then(|digits| std::str::from_utf8(digits).ok());
            let number = digits
                .filter(|digits| !digits.starts_with('+'))
                .and_then(|digits| u32::from_str_radix(digits, 16).ok());
            number.ok_or(ArchiveError::Field { what: what.to_owned(), at, field })
        };
        let size = field(6, "size")? as usize;
        let name_length = field(11, "length of the name")? as usize;
        let name = slice(at + HEADER, name_length)?;
        let name = name.strip_suffix(b"\0").unwrap_or(name);
        let unreadable = || filetree::TreeError::Text(String::from_utf8_lossy(name).into_owned());
        let name = std::str::from_utf8(name)
            .map_err(|_| ArchiveError::Tree { what: what.to_owned(), source: unreadable() })?;
        let start = (at + HEADER + name_length).next_multiple_of(4);
        let content = slice(start, size)?;
        let end = (start + size).next_multiple_of(4).min(bytes.len());
        let inode =
            u64::from(field(0, "inode")?) << 32 | u64::from(field(7, "device")? ^ field(8, "device")?);
        Ok(Self { name, inode, mode: field(1, "mode")?, links: field(4, "number of links")?, content, end })
    }
}

#[cfg(test)]
mod tests;
