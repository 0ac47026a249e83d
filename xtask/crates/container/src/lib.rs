//! Container images from source: the ones that a network without their registries needs, and the node that a cluster of
//! containers runs in.
//!
//! ```text
//! images/<name>.yaml ── Description
//!   trees:    pinned trees of files
//!   packages: pinned Debian packages ──▶ Package (no script of theirs runs)      ┐
//!   programs: Go modules ──▶ program (one Go, a committed go.sum, no paths)      ├─▶ Filesystem ─▶ one layer ─▶ Image
//!   images/<name>/…  files of our own                                            │
//!   links, remove                                                                ┘
//! ```
//!
//! Invariants:
//!
//! * An image is a function of its description, of pins and of files of the repository: no clock, no user, no path of
//!   the machine, nothing of the machine's own packages. It is packed once for each such input; the store knows it.
//! * Later parts replace earlier ones in the order above, so that a file of ours goes over that of a package.
//! * The maintainers' scripts of packages never run; what they would do is a link or a file of the description.

mod archive;
mod build;
mod description;
mod error;
mod filesystem;
mod package;
mod program;

pub use archive::docker_archive;
pub use build::{Builder, Image};
pub use description::{Description, ImageKind, Program, Start, Tree, find, parse};
pub use error::ContainerError;
pub use filesystem::{Content, Filesystem, Node};
pub use package::unpack;
pub use program::Toolchain;
