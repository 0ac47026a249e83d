//! The directory that outlives a run: the lock, and the daemon's own files where one is started here.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use crate::KindError;

/// The state directory, held by this process alone.
#[derive(Debug)]
pub struct State {
    path: PathBuf,
    _lock: File,
}

impl State {
    /// Takes the directory; it is made where there is none. Fails at once when another process holds it.
    pub fn take(path: &Path) -> Result<Self, KindError> {
        fs::create_dir_all(path).map_err(KindError::io("make", path))?;
        let file = path.join("lock");
        let lock = File::create(&file).map_err(KindError::io("open", &file))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path: path.to_owned(), _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(KindError::Busy { path: file }),
            Err(TryLockError::Error(source)) => Err(KindError::Io { action: "lock", path: file, source }),
        }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes a file below it.
    pub(crate) fn write(&self, name: &str, text: &str) -> Result<PathBuf, KindError> {
        let path = self.path.join(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(KindError::io("make", parent))?;
        }
        fs::write(&path, text).map_err(KindError::io("write", &path))?;
        Ok(path)
    }
}
