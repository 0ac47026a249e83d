//! Garbage collection: removing what no root keeps.

use std::collections::BTreeSet;
use std::fs::TryLockError;
use std::path::{Path, PathBuf};

use hashing::Digest;

use crate::{Store, StoreError, files, session};

/// Things removed, and the bytes that this freed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Removed {
    /// How many; a tree counts as one.
    pub count: usize,
    /// Their bytes.
    pub bytes: u64,
}

/// What a garbage collection has removed and kept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct GcReport {
    /// Records of recipes.
    pub recipes: Removed,
    /// Objects.
    pub objects: Removed,
    /// Trees.
    pub trees: Removed,
    /// Executable copies of objects.
    pub tools: Removed,
    /// Unfinished downloads, damaged things, locks, and what dead processes have left.
    pub leftovers: Removed,
    /// How many records, objects, trees and tools stay.
    pub kept: usize,
}

impl GcReport {
    /// Everything that was removed.
    pub fn total(&self) -> Removed {
        let parts = [self.recipes, self.objects, self.trees, self.tools, self.leftovers];
        parts.into_iter().fold(Removed::default(), |sum, part| Removed {
            count: sum.count + part.count,
            bytes: sum.bytes + part.bytes,
        })
    }
}

/// What the roots reach.
#[derive(Default)]
struct Marked {
    recipes: BTreeSet<Digest>,
    objects: BTreeSet<Digest>,
    trees: BTreeSet<Digest>,
}

impl Store {
    /// Removes what no root keeps, as the crate's description says.
    ///
    /// Fails with [`StoreError::Locked`], and removes nothing, when another process has the store open; and
    /// with [`StoreError::Damaged`] when a root cannot be read. The exclusive borrow keeps this process's
    /// other threads away.
    pub fn gc(&mut self) -> Result<GcReport, StoreError> {
        self.lock_exclusively()?;
        let report = self.mark().and_then(|marked| self.sweep(&marked));
        self.lock_shared()?;
        report
    }

    fn lock_exclusively(&self) -> Result<(), StoreError> {
        match self.lock.try_lock() {
            Ok(()) => Ok(()),
            Err(TryLockError::WouldBlock) => {
                // The attempt may have cost the shared lock: flock(2) converts by releasing first.
                self.lock_shared()?;
                Err(StoreError::Locked { root: self.layout.root.clone() })
            }
            Err(TryLockError::Error(error)) => Err(StoreError::io("lock", &self.layout.lock())(error)),
        }
    }

    fn lock_shared(&self) -> Result<(), StoreError> {
        self.lock.lock_shared().map_err(StoreError::io("lock", &self.layout.lock()))
    }

    fn mark(&self) -> Result<Marked, StoreError> {
        let mut marked = Marked::default();
        for name in self.roots()? {
            let Some(root) = self.root(&name)? else { continue };
            marked.recipes.extend(root.recipes);
            marked.objects.extend(root.objects);
            marked.trees.extend(root.trees);
        }
        for key in &marked.recipes {
            let Some(record) = self.stored_record(key)? else { continue };
            marked.objects.extend(record.objects);
            marked.trees.extend(record.trees);
        }
        Ok(marked)
    }

    fn sweep(&self, marked: &Marked) -> Result<GcReport, StoreError> {
        let mut report = GcReport::default();
        let fanned = |name| files::list(&self.layout.directory(name));
        for directory in fanned("recipes")? {
            sweep_directory(&directory, &marked.recipes, &mut report.recipes, &mut report.kept)?;
        }
        for directory in fanned("objects")? {
            sweep_directory(&directory, &marked.objects, &mut report.objects, &mut report.kept)?;
        }
        let flat = |name| self.layout.directory(name);
        sweep_directory(&flat("trees"), &marked.trees, &mut report.trees, &mut report.kept)?;
        sweep_directory(&flat("tools"), &marked.objects, &mut report.tools, &mut report.kept)?;
        for name in ["corrupt", "downloads", "locks"] {
            for path in files::list(&flat(name))? {
                remove(&path, &mut report.leftovers)?;
            }
        }
        let (count, bytes) = session::clean(&self.layout.tmp())?;
        report.leftovers.count += count;
        report.leftovers.bytes += bytes;
        Ok(report)
    }
}

/// Removes everything from `directory` whose name is not a marked digest.
fn sweep_directory(
    directory: &Path,
    marked: &BTreeSet<Digest>,
    removed: &mut Removed,
    kept: &mut usize,
) -> Result<(), StoreError> {
    for path in files::list(directory)? {
        if named(&path).is_some_and(|digest| marked.contains(&digest)) {
            *kept += 1;
        } else {
            remove(&path, removed)?;
        }
    }
    Ok(())
}

fn remove(path: &Path, removed: &mut Removed) -> Result<(), StoreError> {
    let usage = files::usage(path)?;
    files::remove_all(path)?;
    removed.count += 1;
    removed.bytes += usage.bytes;
    Ok(())
}

/// The digest that a path's last part is.
pub(crate) fn named(path: &Path) -> Option<Digest> {
    Digest::from_hex(path.file_name()?.to_str()?).ok()
}

/// All paths in the directories of a directory, as `objects` and `recipes` have them.
pub(crate) fn fanned_out(directory: &Path) -> Result<Vec<PathBuf>, StoreError> {
    let mut paths = Vec::new();
    for inner in files::list(directory)? {
        paths.extend(files::list(&inner)?);
    }
    Ok(paths)
}
