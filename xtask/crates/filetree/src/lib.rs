//! Files as an operating system has them: directories, files and links with their permissions.
//!
//! `archive::Tree` is for inputs, where permissions and links would only be noise; a root file system is made of them.
//! A [`Tree`] is what cpio and squashfs archives are written from and read into.
//!
//! Invariants:
//! - no I/O; every path is relative and normal, every directory above a path is there;
//! - nothing belongs to anybody (owners are 0) and nothing has a time;
//! - [`Tree::iter`] goes depth first with the names of each directory in byte order, as programs that walk a file system
//!   with sorted directories do.

mod error;
mod node;
mod path;
mod tarball;
mod tree;

pub use error::TreeError;
pub use node::{Content, Kind, Node};
pub use tarball::from_tar;
pub use tree::Tree;
