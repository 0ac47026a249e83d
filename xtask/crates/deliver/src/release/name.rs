//! Names of delivery objects.

use hashing::Digest;

/// Flux puts the name of a Kustomization into a label on every object: at most 63 characters.
const LONGEST: usize = 63;
/// What is kept of a longer name before `-` and 12 digits.
const KEPT: usize = LONGEST - 13;

/// The name of the delivery objects of a bundle: `platform/network/metallb` is `platform-network-metallb`.
///
/// It depends on the bundle's name alone, so that a bundle keeps its objects whatever else is in the release.
/// A name above 63 characters keeps its first 50 and gets the start of the digest of the whole.
pub fn object_name(bundle: &str) -> String {
    let allowed = |c: char| if c.is_ascii_lowercase() || c.is_ascii_digit() { c } else { '-' };
    let name: String = bundle.to_ascii_lowercase().chars().map(allowed).collect();
    let name = name.trim_matches('-');
    if name.len() <= LONGEST {
        return name.to_owned();
    }
    let head = name.get(..KEPT).unwrap_or(name);
    format!("{}-{}", head.trim_end_matches('-'), Digest::of(bundle.as_bytes()).short())
}
