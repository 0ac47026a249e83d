//! What can be wrong.

use thiserror::Error;

/// Why modules cannot be read or indexed.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
pub enum ModuleError {
    /// Its file name says nothing.
    #[error("`{0}` is no kernel module; their names end in `.ko`, `.ko.gz`, `.ko.xz` or `.ko.zst`")]
    Path(String),
    /// Compressed by something else, or damaged.
    #[error("module `{path}` cannot be unpacked: {detail}; build it again or fetch it again")]
    Packed {
        /// Which one.
        path: String,
        /// Why.
        detail: String,
    },
    /// Too large to be a module.
    #[error("module `{path}` has more than {limit} bytes when unpacked")]
    TooLarge {
        /// Which one.
        path: String,
        /// How many may be there.
        limit: u64,
    },
    /// Not an object file.
    #[error("module `{path}` is no ELF object: {detail}; build it again or fetch it again")]
    Elf {
        /// Which one.
        path: String,
        /// Why.
        detail: String,
    },
    /// A name that no index can hold.
    #[error("module `{path}` has the {what} `{name}`; indexes hold 1 to 4095 ASCII characters")]
    Name {
        /// Which one.
        path: String,
        /// What the name is of.
        what: &'static str,
        /// The name.
        name: String,
    },
    /// Modules that need each other.
    #[error("modules need each other in a circle, so that none can be loaded first: {}", .0.join(" → "))]
    Circle(Vec<String>),
    /// More than indexes can count.
    #[error("there are {0} modules; indexes hold 65534 at most")]
    TooMany(usize),
}
