//! The file of an object in a bundle: `<kind>[.<group>]_[<namespace>_]<name>.yaml`.

use hashing::Digest;

/// Names in ustar have at most 100 bytes; the digest suffix and `.yaml` need 14.
const LONGEST_STEM: usize = 84;

/// A name that no other object of the unit has, made of letters, digits, `.`, `-` and `_` only.
pub(crate) fn file_name(group: &str, kind: &str, namespace: Option<&str>, name: &str) -> String {
    let mut raw = kind.to_lowercase();
    if !group.is_empty() {
        raw = format!("{raw}.{group}");
    }
    if let Some(namespace) = namespace {
        raw = format!("{raw}_{namespace}");
    }
    raw = format!("{raw}_{name}");
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    let mut stem: String = raw.chars().map(|c| if plain(c) { c } else { '-' }).collect();
    if stem != raw || stem.len() > LONGEST_STEM {
        let suffix: String = Digest::of(raw.as_bytes()).hex().chars().take(8).collect();
        stem.truncate(LONGEST_STEM);
        stem = format!("{stem}-{suffix}");
    }
    format!("{stem}.yaml")
}
