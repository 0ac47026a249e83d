//! Tools: objects that can be run.
//!
//! Programs are big, so hashing one at each start would cost more than a small build does. A tool that was hashed
//! once is therefore known again by what `stat` says of it, as git knows the files of its index: whoever changes
//! the file changes its `ctime`. [`Store::verify`] always reads the bytes.

use std::fs::Metadata;
use std::os::unix::fs::MetadataExt as _;
use std::path::PathBuf;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use hashing::Digest;

use crate::files::{self, EXECUTABLE, Sync};
use crate::{Store, StoreError};

/// Coarser than the clock of any file system in use: two writes within it may look alike.
const TICK: Duration = Duration::from_millis(20);

impl Store {
    /// A file with an object's content that may be executed: an absolute path.
    ///
    /// It is a copy, because a link would share its mode with the object.
    pub fn executable(&self, digest: &Digest) -> Result<PathBuf, StoreError> {
        let path = self.layout.tool(digest);
        if self.sound_tools.has(digest) && path.is_file() {
            return Ok(path);
        }
        let before = path.symlink_metadata().ok();
        if before.as_ref().is_some_and(|metadata| self.was_sound(digest, metadata)) {
            self.sound_tools.add(*digest);
            return Ok(path);
        }
        match files::hash(&path)? {
            Some((found, _)) if found == *digest => {
                if let Some(metadata) = before {
                    self.remember_sound(digest, &metadata);
                }
            }
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

    fn was_sound(&self, digest: &Digest, metadata: &Metadata) -> bool {
        self.cache(&cache_name(digest)).is_some_and(|known| known == identity(metadata))
    }

    /// Remembers a tool as it was before it was hashed. A cache is a short cut only, so nothing is lost without it.
    #[allow(
        clippy::disallowed_methods,
        reason = "whether a file is too young to be known by its times cannot be told without the clock"
    )]
    fn remember_sound(&self, digest: &Digest, metadata: &Metadata) {
        let changed = Duration::new(metadata.ctime().unsigned_abs(), 0)
            + Duration::from_nanos(metadata.ctime_nsec().unsigned_abs());
        if UNIX_EPOCH + changed + TICK < SystemTime::now() {
            let _ = self.set_cache(&cache_name(digest), &identity(metadata));
        }
    }
}

fn cache_name(digest: &Digest) -> String {
    format!("tool-{}", digest.hex())
}

/// What tells one state of a file from another.
fn identity(metadata: &Metadata) -> Vec<u8> {
    let whole = [metadata.dev(), metadata.ino(), metadata.size(), u64::from(metadata.mode())];
    let times = [metadata.mtime(), metadata.mtime_nsec(), metadata.ctime(), metadata.ctime_nsec()];
    let whole = whole.into_iter().flat_map(u64::to_le_bytes);
    whole.chain(times.into_iter().flat_map(i64::to_le_bytes)).collect()
}
