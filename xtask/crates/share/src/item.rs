//! What can be shared.

use std::fmt;

use hashing::Digest;

/// Something in a store that another store may want.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Item {
    /// What the recipe with this key made.
    Record(Digest),
    /// An object.
    File(Digest),
    /// A tree.
    Tree(Digest),
}

impl fmt::Display for Item {
    /// The tag of it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, digest) = match self {
            Self::Record(digest) => ("record", digest),
            Self::File(digest) => ("file", digest),
            Self::Tree(digest) => ("tree", digest),
        };
        write!(f, "{kind}-{}", digest.hex())
    }
}
