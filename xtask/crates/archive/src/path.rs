//! Paths inside trees: what is allowed, and how names of foreign archives become such paths.

use crate::PathError;

/// The longest name that the usual file systems store (`NAME_MAX`), in bytes.
const LONGEST_PART: usize = 255;

/// Refuses every path that is not already in the normal form of a tree.
pub(crate) fn check(path: &str) -> Result<(), PathError> {
    if path.is_empty() {
        return Err(PathError::Empty);
    }
    if path.starts_with('/') {
        return Err(PathError::Absolute { path: path.to_owned() });
    }
    for part in path.split('/') {
        check_part(part, path)?;
    }
    Ok(())
}

fn check_part(part: &str, path: &str) -> Result<(), PathError> {
    let path = || path.to_owned();
    match part {
        "" | "." => Err(PathError::NotNormal { path: path() }),
        ".." => Err(PathError::Escapes { path: path() }),
        _ if part.len() > LONGEST_PART || part.contains('\0') => Err(PathError::Unstorable { path: path() }),
        _ => Ok(()),
    }
}

/// The normal form of a name in an archive (`./a//b` is `a/b`); empty for the archive's top.
pub(crate) fn normalise(name: &[u8]) -> Result<String, PathError> {
    let name = std::str::from_utf8(name)
        .map_err(|_| PathError::NotUtf8 { path: String::from_utf8_lossy(name).into_owned() })?;
    if name.starts_with('/') {
        return Err(PathError::Absolute { path: name.to_owned() });
    }
    let mut parts = Vec::new();
    for part in name.split('/').filter(|part| !matches!(*part, "" | ".")) {
        check_part(part, name)?;
        parts.push(part);
    }
    Ok(parts.join("/"))
}

/// Where a symbolic link at `link` leads: `target` seen from the link's directory; empty for the top.
pub(crate) fn follow(link: &str, target: &str) -> Result<String, PathError> {
    let escapes = || PathError::Escapes { path: target.to_owned() };
    if target.starts_with('/') {
        return Err(escapes());
    }
    let mut parts: Vec<&str> = link.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop().ok_or_else(escapes)?;
            }
            _ => parts.push(part),
        }
    }
    Ok(parts.join("/"))
}

/// `path` as seen from directory `prefix`; the empty prefix is the top.
pub(crate) fn below<'a>(path: &'a str, prefix: &str) -> Option<&'a str> {
    if prefix.is_empty() { Some(path) } else { path.strip_prefix(prefix)?.strip_prefix('/') }
}

/// `path` placed below directory `prefix`; the empty prefix is the top.
pub(crate) fn join(prefix: &str, path: &str) -> String {
    if prefix.is_empty() { path.to_owned() } else { format!("{prefix}/{path}") }
}

/// The directories above `path`, nearest last: `a/b/c` has `a` and `a/b`.
pub(crate) fn parents(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').filter_map(move |(at, _)| path.get(..at))
}

#[cfg(test)]
mod tests;
