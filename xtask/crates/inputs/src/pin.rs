//! One locked input.

use std::fmt;
use std::str::FromStr;

use diag::Span;
use hashing::{Digest, ParseDigestError};
use store::Root;

use crate::{Kind, Source};

/// What stands before the digest of a tree.
const TREE: &str = "tree:";
/// What stands for a digest that nobody knows yet.
const UNRESOLVED: &str = "unresolved";

/// One entry of the lock: what an input is called, what its content is, and where it can be had.
///
/// Two pins are the same entry when kind, name and version are the same.
#[derive(Debug, Clone)]
pub struct Pin {
    /// What it is for.
    pub kind: Kind,
    /// Its name; of an image registry and repository.
    pub name: String,
    /// Its version; of an image the tag.
    pub version: String,
    /// What its content must be.
    pub digest: PinDigest,
    /// Where it can be had, in the order in which they are tried. Images have none: their name says it.
    pub sources: Vec<Source>,
    /// Where it stands in the lock; empty for a pin made by code.
    pub span: Span,
}

impl Pin {
    /// What tells pins apart, and the order in which the lock has them.
    pub(crate) fn key(&self) -> (Kind, &str, &str) {
        (self.kind, &self.name, &self.version)
    }

    /// Has garbage collection keep the content as long as `root` is one; of what nobody has looked up there is none.
    pub fn keep_in(&self, root: &mut Root) {
        match self.digest {
            PinDigest::File(digest) => root.objects.push(digest),
            PinDigest::Tree(digest) => root.trees.push(digest),
            PinDigest::Unresolved => {}
        }
    }
}

impl fmt::Display for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} `{}` {}", self.kind, self.name, self.version)
    }
}

/// The content of a pin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PinDigest {
    /// A file with this digest; of an image its manifest or index.
    File(Digest),
    /// A tree of files with this digest ([`archive::Tree::digest`]).
    Tree(Digest),
    /// An image or a package that nobody has looked up yet.
    Unresolved,
}

impl PinDigest {
    /// The digest, of a file or a tree.
    pub fn digest(self) -> Option<Digest> {
        match self {
            Self::File(digest) | Self::Tree(digest) => Some(digest),
            Self::Unresolved => None,
        }
    }
}

impl fmt::Display for PinDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(digest) => write!(f, "{digest}"),
            Self::Tree(digest) => write!(f, "{TREE}{digest}"),
            Self::Unresolved => f.write_str(UNRESOLVED),
        }
    }
}

impl FromStr for PinDigest {
    type Err = ParseDigestError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == UNRESOLVED {
            return Ok(Self::Unresolved);
        }
        match text.strip_prefix(TREE) {
            Some(digest) => Ok(Self::Tree(digest.parse()?)),
            None => Ok(Self::File(text.parse()?)),
        }
    }
}
