//! What the tools of Linux say of our disks: `sgdisk`, `fsck.vfat`, mtools, `qemu-img`, `zstd` and `xorriso` judge
//! generated trees and layouts.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test, in functions of its own too"
)]

mod fat;
mod gpt;
mod iso;
mod qcow2;
mod tool;
mod trees;
