//! The kernel's command line of a Talos machine.
//!
//! ```text
//! platform ─ platform's arguments ─ overlay's ─ defaults of the version ─ META ─ the user's
//!            set: replace            set         append                          console and talos.platform replace,
//!                                                                                `-key` and `-key=value` remove,
//!                                                                                everything else appends
//! ```
//!
//! Invariants: no I/O; arguments of one key stand together, where the first of them was put; the same request always
//! gives the same line.
//!
//! Source: `pkg/imager/imager.go` (`buildCmdline`), `pkg/machinery/kernel` and the platforms of `siderolabs/talos`;
//! `github.com/siderolabs/go-procfs` for the rules of merging.

mod line;
mod meta;
mod platform;
mod talos;

pub use line::CommandLine;
pub use meta::{MetaValue, encode_meta};
pub use platform::{Arch, Platform};
pub use talos::{CmdlineError, Output, Request, reset_line, talos};
