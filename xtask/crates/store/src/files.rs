//! Files and directories, as the store wants them.

use std::fs::{self, File, Permissions};
use std::io::{self, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use hashing::{Digest, Hasher};
use tempfile::NamedTempFile;

use crate::{StoreError, Usage};

/// Mode of every file but executable ones.
pub(crate) const READ_ONLY: u32 = 0o444;
/// Mode of tools, and of executable files of trees.
pub(crate) const EXECUTABLE: u32 = 0o555;
/// Mode of directories.
const DIRECTORY: u32 = 0o755;

/// Whether a file must be on the disk before it gets its name.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sync {
    Yes,
    No,
}

/// Creates a directory, and those above it, unless it is there.
pub(crate) fn make_directory(path: &Path) -> Result<(), StoreError> {
    match fs::create_dir(path) {
        Ok(()) => set_mode(path, DIRECTORY),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let above = path.parent().ok_or_else(|| StoreError::io("create", path)(error))?;
            make_directory(above)?;
            make_directory(path)
        }
        Err(error) => Err(StoreError::io("create", path)(error)),
    }
}

fn set_mode(path: &Path, mode: u32) -> Result<(), StoreError> {
    fs::set_permissions(path, Permissions::from_mode(mode)).map_err(StoreError::io("set the mode of", path))
}

/// Writes a new file that needs no crash safety of its own, because its directory gets its name later.
pub(crate) fn write_new(path: &Path, content: &[u8], mode: u32) -> Result<(), StoreError> {
    let mut file = File::create_new(path).map_err(StoreError::io("create", path))?;
    file.write_all(content).map_err(StoreError::io("write", path))?;
    file.set_permissions(Permissions::from_mode(mode)).map_err(StoreError::io("set the mode of", path))
}

/// Gives a finished temporary file its name; a file that has that name already is replaced.
pub(crate) fn publish(file: NamedTempFile, path: &Path, mode: u32, sync: Sync) -> Result<(), StoreError> {
    let temporary = file.as_file();
    temporary
        .set_permissions(Permissions::from_mode(mode))
        .map_err(StoreError::io("set the mode of", file.path()))?;
    if sync == Sync::Yes {
        temporary.sync_all().map_err(StoreError::io("sync", file.path()))?;
    }
    match file.persist(path) {
        Ok(_) => Ok(()),
        Err(failed) if failed.error.kind() == io::ErrorKind::NotFound => {
            if let Some(directory) = path.parent() {
                make_directory(directory)?;
            }
            failed
                .file
                .persist(path)
                .map_err(|failed| StoreError::io("rename a file to", path)(failed.error))?;
            Ok(())
        }
        Err(failed) => Err(StoreError::io("rename a file to", path)(failed.error)),
    }
}

/// Makes the names in a directory survive a crash of the machine.
pub(crate) fn sync_directory(path: &Path) -> Result<(), StoreError> {
    let directory = File::open(path).map_err(StoreError::io("open", path))?;
    directory.sync_all().map_err(StoreError::io("sync", path))
}

/// The content of a file; `None` when there is none.
pub(crate) fn read(path: &Path) -> Result<Option<Vec<u8>>, StoreError> {
    match fs::read(path) {
        Ok(content) => Ok(Some(content)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(StoreError::io("read", path)(error)),
    }
}

/// Digest and length of a file; `None` when there is none.
pub(crate) fn hash(path: &Path) -> Result<Option<(Digest, u64)>, StoreError> {
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(StoreError::io("read", path)(error)),
    };
    let mut hasher = Hasher::new();
    let length = io::copy(&mut file, &mut hasher).map_err(StoreError::io("read", path))?;
    Ok(Some((hasher.finish(), length)))
}

/// What is in a directory, sorted; nothing when there is none.
pub(crate) fn list(path: &Path) -> Result<Vec<PathBuf>, StoreError> {
    let entries = match fs::read_dir(path) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(StoreError::io("list", path)(error)),
    };
    let paths: io::Result<Vec<PathBuf>> = entries.map(|entry| Ok(entry?.path())).collect();
    let mut paths = paths.map_err(StoreError::io("list", path))?;
    paths.sort();
    Ok(paths)
}

/// Files below a path, or the one at it, and their bytes.
pub(crate) fn usage(path: &Path) -> Result<Usage, StoreError> {
    let metadata = match fs::symlink_metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Usage::default()),
        Err(error) => return Err(StoreError::io("inspect", path)(error)),
    };
    if !metadata.is_dir() {
        return Ok(Usage { files: 1, bytes: metadata.len() });
    }
    let mut total = Usage::default();
    for inner in list(path)? {
        total += usage(&inner)?;
    }
    Ok(total)
}

/// Removes a file, or a directory with everything in it, even below directories that may not be
/// written; nothing when there is none.
pub(crate) fn remove_all(path: &Path) -> Result<(), StoreError> {
    match remove(path) {
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            make_writable(path);
            remove(path)
        }
        removed => removed,
    }
    .map_err(StoreError::io("remove", path))
}

fn remove(path: &Path) -> io::Result<()> {
    let removed = match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(error) => Err(error),
    };
    match removed {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
}

/// Programs make caches read-only, Go its modules for one. A failure shows when removing fails again.
fn make_writable(path: &Path) {
    if !fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_dir()) {
        return;
    }
    let _ = set_mode(path, DIRECTORY);
    for inner in list(path).unwrap_or_default() {
        make_writable(&inner);
    }
}
