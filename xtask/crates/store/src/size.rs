//! How much a store holds.

use std::ops::AddAssign;

use crate::{Store, StoreError, files};

/// A number of files and their lengths.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    /// How many files.
    pub files: usize,
    /// Their lengths, in bytes.
    pub bytes: u64,
}

impl AddAssign for Usage {
    fn add_assign(&mut self, other: Self) {
        self.files += other.files;
        self.bytes += other.bytes;
    }
}

/// What a store holds, by category.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SizeReport {
    /// Bytes by digest.
    pub objects: Usage,
    /// Unpacked trees.
    pub trees: Usage,
    /// Executable copies of objects.
    pub tools: Usage,
    /// Records of recipes.
    pub recipes: Usage,
    /// Roots.
    pub roots: Usage,
    /// Caches.
    pub caches: Usage,
    /// Unfinished downloads.
    pub downloads: Usage,
    /// Work in progress, of this and other processes, living and dead, and damaged things moved away.
    pub temporary: Usage,
}

impl SizeReport {
    /// All categories together.
    pub fn total(&self) -> Usage {
        let mut total = Usage::default();
        let Self { objects, trees, tools, recipes, roots, caches, downloads, temporary } = *self;
        for usage in [objects, trees, tools, recipes, roots, caches, downloads, temporary] {
            total += usage;
        }
        total
    }
}

impl Store {
    /// Measures the store.
    pub fn size(&self) -> Result<SizeReport, StoreError> {
        let usage = |name| files::usage(&self.layout.directory(name));
        let mut temporary = usage("tmp")?;
        temporary += usage("corrupt")?;
        Ok(SizeReport {
            objects: usage("objects")?,
            trees: usage("trees")?,
            tools: usage("tools")?,
            recipes: usage("recipes")?,
            roots: usage("roots")?,
            caches: usage("caches")?,
            downloads: usage("downloads")?,
            temporary,
        })
    }
}
