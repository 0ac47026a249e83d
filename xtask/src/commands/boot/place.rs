//! The directory of a run: sockets, logs, disks that nobody keeps. It goes with the run; that of a run which was killed
//! goes when the next one starts.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use tempfile::{Builder, TempDir};

/// How its name begins.
const PREFIX: &str = "xtask-boot-";
/// The file in it that its run has locked; the lock ends with the run, however that ends.
const LOCK: &str = "lock";

/// A directory of this run alone.
pub(super) struct Place {
    directory: TempDir,
    _lock: File,
}

impl Place {
    /// Makes one, after those of killed runs are gone.
    pub(super) fn new() -> io::Result<Self> {
        // Paths of sockets are short, so it cannot lie below that of the workspace.
        let directory = Builder::new().prefix(PREFIX).tempdir()?;
        if let Some(around) = directory.path().parent() {
            sweep(around, directory.path());
        }
        let lock = File::create(directory.path().join(LOCK))?;
        lock.lock()?;
        Ok(Self { directory, _lock: lock })
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        self.directory.path()
    }
}

/// Removes the directories of runs that are over. What cannot be removed is somebody else's, or gone already.
fn sweep(around: &Path, own: &Path) {
    for entry in fs::read_dir(around).into_iter().flatten().flatten() {
        let path = entry.path();
        let is_ours = entry.file_name().to_string_lossy().starts_with(PREFIX) && path != own;
        // One without a lock is just being made.
        let lock = if is_ours { File::open(path.join(LOCK)).ok() } else { None };
        if lock.is_some_and(|lock| lock.try_lock().is_ok()) {
            let _ = fs::remove_dir_all(&path);
        }
    }
}
