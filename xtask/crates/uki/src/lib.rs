//! Unified kernel images: a kernel, its initramfs, command line and names in one program that UEFI starts.
//!
//! ```text
//! systemd-stub's own sections | .osrel .cmdline .uname .splash [.pcrpkey] .linux .initrd | .profile [.cmdline] [.pcrsig] …
//! ```
//!
//! [`Stub`] is the program that everything is put behind, [`Uki`] says what, [`assemble`] puts it together as Talos'
//! imager does, byte for byte; [`sections`] takes an image apart again and [`Measurements`] tell what a TPM will have measured,
//! and [`Policy`] what is signed of it.
//!
//! Invariants:
//! - no I/O, no clock: the time stamp is given; the same parts always make the same image;
//! - headers of foreign files are believed nothing: every offset is checked, whatever is wrong is told with its place;
//! - contents are never copied before they are written.
//!
//! Sources: Microsoft's PE format; the UAPI Group's specification of unified kernel images; `internal/pkg/uki` and
//! `internal/pkg/measure` of `siderolabs/talos`; `Documentation/x86/boot.rst` of Linux.

mod assemble;
mod bank;
mod error;
mod kernel;
mod measure;
mod names;
mod pe;
mod policy;
mod read;
mod stub;
mod uki;

pub use assemble::{Assembled, Section, assemble};
pub use bank::Bank;
pub use error::UkiError;
pub use kernel::{KernelArch, kernel_arch, kernel_version};
pub use measure::{Measurements, Phase, pcr_11};
pub use names::os_release;
pub use policy::Policy;
pub use read::{Found, sections};
pub use stub::Stub;
pub use uki::{Profile, Uki};
