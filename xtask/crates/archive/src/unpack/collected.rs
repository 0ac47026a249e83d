//! The entries of an archive before its links are followed.

use std::collections::BTreeMap;

use crate::{ArchiveError, File, PathError, Tree, path};

use super::{Budget, Limits};

/// The longest chain of links that is followed, as in the Linux kernel.
const LONGEST_CHAIN: usize = 40;

/// The files of an archive, and its links by path.
#[derive(Default)]
pub(super) struct Collected {
    pub(super) files: Tree,
    links: BTreeMap<String, Link>,
}

/// A link: what the archive says, and the path in the tree that this means.
struct Link {
    text: String,
    target: Result<String, PathError>,
}

impl Collected {
    /// Adds a file; one that has the same path gives way.
    pub(super) fn file(
        &mut self,
        path: String,
        executable: bool,
        content: Vec<u8>,
    ) -> Result<(), ArchiveError> {
        self.links.remove(&path);
        Ok(self.files.insert(path, executable, content)?)
    }

    /// Adds a symbolic link, whose target is seen from its own directory.
    pub(super) fn symlink(&mut self, path: String, text: &[u8]) {
        let text = String::from_utf8_lossy(text).into_owned();
        let target = path::follow(&path, &text);
        self.add(path, Link { text, target });
    }

    /// Adds a hard link, whose target is seen from the archive's top.
    pub(super) fn hard_link(&mut self, path: String, text: &[u8]) {
        let target = path::normalise(text);
        self.add(path, Link { text: String::from_utf8_lossy(text).into_owned(), target });
    }

    fn add(&mut self, path: String, link: Link) {
        self.files.remove(&path);
        self.links.insert(path, link);
    }

    /// The file at `path`, through links where need be.
    pub(super) fn find(&self, path: &str) -> Result<Option<&File>, ArchiveError> {
        Ok(self.files.get(&self.resolve(path)?))
    }

    /// The files, with a copy in place of every link.
    pub(super) fn into_tree(self, limits: Limits) -> Result<Tree, ArchiveError> {
        if self.links.is_empty() {
            return Ok(self.files);
        }
        let budget = Budget::new(limits);
        let mut tree = self.files.clone();
        for (path, file) in self.files.iter() {
            self.refuse_below_link(path)?;
            budget.take(file.content.len() as u64)?;
            budget.entry()?;
        }
        for (path, link) in &self.links {
            self.refuse_below_link(path)?;
            for (copy, file) in self.copies(path, link)? {
                budget.take(file.content.len() as u64)?;
                budget.entry()?;
                tree.insert(copy, file.executable, file.content.clone())?;
            }
        }
        Ok(tree)
    }

    /// An entry below a link would be written through it, wherever it leads.
    fn refuse_below_link(&self, path: &str) -> Result<(), ArchiveError> {
        match path::parents(path).find(|parent| self.links.contains_key(*parent)) {
            Some(link) => Err(PathError::Conflict { path: path.to_owned(), other: link.to_owned() }.into()),
            None => Ok(()),
        }
    }

    /// What stands for a link: a copy of the file, or of all files of the directory, that it leads to.
    fn copies(&self, path: &str, link: &Link) -> Result<Vec<(String, &File)>, ArchiveError> {
        let target = self.resolve(path)?;
        if let Some(file) = self.files.get(&target) {
            return Ok(vec![(path.to_owned(), file)]);
        }
        let refuse = |reason| ArchiveError::Link { path: path.to_owned(), target: link.text.clone(), reason };
        let inside = |path: &str| path::below(path, &target).is_some();
        if inside(path) {
            return Err(refuse("leads to a directory that it is in"));
        }
        if self.links.keys().any(|other| inside(other)) {
            return Err(refuse("leads to a directory that has links itself"));
        }
        let copy = |(from, file)| Some((path::join(path, path::below(from, &target)?), file));
        let copies: Vec<_> = self.files.under(&target).filter_map(copy).collect();
        if copies.is_empty() { Err(refuse("leads to nothing")) } else { Ok(copies) }
    }

    /// `path` with every link on its way replaced by what it leads to.
    fn resolve(&self, path: &str) -> Result<String, ArchiveError> {
        let mut resolved = path.to_owned();
        for _ in 0..LONGEST_CHAIN {
            let Some((at, link)) = self.first_link(&resolved) else { return Ok(resolved) };
            let refuse =
                |reason| ArchiveError::Link { path: at.to_owned(), target: link.text.clone(), reason };
            let target = link.target.as_ref().map_err(|_| refuse("leads out of the tree"))?;
            resolved = match path::below(&resolved, at) {
                Some(rest) => path::join(target, rest),
                None => target.clone(),
            };
        }
        let (at, text) = match self.first_link(path) {
            Some((at, link)) => (at.to_owned(), link.text.clone()),
            None => (path.to_owned(), resolved),
        };
        Err(ArchiveError::Link { path: at, target: text, reason: "leads in a circle" })
    }

    fn first_link(&self, path: &str) -> Option<(&str, &Link)> {
        let parts = path::parents(path).chain([path]);
        parts.filter_map(|part| self.links.get_key_value(part)).map(|(at, link)| (at.as_str(), link)).next()
    }
}
