//! Images of operating systems: from `images/<name>.yaml` and what it names to the files that a machine boots.
//!
//! ```text
//! Image ── Recipe::new ──> release, schematic, command line, names at the factory
//!                │ parts: kernel, stub, initramfs, extensions (of packages for `lab`)
//!                └── build ──> schematic.yaml  cmdline  initramfs  uki.efi
//! ```
//!
//! Invariants: no I/O, no clock; the same description and the same parts make the same files.

mod build;
mod error;
mod lab;
mod recipe;

pub use build::{Output, Parts, build, texts};
pub use error::MachineError;
pub use lab::lab_parts;
pub use recipe::Recipe;
