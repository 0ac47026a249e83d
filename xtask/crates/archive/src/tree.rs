//! The normal form of "some files".

use std::collections::BTreeMap;
use std::ops::Bound;

use hashing::Digest;

use crate::{ArchiveError, Entry, Listing, PathError, Selection, path};

/// A regular file.
#[derive(Clone, PartialEq, Eq)]
pub struct File {
    /// Whether the file may be executed.
    pub executable: bool,
    /// The bytes.
    pub content: Vec<u8>,
}

impl std::fmt::Debug for File {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mode = if self.executable { "755" } else { "644" };
        write!(f, "File({mode}, {} bytes)", self.content.len())
    }
}

/// Files by path: regular files only, with relative, normal UTF-8 paths separated by `/`.
///
/// Directories exist only as parts of paths; there are no links, times or owners.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tree {
    files: BTreeMap<String, File>,
}

impl Tree {
    /// A tree without files.
    pub fn new() -> Self {
        Self::default()
    }

    /// Puts a file at `path`; a file that is already there is replaced.
    ///
    /// Fails when the path is not in normal form, or is a directory or below a file of the tree.
    pub fn insert(
        &mut self,
        path: impl Into<String>,
        executable: bool,
        content: Vec<u8>,
    ) -> Result<(), PathError> {
        let path = path.into();
        path::check(&path)?;
        if let Some(other) = self.conflict(&path) {
            return Err(PathError::Conflict { other, path });
        }
        self.files.insert(path, File { executable, content });
        Ok(())
    }

    fn conflict(&self, path: &str) -> Option<String> {
        path::parents(path)
            .find(|parent| self.files.contains_key(*parent))
            .map(str::to_owned)
            .or_else(|| self.under(path).next().map(|(path, _)| path.to_owned()))
    }

    /// The file at `path`.
    pub fn get(&self, path: &str) -> Option<&File> {
        self.files.get(path)
    }

    /// Takes the file at `path` out of the tree.
    pub fn remove(&mut self, path: &str) -> Option<File> {
        self.files.remove(path)
    }

    /// All files, in the byte order of their paths.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &File)> {
        self.files.iter().map(|(path, file)| (path.as_str(), file))
    }

    /// How many files there are.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether there are no files.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// The digest of the tree, as [`Listing::digest`] defines it.
    pub fn digest(&self) -> Digest {
        self.listing().digest()
    }

    /// The files without their contents.
    pub fn listing(&self) -> Listing {
        let entry = |file: &File| Entry {
            executable: file.executable,
            length: file.content.len() as u64,
            digest: Digest::of(&file.content),
        };
        Listing { entries: self.files.iter().map(|(path, file)| (path.clone(), entry(file))).collect() }
    }

    /// Whether `path` is a directory of the tree; the top, `.`, always is.
    pub fn is_directory(&self, path: &str) -> bool {
        path == "." || !path.is_empty() && self.under(path).next().is_some()
    }

    /// The files below directory `prefix`, with paths as seen from there; none when there is no such
    /// directory. `.` is the whole tree.
    pub fn subtree(&self, prefix: &str) -> Self {
        match prefix {
            "." => return self.clone(),
            "" => return Self::new(),
            _ => {}
        }
        let files = self
            .under(prefix)
            .filter_map(|(path, file)| Some((path::below(path, prefix)?.to_owned(), file.clone())));
        Self { files: files.collect() }
    }

    /// The files below the one directory at the top, as charts and source archives have it; the
    /// tree as it is when its top holds anything else.
    pub fn strip_top(self) -> Self {
        let top =
            self.files.keys().next().and_then(|path| path.split_once('/')).map(|(top, _)| top.to_owned());
        let Some(top) = top else { return self };
        if !self.files.keys().all(|path| path::below(path, &top).is_some()) {
            return self;
        }
        let inner = |path: String| path::below(&path, &top).map(str::to_owned).unwrap_or(path);
        Self { files: self.files.into_iter().map(|(path, file)| (inner(path), file)).collect() }
    }

    /// A tree put together from parts of this one, in order: a later selection replaces files of an
    /// earlier one.
    pub fn select(&self, selections: &[Selection]) -> Result<Self, ArchiveError> {
        let mut selected = Self::new();
        for selection in selections {
            self.select_one(selection, &mut selected)?;
        }
        Ok(selected)
    }

    fn select_one(&self, Selection { from, to }: &Selection, into: &mut Self) -> Result<(), ArchiveError> {
        if let Some(file) = self.get(from) {
            return Ok(into.insert(to.as_str(), file.executable, file.content.clone())?);
        }
        let prefix = if from == "." { "" } else { from };
        let target = if to == "." { "" } else { to };
        let mut found = false;
        for (path, file) in self.under(prefix) {
            let inner = path::below(path, prefix).unwrap_or(path);
            into.insert(path::join(target, inner), file.executable, file.content.clone())?;
            found = true;
        }
        if found { Ok(()) } else { Err(self.not_found(from, "the tree")) }
    }

    /// The error for a path that is not there, with a path that ends alike.
    pub(crate) fn not_found(&self, path: &str, place: &str) -> ArchiveError {
        let name = path.rsplit('/').next();
        let alike = self.files.keys().find(|other| other.rsplit('/').next() == name);
        ArchiveError::NotFound { path: path.to_owned(), place: place.to_owned(), nearest: alike.cloned() }
    }

    /// The files below directory `prefix`, with their whole paths.
    pub(crate) fn under(&self, prefix: &str) -> impl Iterator<Item = (&str, &File)> {
        let prefix = if prefix.is_empty() { String::new() } else { format!("{prefix}/") };
        let from: (Bound<&str>, Bound<&str>) = (Bound::Included(&prefix), Bound::Unbounded);
        let files = self.files.range::<str, _>(from);
        files
            .map(|(path, file)| (path.as_str(), file))
            .take_while(move |(path, _)| path.starts_with(prefix.as_str()))
    }
}

#[cfg(test)]
mod tests;
