//! Locks between processes: `flock(2)`, which the kernel releases when the holder dies.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::StoreError;

/// A lock on a file that exists for nothing else, held until it is dropped.
pub(crate) struct FileLock {
    path: PathBuf,
    /// Closing the file releases the lock.
    _file: File,
}

impl FileLock {
    /// Waits for the lock of the file at `path`, which is created if need be.
    pub(crate) fn wait(path: &Path) -> Result<Self, StoreError> {
        loop {
            let file = open(path)?;
            file.lock().map_err(StoreError::io("lock", path))?;
            if still_named(&file, path)? {
                return Ok(Self { path: path.to_owned(), _file: file });
            }
        }
    }
}

impl Drop for FileLock {
    /// Removes the file while the lock is still held: whoever waits for it will find that it has no
    /// name any more, and make a new one.
    fn drop(&mut self) {
        // A file that stays is in nobody's way, and garbage collection removes it.
        let _ = fs::remove_file(&self.path);
    }
}

/// Opens a file for locking, and creates it if need be.
pub(crate) fn open(path: &Path) -> Result<File, StoreError> {
    let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path);
    file.map_err(StoreError::io("open", path))
}

/// How often, and with what pause, a store that is being collected is asked for again: five seconds in all.
const TRIES: u32 = 100;
const PAUSE: Duration = Duration::from_millis(50);

/// Takes the shared lock of a store, patiently but not for ever: a holder that hangs must be told of.
pub(crate) fn share(file: &File, path: &Path, root: &Path) -> Result<(), StoreError> {
    for _ in 0..TRIES {
        match file.try_lock_shared() {
            Ok(()) => return Ok(()),
            Err(TryLockError::WouldBlock) => std::thread::sleep(PAUSE),
            Err(TryLockError::Error(error)) => return Err(StoreError::io("lock", path)(error)),
        }
    }
    Err(StoreError::Locked { root: root.to_owned() })
}

/// Whether the open `file` is still what `path` names.
pub(crate) fn still_named(file: &File, path: &Path) -> Result<bool, StoreError> {
    let open = file.metadata().map_err(StoreError::io("inspect", path))?;
    match fs::metadata(path) {
        Ok(named) => Ok((open.dev(), open.ino()) == (named.dev(), named.ino())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(StoreError::io("inspect", path)(error)),
    }
}
