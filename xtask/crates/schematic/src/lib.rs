//! Schematics: what distinguishes one Talos image from another, and the name that Image Factory gives it.
//!
//! A schematic lists extensions, kernel arguments and the like, without versions. Its name is the SHA-256 digest of its
//! canonical YAML text; whoever computes the same text finds the same images at a factory, and machines tell by that
//! name what they run.
//!
//! ```text
//! Schematic ── to_yaml ──> canonical text ── id ──> 3765…b4ba ──> URLs, installer references
//!                                              └──> the virtual extension that carries the name into the image
//! ```
//!
//! Invariants:
//! - no I/O; the canonical text is that of the factory's own library (crate `goyaml`), whose order of fields is the order
//!   of the fields here;
//! - lists keep their order and their repetitions, for they are part of the name;
//! - fields that say nothing are not written, so that new fields never change old names.
//!
//! Source: `pkg/schematic/schematic.go` and `docs/api.md` of `siderolabs/image-factory`.

mod alias;
mod asset;
mod extension;
mod factory;
mod fields;
mod problem;
mod text;

pub use alias::current_name;
pub use asset::{Arch, Asset, DiskFormat, Packing};
pub use extension::{VirtualExtension, virtual_extension};
pub use factory::Factory;
pub use fields::{
    BootLoader, Customization, DiskImage, EnrollKeys, Meta, Overlay, Schematic, SecureBoot, SystemExtensions,
};
pub use problem::Problem;
