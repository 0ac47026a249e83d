//! Images of operating systems: from `images/<name>.yaml` and what it names to the files that a machine boots.
//!
//! ```text
//! Image ── Recipe::new ──▶ release, schematic, command lines, names at the factory
//! packages ── lab_parts ──▶ kernel, stub, boot loader, initramfs           (a release of Talos has them as files)
//! extension ── add_extension ──▶ Added: layer, firmware, microcode
//!     initramfs + Added … ── system ──▶ initramfs
//!         + kernel, stub ── write_kernel_image ──▶ unified kernel image    (then signed, where Secure Boot is wanted)
//!             + boot loader ──┬─ disk_image ──▶ raw, raw.zst, qcow2
//!                             ├─ cd_image ──▶ ISO
//!                             └─ installer ──▶ layer of an OCI image
//! ```
//!
//! Each arrow is a function of what it is given, so that each can be done, kept and left out on its own. What is large
//! is written, not returned.
//!
//! Invariants: no I/O, no clock; the same description and the same parts make the same files.

mod cd;
mod disk_image;
mod error;
mod installer;
mod kernel_image;
mod lab;
mod layer;
mod loader;
mod modules;
mod recipe;
mod system;

pub use cd::cd_image;
pub use disk_image::disk_image;
pub use error::MachineError;
pub use installer::installer_files;
pub use kernel_image::{Boot, Lines, lines, write_kernel_image};
pub use lab::{LabParts, lab_parts};
pub use layer::{Added, add_extension, add_schematic};
pub use loader::{Programs, Trusted};
pub use recipe::Recipe;
pub use system::system;

#[cfg(test)]
mod tests;
