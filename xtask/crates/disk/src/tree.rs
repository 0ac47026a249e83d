//! The files of a file system that is to be written.

use std::collections::BTreeMap;

use crate::Content;

/// A directory with its entries by name.
#[derive(Clone, Debug, Default)]
pub struct Directory {
    entries: BTreeMap<String, Node>,
}

/// An entry of a directory.
#[derive(Clone, Debug)]
pub enum Node {
    /// A file.
    File(Content),
    /// A directory.
    Directory(Directory),
}

/// Why a path cannot be added.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum TreeError {
    /// Not a relative path of plain names.
    #[error("`{path}` is no path below the root; write names with `/` between them, without `.` and `..`")]
    Path {
        /// The path.
        path: String,
    },
    /// The path is there already.
    #[error("`{path}` is there twice")]
    Twice {
        /// The path.
        path: String,
    },
    /// A part of the path is a file.
    #[error("`{path}` cannot lie below `{file}`, which is a file")]
    BelowFile {
        /// The path.
        path: String,
        /// The file.
        file: String,
    },
}

impl Directory {
    /// An empty one.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file and the directories on its path. Errors: see [`TreeError`].
    pub fn add_file(&mut self, path: &str, content: Content) -> Result<(), TreeError> {
        let (parent, name) =
            path.rsplit_once('/').map_or((None, path), |(parent, name)| (Some(parent), name));
        if !is_name(name) {
            return Err(TreeError::Path { path: path.to_owned() });
        }
        let directory = match parent {
            Some(parent) => self.descend(path, parent)?,
            None => self,
        };
        if directory.entries.contains_key(name) {
            return Err(TreeError::Twice { path: path.to_owned() });
        }
        directory.entries.insert(name.to_owned(), Node::File(content));
        Ok(())
    }

    /// Adds a directory and those on its path, unless they are there. Errors: see [`TreeError`].
    pub fn add_directory(&mut self, path: &str) -> Result<(), TreeError> {
        self.descend(path, path).map(|_| ())
    }

    /// Its entries by name.
    pub fn entries(&self) -> impl Iterator<Item = (&str, &Node)> {
        self.entries.iter().map(|(name, node)| (name.as_str(), node))
    }

    /// How many entries it has.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    fn descend(&mut self, path: &str, to: &str) -> Result<&mut Self, TreeError> {
        let mut directory = self;
        let mut end = 0;
        for name in to.split('/') {
            if !is_name(name) {
                return Err(TreeError::Path { path: path.to_owned() });
            }
            end += name.len();
            let entry = directory.entries.entry(name.to_owned());
            match entry.or_insert_with(|| Node::Directory(Self::new())) {
                Node::Directory(found) => directory = found,
                Node::File(_) => {
                    let file = path.get(..end).unwrap_or_default().to_owned();
                    return Err(TreeError::BelowFile { path: path.to_owned(), file });
                }
            }
            end += 1;
        }
        Ok(directory)
    }
}

fn is_name(name: &str) -> bool {
    !matches!(name, "" | "." | "..") && !name.contains('\0')
}

#[cfg(test)]
mod tests;
