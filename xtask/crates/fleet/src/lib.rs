//! The machines of a cluster as a whole: what is wrong between them, and the configuration of each.
//!
//! ```text
//! hosts/<cluster>/cluster.yaml, machines/*.yaml, patches/** ── load ──▶ Fleet ── check ──▶ diagnostics
//!                                                                         │
//!                                                                         └ configurations ──▶ files for Talos, kubeadm, k3s, k3d
//! ```
//!
//! A file alone can be right and the whole still be wrong: two machines with one address, a load balancer that gives
//! away what the DHCP server gives away, a disk that no machine has. [`check`] looks for that before anything is
//! applied.
//!
//! # Invariants
//!
//! - Only files of the workspace are read; nothing is fetched, spawned or written.
//! - All mistakes are told at once, in the order of their places; each names the machine, the value and the place.
//! - An offline machine keeps its name and addresses, so nobody else may take them, but counts for nothing else.

mod check;
mod configuration;
mod distribution;
mod documents;
mod fill;
mod fleet;
mod image;
mod k3d;
mod k3s;
mod kubeadm;
mod origin;
mod patch_files;
mod range;
mod reboot;
mod talos_machine;
mod talos_patch;

pub use check::check;
pub use configuration::{Configuration, Setting, configurations};
pub use distribution::Distribution;
pub use fill::FillError;
pub use fleet::{Fleet, load};
pub use image::Image;
pub use patch_files::{Layer, PatchFile};
pub use range::{Range, RangeError};
pub use reboot::needs_reboot;
