//! Records: which recipe produced what, and running each recipe once.

use hashing::Digest;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::files::{self, READ_ONLY, Sync};
use crate::locks::FileLock;
use crate::{Store, StoreError, sealed};

/// What a recipe produced.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// The objects among its outputs.
    pub objects: Vec<Digest>,
    /// The trees among its outputs.
    pub trees: Vec<Digest>,
    /// What the builder wants to know about them.
    pub data: Value,
}

/// Where a record came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The recipe has been run.
    Built,
    /// It had been run before, by this or another process.
    Reused,
}

impl Store {
    /// What the recipe of that key produced; `None` when it was never run, or any output is gone.
    pub fn record(&self, key: &Digest) -> Result<Option<Record>, StoreError> {
        let Some(record) = self.stored_record(key)? else { return Ok(None) };
        let objects = record.objects.iter().all(|object| self.contains(object));
        let whole = objects && record.trees.iter().all(|tree| self.contains_tree(tree));
        Ok(whole.then_some(record))
    }

    /// The outputs of the recipe of that key, from `make` unless there is a record.
    ///
    /// Whichever of all threads and processes comes first runs `make`; the others wait for it. When it
    /// fails or its process dies, the next one runs its own. `make` may build other keys, as long as no
    /// recipe needs itself.
    pub fn build<E: From<StoreError>>(
        &self,
        key: &Digest,
        make: impl FnOnce() -> Result<Record, E>,
    ) -> Result<(Record, Outcome), E> {
        if let Some(record) = self.record(key)? {
            return Ok((record, Outcome::Reused));
        }
        let _lock = FileLock::wait(&self.layout.recipe_lock(key))?;
        if let Some(record) = self.record(key)? {
            return Ok((record, Outcome::Reused));
        }
        let record = make()?;
        let path = self.layout.recipe(key);
        self.write(&path, &sealed::seal(&record, &path)?, READ_ONLY, Sync::Yes)?;
        Ok((record, Outcome::Built))
    }

    /// The record as it is stored, whether its outputs are there or not; a damaged one counts as none.
    pub(crate) fn stored_record(&self, key: &Digest) -> Result<Option<Record>, StoreError> {
        let bytes = files::read(&self.layout.recipe(key))?;
        Ok(bytes.and_then(|bytes| sealed::open(&bytes)))
    }
}
