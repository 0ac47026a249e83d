//! Paths and their order.

use std::cmp::Ordering;

use crate::error::TreeError;

/// A path that sorts directories before what is in them, and everything in a directory before what comes after it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Path(pub(crate) String);

impl Path {
    pub(crate) fn parse(path: &str) -> Result<Self, TreeError> {
        let parts = || path.split('/');
        if parts().any(|part| part.is_empty() || part == "." || part == "..") {
            return Err(TreeError::Path(path.to_owned()));
        }
        if parts().any(|part| part.len() > 255 || part.contains('\0')) {
            return Err(TreeError::Name(path.to_owned()));
        }
        Ok(Self(path.to_owned()))
    }
}

impl Ord for Path {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.split('/').map(str::as_bytes).cmp(other.0.split('/').map(str::as_bytes))
    }
}

impl PartialOrd for Path {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The directories above a path, the outermost first.
pub(crate) fn above(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').filter_map(|(at, _)| path.get(..at))
}
