//! A tar reader of its own, independent of the writer, that shows what a strict reader would hide.
//!
//! Formats: ustar (POSIX.1-1988), the PAX records `path` and `linkpath` (POSIX.1-2001), GNU long names.

use std::borrow::Cow;

const BLOCK: usize = 512;

/// One entry of a tar.
#[derive(Debug)]
pub(crate) struct Entry<'a> {
    /// The name as written.
    pub(crate) name: String,
    /// What it is.
    pub(crate) kind: Kind,
    /// Content of a regular file.
    pub(crate) content: &'a [u8],
}

/// What an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    File,
    Directory,
    HardLink,
    SymbolicLink,
    /// A PAX header for all later entries, as `git archive` writes it.
    GlobalHeader,
    /// Devices, pipes and what else there is.
    Other,
}

/// All entries, or why the bytes are no tar.
pub(crate) fn entries(tar: &[u8]) -> Result<Vec<Entry<'_>>, String> {
    let mut found = Vec::new();
    let mut rest = tar;
    let mut long_name: Option<String> = None;
    while let Some((header, after)) = rest.split_at_checked(BLOCK) {
        if header.iter().all(|byte| *byte == 0) {
            return Ok(found);
        }
        check_sum(header)?;
        let size = usize::try_from(octal(header, 124, 12)?).map_err(|error| error.to_string())?;
        let padded = size.div_ceil(BLOCK).saturating_mul(BLOCK);
        let (Some(content), Some(next)) = (after.get(..size), after.get(padded..)) else {
            return Err("the archive ends inside an entry".to_owned());
        };
        rest = next;
        let kind = match header.get(156).copied().unwrap_or(0) {
            b'x' => {
                long_name = pax_path(content).or(long_name);
                continue;
            }
            b'L' => {
                long_name = Some(text(content).into_owned());
                continue;
            }
            0 | b'0' => Kind::File,
            b'1' => Kind::HardLink,
            b'2' => Kind::SymbolicLink,
            b'5' => Kind::Directory,
            b'g' => Kind::GlobalHeader,
            _ => Kind::Other,
        };
        let name = long_name.take().unwrap_or_else(|| name(header));
        found.push(Entry { name, kind, content: if kind == Kind::File { content } else { &[] } });
    }
    if rest.is_empty() { Ok(found) } else { Err("the archive ends inside a header".to_owned()) }
}

fn field(header: &[u8], at: usize, length: usize) -> &[u8] {
    header.get(at..at + length).unwrap_or_default()
}

/// Text up to the first NUL.
fn text(bytes: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(bytes.split(|byte| *byte == 0).next().unwrap_or_default())
}

fn octal(header: &[u8], at: usize, length: usize) -> Result<u64, String> {
    let digits = text(field(header, at, length));
    let digits = digits.trim_matches(' ');
    if digits.is_empty() {
        return Ok(0);
    }
    u64::from_str_radix(digits, 8).map_err(|_| format!("`{digits}` in a header is no octal number"))
}

fn check_sum(header: &[u8]) -> Result<(), String> {
    let expected = octal(header, 148, 8)?;
    let outside = |(at, byte): (usize, &u8)| u64::from(if (148..156).contains(&at) { b' ' } else { *byte });
    let sum: u64 = header.iter().enumerate().map(outside).sum();
    if sum == expected { Ok(()) } else { Err("a header has a wrong check sum".to_owned()) }
}

fn name(header: &[u8]) -> String {
    let name = text(field(header, 0, 100));
    let prefix =
        if field(header, 257, 6) == b"ustar\0" { text(field(header, 345, 155)) } else { Cow::default() };
    if prefix.is_empty() { name.into_owned() } else { format!("{prefix}/{name}") }
}

/// The `path` of PAX records, each `<length> <key>=<value>\n`.
fn pax_path(records: &[u8]) -> Option<String> {
    String::from_utf8_lossy(records)
        .lines()
        .filter_map(|line| line.split_once(' ')?.1.strip_prefix("path=").map(str::to_owned))
        .next_back()
}

#[cfg(test)]
mod tests;
