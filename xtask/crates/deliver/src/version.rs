//! Versions of bundles: for people the base, for machines the content.

use hashing::Digest;

/// `<base>-x<first 12 digits of the diff id>`: a plain semantic version (no `+`, no `_`, which Argo CD cannot
/// resolve as tags) that changes exactly when the content does. The letter keeps the pre-release part from being
/// a number with a leading zero.
pub fn bundle_version(base: &str, diff_id: &Digest) -> String {
    format!("{}-x{}", normalise_version(base), diff_id.short())
}

/// `x.y.z` out of whatever upstream calls its version: a leading `v` is dropped, missing parts are 0, parts
/// after the third, the pre-release and the build are dropped. A text that does not start with a number (a branch,
/// a commit) is `0.0.0`: the digits of the diff id tell such versions apart.
pub fn normalise_version(base: &str) -> String {
    let base = base.trim();
    let base = base.strip_prefix(['v', 'V']).unwrap_or(base);
    let core = base.split(['-', '+', '_', ' ']).next().unwrap_or_default();
    let mut parts = core.split('.').map(str::parse::<u64>);
    let Some(Ok(major)) = parts.next() else { return "0.0.0".to_owned() };
    // What follows the first part that is no number is no version number either: `1.2.x.4` is `1.2.0`.
    let mut rest = parts.map_while(Result::ok).fuse();
    let (minor, patch) = (rest.next().unwrap_or(0), rest.next().unwrap_or(0));
    format!("{major}.{minor}.{patch}")
}

#[cfg(test)]
mod tests;
