//! Parts of a tree and where they go.

use std::fmt;
use std::str::FromStr;

use crate::{PathError, path};

/// What stands between the two paths of a selection's text.
const ARROW: &str = " => ";

/// A file or directory of a tree and its place in the tree that is put together; `.` is a tree's top.
///
/// Its text is `FROM => TO`, as in `inputs.lock`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Selection {
    /// The file or directory that is taken.
    pub from: String,
    /// Its path in the new tree.
    pub to: String,
}

impl fmt::Display for Selection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{ARROW}{}", self.from, self.to)
    }
}

impl FromStr for Selection {
    type Err = ParseSelectionError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (from, to) =
            text.split_once(ARROW).ok_or_else(|| ParseSelectionError::NoArrow { text: text.to_owned() })?;
        let (from, to) = (from.trim(), to.trim());
        for path in [from, to].into_iter().filter(|path| *path != ".") {
            path::check(path)?;
        }
        Ok(Self { from: from.to_owned(), to: to.to_owned() })
    }
}

/// Text that is no selection.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseSelectionError {
    /// The arrow is missing.
    #[error("`{text}` is no selection; write `FROM => TO`, as in `deploy/chart => .`")]
    NoArrow {
        /// What was read.
        text: String,
    },
    /// One of the two paths is not usable.
    #[error(transparent)]
    Path(#[from] PathError),
}
