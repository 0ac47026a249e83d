//! One file out of an archive, or out of an archive in an archive.

use std::borrow::Cow;

use crate::{ArchiveError, path};

use super::{Limits, collect};

/// What stands between the members of a chain.
pub const SEPARATOR: &str = "//";

/// The content of one file of an archive.
///
/// `chain` is the file's path; with an archive inside of the archive, the inner one's path, `//`, and the
/// path in that: `lib/layer.zip//helm/helm`. Links on the way are followed; links elsewhere in the
/// archive do not matter, wherever they lead.
pub fn member(bytes: &[u8], chain: &str, limits: Limits) -> Result<Vec<u8>, ArchiveError> {
    let mut bytes = Cow::Borrowed(bytes);
    let mut place = "the archive".to_owned();
    for part in chain.split(SEPARATOR) {
        path::check(part)?;
        bytes = Cow::Owned(one(&bytes, part, &place, limits)?);
        place = format!("`{part}` of {place}");
    }
    Ok(bytes.into_owned())
}

fn one(bytes: &[u8], path: &str, place: &str, limits: Limits) -> Result<Vec<u8>, ArchiveError> {
    let mut alone = collect(bytes, &|other| other == path, limits)?;
    if let Some(file) = alone.files.remove(path) {
        return Ok(file.content);
    }
    // Not a file, or not there: all entries are needed to follow links or to name a path that is.
    let all = collect(bytes, &|_| true, limits)?;
    let file = all.find(path)?.ok_or_else(|| all.files.not_found(path, place))?;
    Ok(file.content.clone())
}
