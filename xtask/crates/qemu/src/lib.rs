//! Machines in QEMU: from a description to a running machine that ends whatever happens.
//!
//! [`Machine`] is data; [`arguments`](Machine::arguments) is a function of it, so that a test can read what would run.
//! [`Running`] is a machine that was started: its serial line with a waiter for markers ([`Serial`]), its control socket
//! ([`Qmp`]) and its TPM. Dropping it, an interrupt, and the end of our process by any signal end all its processes
//! (`process::serve`).
//!
//! # Invariants
//!
//! - No privilege, no bridge, no service: networks are QEMU's own, sockets are Unix sockets in the machine's directory
//!   or on loopback.
//! - Hardware virtualisation is used only when it was proven by booting ([`Accelerator::probe`]): that a device node is
//!   there proves nothing.
//! - Firmware variables are a private copy; images are changed only by machines that may ([`Disk::keep`]).

mod accelerator;
mod arguments;
mod console;
mod error;
mod firmware;
mod machine;
mod qmp;
mod running;
mod serial;
mod tpm;

pub use accelerator::Accelerator;
pub use console::Console;
pub use error::QemuError;
pub use firmware::Firmware;
pub use machine::{Boot, Bus, Disk, Format, Forward, Machine, Network, Nic};
pub use qmp::Qmp;
pub use running::Running;
pub use serial::Serial;
