//! Machine images against the programs that others make them with.
//!
//! `tests/imager` is Talos' own imager, `tests/schematic` the library behind Image Factory; what Debian has (cpio,
//! squashfs-tools, kmod, binutils) is asked as it is installed.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test, in functions of its own too")]
#![allow(clippy::disallowed_methods, reason = "a test runs programs as a shell would")]

mod added;
mod described;
mod imager;
mod installer;
mod oracle;
mod releases;
mod reproducible;
mod schematics;
mod trees;
mod unified;
