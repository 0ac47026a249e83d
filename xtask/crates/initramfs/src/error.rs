//! What can be wrong.

use filetree::TreeError;
use quirks::{ConstraintError, Version};
use thiserror::Error;

/// Why an archive cannot be read or written.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
pub enum ArchiveError {
    /// Not the format.
    #[error("there is no cpio archive in the `newc` format at byte {at} of {what}")]
    Magic {
        /// Of which archive.
        what: String,
        /// Where.
        at: usize,
    },
    /// A number in a header is none.
    #[error("the header at byte {at} of {what} is damaged: `{field}` is no hexadecimal number")]
    Field {
        /// Of which archive.
        what: String,
        /// Where.
        at: usize,
        /// Which field.
        field: &'static str,
    },
    /// The end is missing.
    #[error("{what} is cut off: the entry at byte {at} ends at byte {end}, the archive at {length}")]
    Truncated {
        /// Which archive.
        what: String,
        /// Where the entry begins.
        at: usize,
        /// Where it should end.
        end: u64,
        /// How much there is.
        length: usize,
    },
    /// Unusable content.
    #[error("{what}: {source}")]
    Tree {
        /// Which archive.
        what: String,
        /// Why.
        source: TreeError,
    },
    /// Compressed by something else, or damaged.
    #[error("the initramfs cannot be unpacked at byte {at}: {detail}; it must be cpio, in Zstandard or bare")]
    Packed {
        /// Where.
        at: usize,
        /// Why.
        detail: String,
    },
    /// The wrong initramfs.
    #[error("the initramfs has no `{0}`; take that of a Talos release, or one of the same layout")]
    NoRoot(&'static str),
    /// A file that cpio cannot describe.
    #[error("`{path}` has {size} bytes; cpio describes 4 GiB at most")]
    TooLarge {
        /// Which file.
        path: String,
        /// Its size.
        size: u64,
    },
}

/// Why an extension cannot be added.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
pub enum ExtensionError {
    /// No tree.
    #[error("extension `{name}`: {source}")]
    Tree {
        /// Which one.
        name: String,
        /// Why.
        source: TreeError,
    },
    /// Something beside manifest and root.
    #[error("extension `{name}` holds `{path}`; beside `manifest.yaml` and `rootfs/` nothing may be there")]
    Unexpected {
        /// Which one.
        name: String,
        /// What.
        path: String,
    },
    /// A part is missing.
    #[error("extension `{name}` has no `{part}`; is it the image of an extension?")]
    Missing {
        /// Which one.
        name: String,
        /// What is missing.
        part: &'static str,
    },
    /// The manifest cannot be read.
    #[error("the manifest of extension `{name}` is wrong: {detail}")]
    Manifest {
        /// Which one.
        name: String,
        /// Why.
        detail: String,
    },
    /// For other releases.
    #[error(
        "extension `{name}` {version} is for Talos `{constraint}`, not for {talos}; \
         take its version from the catalogue of {talos}"
    )]
    Incompatible {
        /// Which one.
        name: String,
        /// Its version.
        version: String,
        /// What it is for.
        constraint: String,
        /// What it was to be used with.
        talos: Version,
    },
    /// Its constraint is no constraint.
    #[error("extension `{name}`: {source}")]
    Constraint {
        /// Which one.
        name: String,
        /// Why.
        source: ConstraintError,
    },
    /// Outside of where extensions may have files.
    #[error("extension `{name}` has `/{path}`; extensions may have files below {allowed} only")]
    Outside {
        /// Which one.
        name: String,
        /// Which file.
        path: String,
        /// Where files may be.
        allowed: String,
    },
    /// Anybody could change it.
    #[error(
        "`/{path}` of extension `{name}` can be written by everybody (mode {mode:o}); remove that permission"
    )]
    Writable {
        /// Which one.
        name: String,
        /// Which file.
        path: String,
        /// Its permissions.
        mode: u16,
    },
    /// Two of a name.
    #[error("two extensions are called `{0}`; keep one of them")]
    Twice(String),
    /// Modules for another kernel.
    #[error(
        "extension `{name}` has modules for the kernel {found}, the image has {kernel}; take the one of this release"
    )]
    Kernel {
        /// Which one.
        name: String,
        /// What it has.
        found: String,
        /// What is there.
        kernel: String,
    },
    /// The image has no modules.
    #[error(
        "extension `{name}` has modules, but the image has none below `/{directory}` that they could be added to; \
         take the initramfs of a release, or leave the extension out"
    )]
    NoModules {
        /// Which one.
        name: String,
        /// Where modules should be.
        directory: String,
    },
    /// The image is for several kernels.
    #[error("the image has modules for the kernels {first} and {second}; it can start one only")]
    Kernels {
        /// One.
        first: String,
        /// Another one.
        second: String,
    },
    /// A module.
    #[error(transparent)]
    Module(#[from] kmod::ModuleError),
}
