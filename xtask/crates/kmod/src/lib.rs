//! Indexes over kernel modules, as `depmod` writes them.
//!
//! `modprobe`, `udevd` and Talos' own reader find a module by its name, by the alias of a device, or by a symbol in
//! files that lie beside the modules of a kernel. Whoever adds a module has to make all of them anew:
//!
//! ```text
//! *.ko[.gz|.xz|.zst] ── Module::read ──┐
//! modules.order, modules.builtin, … ───┴─ index ──▶ modules.dep  modules.alias  modules.symbols  modules.softdep …
//!                                                   and tries of the same (`.bin`), which is what programs read
//! ```
//!
//! # Invariants
//!
//! - No I/O; the same modules give the same bytes in any order. Where `depmod` takes the first file that a directory
//!   happens to list, the first path in byte order is taken here.
//! - Modules are foreign files: every offset is checked, and nothing is unpacked beyond [`LARGEST`].
//! - What is written is what kmod 30 writes, byte for byte; `modules.weakdep` is that of kmod 33.
//!
//! Sources: `tools/depmod.c`, `libkmod/libkmod-index.c` and `shared/hash.c` of kmod for the formats and their orders.

mod alias;
mod bucket;
mod builtin;
mod elf;
mod error;
mod graph;
mod index;
mod module;
mod text;
mod trie;

pub use error::ModuleError;
pub use index::{Kernel, index};
pub use module::{LARGEST, Module, is_module};

#[cfg(test)]
mod tests;
