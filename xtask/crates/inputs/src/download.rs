//! Downloads: each is made once, however many pins are cut from it.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use hashing::Digest;
use store::{Scratch, Store};

use crate::SourceError;

/// The outcome of a download, for all who want it.
type Outcome = Result<PathBuf, Arc<SourceError>>;

/// All downloads of one [`Fetcher`](crate::Fetcher).
///
/// A file that is being received is `downloads/<digest of what it is>` of the store, where a later process
/// goes on with it; a lock beside it lets one process at a time do so. Once complete it is this
/// process's own and goes away with it.
pub(crate) struct Downloads<'a> {
    store: &'a Store,
    scratch: Mutex<Option<Scratch>>,
    slots: Mutex<BTreeMap<String, Arc<Mutex<Option<Outcome>>>>>,
}

/// Where one download may write.
pub(crate) struct Room {
    /// A file that outlives this process, to be resumed.
    pub(crate) resumed: PathBuf,
    /// An empty directory of its own, for programs.
    pub(crate) directory: PathBuf,
}

impl<'a> Downloads<'a> {
    pub(crate) fn new(store: &'a Store) -> Self {
        Self { store, scratch: Mutex::default(), slots: Mutex::default() }
    }

    /// The file that is `what`, made by `download` if this is the first time it is asked for. A failure is
    /// remembered as well: a server that is down is not asked again for each pin.
    pub(crate) fn get(
        &self,
        what: &str,
        download: impl FnOnce(&Room) -> Result<PathBuf, SourceError>,
    ) -> Outcome {
        let slot = Arc::clone(locked(&self.slots).entry(what.to_owned()).or_default());
        let mut outcome = locked(&slot);
        outcome.get_or_insert_with(|| self.make(what, download).map_err(Arc::new)).clone()
    }

    fn make(
        &self,
        what: &str,
        download: impl FnOnce(&Room) -> Result<PathBuf, SourceError>,
    ) -> Result<PathBuf, SourceError> {
        let name = Digest::of(what.as_bytes()).hex();
        let directory = self.scratch()?.join(&name);
        fs::create_dir_all(&directory).map_err(SourceError::file(&directory, "make"))?;
        let resumed = self.store.downloads().join(&name);
        let beside = resumed.with_extension("lock");
        let lock = File::create(&beside).map_err(SourceError::file(&beside, "make"))?;
        lock.lock().map_err(SourceError::file(&beside, "lock"))?;
        let room = Room { resumed, directory };
        let file = download(&room)?;
        if file != room.resumed {
            return Ok(file);
        }
        let own = room.directory.join("download");
        fs::rename(&file, &own).map_err(SourceError::file(&file, "move"))?;
        Ok(own)
    }

    /// This fetcher's own directory, made when it is first needed.
    fn scratch(&self) -> Result<PathBuf, SourceError> {
        let mut scratch = locked(&self.scratch);
        let made = match scratch.take() {
            Some(made) => made,
            None => self.store.scratch()?,
        };
        Ok(scratch.insert(made).path().to_owned())
    }

    /// A directory for a program that downloads nothing.
    pub(crate) fn aside(&self, name: &str) -> Result<PathBuf, SourceError> {
        let directory = self.scratch()?.join(name);
        fs::create_dir_all(&directory).map_err(SourceError::file(&directory, "make"))?;
        Ok(directory)
    }
}

/// The first file in `directory` whose name ends so: what a client has downloaded.
pub(crate) fn only_file(directory: &Path, end: &str, what: &str) -> Result<PathBuf, SourceError> {
    let entries = fs::read_dir(directory).map_err(SourceError::file(directory, "list"))?;
    let mut files: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.to_string_lossy().ends_with(end) && path.is_file())
        .collect();
    files.sort();
    files.into_iter().next().ok_or_else(|| SourceError::Answer {
        what: what.to_owned(),
        reason: format!("the client ended well but left no `*{end}` file"),
    })
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
