//! The directory below `tmp` of one process, and scratch directories in it.

use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tempfile::NamedTempFile;

use crate::{StoreError, files, locks};

/// How the directories' names start.
const PREFIX: &str = "run-";

/// A directory for what is not finished. The process holds a lock on it, by which others see that it
/// lives; it is removed with everything in it when it is no longer used.
pub(crate) struct Session {
    path: PathBuf,
    _lock: File,
}

impl Session {
    /// Makes a directory below `tmp`.
    pub(crate) fn start(tmp: &Path) -> Result<Self, StoreError> {
        loop {
            let directory = tempfile::Builder::new()
                .prefix(PREFIX)
                .tempdir_in(tmp)
                .map_err(StoreError::io("create a directory in", tmp))?;
            let path = directory.keep();
            // Between its creation and its lock, another process may take it for a dead one's.
            let lock = match File::open(&path) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                opened => opened.map_err(StoreError::io("open", &path))?,
            };
            match lock.try_lock() {
                Ok(()) if locks::still_named(&lock, &path)? => return Ok(Self { path, _lock: lock }),
                Ok(()) | Err(TryLockError::WouldBlock) => {}
                Err(TryLockError::Error(error)) => return Err(StoreError::io("lock", &path)(error)),
            }
        }
    }

    /// A new file to write to, removed unless it is given a name.
    pub(crate) fn file(&self) -> Result<NamedTempFile, StoreError> {
        NamedTempFile::new_in(&self.path).map_err(StoreError::io("create a file in", &self.path))
    }

    /// A new directory.
    pub(crate) fn directory(self: &Arc<Self>) -> Result<Scratch, StoreError> {
        let directory =
            tempfile::tempdir_in(&self.path).map_err(StoreError::io("create a directory in", &self.path))?;
        Ok(Scratch { path: directory.keep(), _session: Arc::clone(self) })
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // What stays is removed by the next process that opens the store.
        let _ = files::remove_all(&self.path);
    }
}

/// A directory of the caller's own, empty at first, removed with everything in it when dropped.
pub struct Scratch {
    path: PathBuf,
    _session: Arc<Session>,
}

impl Scratch {
    /// Where it is: an absolute path.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // The session's end removes what stays.
        let _ = files::remove_all(&self.path);
    }
}

/// Removes what dead processes have left below `tmp`; gives the number of things and their bytes.
pub(crate) fn clean(tmp: &Path) -> Result<(usize, u64), StoreError> {
    let (mut count, mut bytes) = (0, 0);
    for path in files::list(tmp)? {
        // The lock is held until the directory is gone, so that nobody moves in.
        let Some(_lock) = lock_dead(&path)? else { continue };
        bytes += files::usage(&path)?.bytes;
        files::remove_all(&path)?;
        count += 1;
    }
    Ok((count, bytes))
}

/// The lock of what a dead process has left; `None` when its process lives, or it is gone.
fn lock_dead(path: &Path) -> Result<Option<File>, StoreError> {
    let lock = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        opened => opened.map_err(StoreError::io("open", path))?,
    };
    match lock.try_lock() {
        Ok(()) => Ok(Some(lock)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(StoreError::io("lock", path)(error)),
    }
}
