//! Roots: what garbage collection keeps.

use hashing::Digest;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::files::{self, READ_ONLY, Sync};
use crate::{Store, StoreError, layout, sealed};

/// What is to be kept, and a note on what it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Root {
    /// Keys of recipes: their records are kept, with everything that those name.
    pub recipes: Vec<Digest>,
    /// Objects, and the tools made of them.
    pub objects: Vec<Digest>,
    /// Trees.
    pub trees: Vec<Digest>,
    /// Anything that the owner wants to know about it.
    pub data: Value,
}

impl Store {
    /// Sets the root of that name, which may have any characters. It replaces what it was before.
    pub fn set_root(&self, name: &str, root: &Root) -> Result<(), StoreError> {
        let path = self.layout.named_root(name);
        let sealed = sealed::seal(root, &path)?;
        if files::read(&path)?.is_some_and(|stored| stored == sealed) {
            return Ok(());
        }
        self.write(&path, &sealed, READ_ONLY, Sync::Yes)?;
        files::sync_directory(&self.layout.directory("roots"))
    }

    /// The root of that name; `None` when there is none.
    pub fn root(&self, name: &str) -> Result<Option<Root>, StoreError> {
        let path = self.layout.named_root(name);
        let Some(bytes) = files::read(&path)? else { return Ok(None) };
        let detail = "it should hold a root, and garbage collection needs to know what that keeps";
        let damaged = || StoreError::Damaged { path, detail: detail.to_owned() };
        sealed::open(&bytes).map(Some).ok_or_else(damaged)
    }

    /// The names of all roots, sorted.
    pub fn roots(&self) -> Result<Vec<String>, StoreError> {
        let mut names = Vec::new();
        for path in files::list(&self.layout.directory("roots"))? {
            let name = path.file_name().and_then(|name| layout::unescape(name.to_str()?));
            let detail = "its name is not one that a root's file has".to_owned();
            names.push(name.ok_or(StoreError::Damaged { path, detail })?);
        }
        names.sort();
        Ok(names)
    }

    /// Removes the root of that name, if there is one. What it kept goes with the next collection.
    pub fn remove_root(&self, name: &str) -> Result<(), StoreError> {
        files::remove_all(&self.layout.named_root(name))
    }
}
