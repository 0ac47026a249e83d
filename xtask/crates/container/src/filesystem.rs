//! The files of an image, in memory.

use std::collections::BTreeMap;
use std::sync::Arc;

use tar::{Builder, EntryType, Header};

use crate::ContainerError;

/// Directories that live below `usr` (merged-/usr, <https://wiki.debian.org/UsrMerge>).
const MERGED: [&str; 4] = ["bin", "lib", "lib64", "sbin"];

/// What is at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// A directory.
    Directory,
    /// A regular file.
    File(Arc<[u8]>),
    /// A symbolic link.
    Link(String),
}

/// A file with its mode and owner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// Permission bits, with those for set-user-ID and the like.
    pub mode: u32,
    /// Numbers of user and group.
    pub owner: (u64, u64),
    /// What it is.
    pub content: Content,
}

/// Files by path, without a `/` at the beginning. A file is in a directory of its own name only if somebody put that
/// there; [`Filesystem::to_tar`] adds what is missing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filesystem {
    nodes: BTreeMap<String, Node>,
}

impl Filesystem {
    /// Without any file.
    pub fn new() -> Self {
        Self::default()
    }

    /// Puts something at a path, in place of what is there. A directory leaves another one's content as it is.
    pub fn put(&mut self, path: &str, node: Node) -> Result<(), ContainerError> {
        let path = normal(path)?;
        if path.is_empty() {
            return Ok(());
        }
        self.nodes.insert(path, node);
        Ok(())
    }

    /// Puts a file of root's.
    pub fn file(&mut self, path: &str, executable: bool, content: &[u8]) -> Result<(), ContainerError> {
        let mode = if executable { 0o755 } else { 0o644 };
        self.put(path, Node { mode, owner: (0, 0), content: Content::File(content.into()) })
    }

    /// Puts a symbolic link.
    pub fn link(&mut self, path: &str, target: &str) -> Result<(), ContainerError> {
        self.put(path, Node { mode: 0o777, owner: (0, 0), content: Content::Link(target.to_owned()) })
    }

    /// What is at a path.
    pub fn get(&self, path: &str) -> Option<&Node> {
        self.nodes.get(&normal(path).ok()?)
    }

    /// Takes out a path and everything below.
    pub fn remove(&mut self, path: &str) -> Result<(), ContainerError> {
        let path = normal(path)?;
        let below = format!("{path}/");
        self.nodes.retain(|other, _| *other != path && !other.starts_with(&below));
        Ok(())
    }

    /// How many paths there are.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// The layer of an image: a tar in the order of paths, without times, all parents before what they hold. Links of
    /// merged-/usr are there when `usr` is.
    pub fn to_tar(&self) -> std::io::Result<Vec<u8>> {
        let mut nodes: BTreeMap<&str, &Node> =
            self.nodes.iter().map(|(path, node)| (path.as_str(), node)).collect();
        let directory = Node { mode: 0o755, owner: (0, 0), content: Content::Directory };
        for path in self.nodes.keys() {
            for (at, _) in path.match_indices('/') {
                nodes.entry(path.get(..at).unwrap_or_default()).or_insert(&directory);
            }
        }
        let links = MERGED.map(|name| {
            (name, Node { mode: 0o777, owner: (0, 0), content: Content::Link(format!("usr/{name}")) })
        });
        for (name, node) in &links {
            if nodes.contains_key(format!("usr/{name}").as_str()) {
                nodes.entry(name).or_insert(node);
            }
        }
        let size = nodes.values().map(|node| node.size() + 1536).sum();
        let mut tar = Builder::new(Vec::with_capacity(size));
        for (path, node) in nodes {
            append(&mut tar, path, node)?;
        }
        tar.into_inner()
    }
}

impl Node {
    fn size(&self) -> usize {
        match &self.content {
            Content::File(bytes) => bytes.len(),
            Content::Directory | Content::Link(_) => 0,
        }
    }
}

fn append(tar: &mut Builder<Vec<u8>>, path: &str, node: &Node) -> std::io::Result<()> {
    // GNU's format, since paths and targets may be longer than POSIX has room for.
    let mut header = Header::new_gnu();
    header.set_mode(node.mode);
    header.set_uid(node.owner.0);
    header.set_gid(node.owner.1);
    header.set_mtime(0);
    header.set_size(0);
    match &node.content {
        Content::Directory => {
            header.set_entry_type(EntryType::Directory);
            tar.append_data(&mut header, format!("{path}/"), std::io::empty())
        }
        Content::File(bytes) => {
            header.set_entry_type(EntryType::Regular);
            header.set_size(bytes.len() as u64);
            tar.append_data(&mut header, path, &bytes[..])
        }
        Content::Link(target) => {
            header.set_entry_type(EntryType::Symlink);
            tar.append_link(&mut header, path, target)
        }
    }
}

/// A path as this crate keeps it: relative, without `.`, below `usr` where Debian has merged it.
fn normal(path: &str) -> Result<String, ContainerError> {
    let parts: Vec<&str> = path.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
    if parts.contains(&"..") {
        return Err(ContainerError::Path { path: path.to_owned(), reason: "it leads out" });
    }
    let joined = parts.join("/");
    let merged = parts.first().is_some_and(|first| MERGED.contains(first));
    Ok(if merged { format!("usr/{joined}") } else { joined })
}

#[cfg(test)]
mod tests;
