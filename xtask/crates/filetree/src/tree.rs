//! Nodes by path.

use std::collections::BTreeMap;

use crate::error::TreeError;
use crate::node::{Kind, Node};
use crate::path::{Path, above};

/// Permissions of directories that nobody named.
const DIRECTORY: u16 = 0o755;

/// Directories, files and links.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Tree {
    nodes: BTreeMap<Path, Node>,
}

impl Tree {
    /// A tree with nothing in it.
    pub fn new() -> Self {
        Self::default()
    }

    /// Puts a node at a path; the directories above it come to be. What was there is replaced, but no directory by
    /// anything else.
    pub fn insert(&mut self, path: &str, node: Node) -> Result<(), TreeError> {
        let key = Path::parse(path)?;
        if let Kind::Link(target) = &node.kind
            && (target.is_empty() || target.len() > 4095 || target.contains('\0'))
        {
            return Err(TreeError::Target(path.to_owned()));
        }
        for above in above(path) {
            let there =
                self.nodes.entry(Path(above.to_owned())).or_insert_with(|| Node::directory(DIRECTORY));
            if !there.is_directory() {
                return Err(TreeError::NoDirectory { path: path.to_owned(), above: above.to_owned() });
            }
        }
        if !node.is_directory() && self.nodes.get(&key).is_some_and(Node::is_directory) {
            return Err(TreeError::Directory(path.to_owned()));
        }
        self.nodes.insert(key, node);
        Ok(())
    }

    /// What is at a path.
    pub fn get(&self, path: &str) -> Option<&Node> {
        self.nodes.get(&Path(path.to_owned()))
    }

    /// Everything, depth first.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Node)> {
        self.nodes.iter().map(|(path, node)| (path.0.as_str(), node))
    }

    /// Takes out a path and everything below it, and gives that with its whole paths.
    pub fn take(&mut self, path: &str) -> Self {
        let below = format!("{path}/");
        let (taken, kept) = std::mem::take(&mut self.nodes)
            .into_iter()
            .partition(|(other, _)| other.0 == path || other.0.starts_with(&below));
        self.nodes = kept;
        Self { nodes: taken }
    }

    /// What is below a directory, with paths as seen from there.
    pub fn below(&self, path: &str) -> Self {
        let below = format!("{path}/");
        let nodes = self
            .nodes
            .iter()
            .filter_map(|(other, node)| Some((Path(other.0.strip_prefix(&below)?.to_owned()), node.clone())));
        Self { nodes: nodes.collect() }
    }

    /// Puts everything of another tree into this one.
    pub fn merge(&mut self, other: Self) -> Result<(), TreeError> {
        other.nodes.into_iter().try_for_each(|(path, node)| self.insert(&path.0, node))
    }

    /// How many nodes there are.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }
}

#[cfg(test)]
mod tests;
