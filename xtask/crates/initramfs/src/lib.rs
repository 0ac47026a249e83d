//! The initial file system of a machine, and the system extensions that are added to it.
//!
//! ```text
//! [cpio: kernel/x86/microcode/…]  [the release's own initramfs, untouched]  [zstd of cpio: *.sqsh, extensions.yaml, firmware]
//!  read by the CPU's early code    init and rootfs.sqsh                      layers that init mounts over the root
//! ```
//!
//! [`Extension`] reads and checks one; [`prepare`] splits it into what goes where; [`assemble`] puts everything together.
//! [`modules`] makes the indexes anew when extensions bring modules of the kernel.
//! The layers themselves are compressed in between, so that one that has not changed need not be compressed again.
//!
//! Invariants:
//! - no I/O; nothing has a time or an owner; the same parts make the same bytes, as long as [`IDENTITY`] is the same;
//! - the initramfs of the release is never changed, only added to;
//! - archives begin at multiples of four bytes, as the kernel wants it.
//!
//! Sources: `Documentation/driver-api/early-userspace/buffer-format.rst` of Linux; `internal/pkg/extensions`,
//! `pkg/imager/extensions` and `pkg/machinery/extensions` of `siderolabs/talos`.

mod assemble;
mod cpio;
mod error;
mod extension;
mod layers;
mod manifest;
mod modules;
mod prepare;
mod read;

pub use assemble::{IDENTITY, Initramfs, assemble};
pub use cpio::{read_archive, write_archive};
pub use error::{ArchiveError, ExtensionError};
pub use extension::{Extension, check_names};
pub use layers::{Layer, layer_name, layer_order, layers_yaml};
pub use manifest::Manifest;
pub use modules::{modules, modules_layer_name};
pub use prepare::{Microcode, Prepared, prepare};
pub use read::{Part, parts, root_image};
