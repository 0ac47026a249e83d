//! Tools: objects that can be run.

use std::path::PathBuf;

use hashing::Digest;

use crate::files::{self, EXECUTABLE, Sync};
use crate::{Store, StoreError};

impl Store {
    /// A file with an object's content that may be executed: an absolute path.
    ///
    /// It is checked like a tree: once in each process. It is a copy, because a link would share its mode
    /// with the object.
    pub fn executable(&self, digest: &Digest) -> Result<PathBuf, StoreError> {
        let path = self.layout.tool(digest);
        if self.sound_tools.has(digest) && path.is_file() {
            return Ok(path);
        }
        match files::hash(&path)? {
            Some((found, _)) if found == *digest => {}
            found => {
                if found.is_some() {
                    self.quarantine(digest, &path)?;
                }
                self.write(&path, &self.get(digest)?, EXECUTABLE, Sync::Yes)?;
            }
        }
        self.sound_tools.add(*digest);
        Ok(path)
    }
}
