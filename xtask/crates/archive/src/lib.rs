//! Archives in memory: trees of files, tar, gzip, and unpacking what others have packed.
//!
//! Three things happen here, none with I/O of its own:
//!
//! * [`Tree`] is the normal form of "some files": regular files only, each with a relative UTF-8 path and
//!   an executable bit, and a [digest](Tree::digest) that depends on nothing else. Where a chart came
//!   from (a `.tgz`, a module zip, a directory) leaves no trace in it.
//! * [`write_tar`] and [`gzip`] write archives whose bytes depend only on their content.
//! * [`unpack`] reads foreign archives under [limits](unpack::Limits) and refuses everything that
//!   would reach outside of the tree.
//!
//! ## Invariants
//!
//! * Every path in a [`Tree`] is relative and has no empty, `.` or `..` part; no path is both a file
//!   and a directory. Writing a tree below a directory therefore stays below it.
//! * [`write_tar`] gives the same bytes for the same files in any order; [`gzip`] gives the same bytes for
//!   the same input as long as [`GZIP_IDENTITY`] is the same.
//! * No input makes the crate panic or use more memory than the limits allow.

mod error;
mod gzip;
mod listing;
mod path;
mod selection;
mod tree;
pub mod unpack;
mod write;

pub use error::{ArchiveError, PathError};
pub use gzip::{GZIP_IDENTITY, gunzip, gzip};
pub use listing::{Entry, Listing};
pub use selection::{ParseSelectionError, Selection};
pub use tree::{File, Tree};
pub use write::write_tar;
