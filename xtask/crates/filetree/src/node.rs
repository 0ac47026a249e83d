//! What is at a path.

use std::io::{self, Read};

/// Something with permissions.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Node {
    /// Permissions, with the bits for set-user-ID, set-group-ID and sticky: at most 0o7777.
    pub mode: u16,
    /// What it is.
    pub kind: Kind,
}

/// What a node is.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Kind {
    /// A directory.
    Directory,
    /// A regular file.
    File(Content),
    /// A symbolic link.
    Link(String),
}

/// What a file holds.
#[derive(Clone, Eq, PartialEq)]
pub enum Content {
    /// Bytes.
    Bytes(Vec<u8>),
    /// As many zero bytes, which are nowhere in memory.
    Zeros(u64),
}

impl std::fmt::Debug for Content {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} bytes", self.len())
    }
}

impl Node {
    /// A directory.
    pub fn directory(mode: u16) -> Self {
        Self { mode, kind: Kind::Directory }
    }

    /// A file.
    pub fn file(mode: u16, bytes: Vec<u8>) -> Self {
        Self { mode, kind: Kind::File(Content::Bytes(bytes)) }
    }

    /// A symbolic link.
    pub fn link(target: impl Into<String>) -> Self {
        Self { mode: 0o777, kind: Kind::Link(target.into()) }
    }

    /// The bytes of a file; `None` for anything else, and for zeros.
    pub fn bytes(&self) -> Option<&[u8]> {
        match &self.kind {
            Kind::File(Content::Bytes(bytes)) => Some(bytes),
            _ => None,
        }
    }

    /// Whether it is a directory.
    pub fn is_directory(&self) -> bool {
        self.kind == Kind::Directory
    }
}

impl Content {
    /// How many bytes.
    pub fn len(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::Zeros(length) => *length,
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Reads them.
    pub fn reader(&self) -> Box<dyn Read + Send + '_> {
        match self {
            Self::Bytes(bytes) => Box::new(bytes.as_slice()),
            Self::Zeros(length) => Box::new(io::repeat(0).take(*length)),
        }
    }
}
