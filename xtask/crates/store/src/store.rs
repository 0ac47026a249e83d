//! The store itself: opening it.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hashing::Digest;

use crate::files::{self, Sync};
use crate::layout::{DIRECTORIES, Layout};
use crate::session::{self, Scratch, Session};
use crate::{StoreError, locks};

/// The layout that this program writes and reads.
const VERSION: u64 = 1;
/// Other entries at the store's top; the last one is there when it is a file system of its own.
const OTHERS: [&str; 3] = ["lock", "version", "lost+found"];

/// An open store. It may be used by many threads at once; see the crate's description for what it
/// guarantees to other processes.
pub struct Store {
    pub(crate) layout: Layout,
    /// The file whose lock is held shared as long as the store is open.
    pub(crate) lock: File,
    session: Mutex<Option<Arc<Session>>>,
    /// Objects, trees and tools that this process has written or checked.
    pub(crate) sound_objects: Known,
    pub(crate) sound_trees: Known,
    pub(crate) sound_tools: Known,
}

impl Store {
    /// Opens the store in directory `root`, and creates it if need be.
    ///
    /// Waits some seconds while garbage is collected, then fails with [`StoreError::Locked`]. Also fails when the directory cannot be written
    /// ([`StoreError::is_read_only`]), belongs to a newer version, or is something else than a store.
    pub fn open(root: &Path) -> Result<Self, StoreError> {
        let root = std::path::absolute(root).map_err(StoreError::io("find", root))?;
        files::make_directory(&root)?;
        let layout = Layout { root };
        // A newer layout may have other entries, and another way to lock: its version comes first.
        layout.check_version()?;
        refuse_foreign(&layout.root)?;
        let lock = locks::open(&layout.lock())?;
        locks::share(&lock, &layout.lock(), &layout.root)?;
        let store = Self {
            layout,
            lock,
            session: Mutex::default(),
            sound_objects: Known::default(),
            sound_trees: Known::default(),
            sound_tools: Known::default(),
        };
        for directory in DIRECTORIES {
            files::make_directory(&store.layout.directory(directory))?;
        }
        session::clean(&store.layout.tmp())?;
        let version = store.layout.version();
        if !version.exists() {
            store.write(&version, format!("{VERSION}\n").as_bytes(), files::READ_ONLY, Sync::Yes)?;
        }
        Ok(store)
    }

    /// The store's directory: an absolute path.
    pub fn path(&self) -> &Path {
        &self.layout.root
    }

    /// Where unfinished downloads are kept, to be resumed. Garbage collection removes them.
    pub fn downloads(&self) -> PathBuf {
        self.layout.directory("downloads")
    }

    /// A new directory for work in progress, removed when dropped.
    pub fn scratch(&self) -> Result<Scratch, StoreError> {
        self.session()?.directory()
    }

    /// The directory of this process's unfinished files, made when it is first needed.
    pub(crate) fn session(&self) -> Result<Arc<Session>, StoreError> {
        let mut session = self.session.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(session) = &*session {
            return Ok(Arc::clone(session));
        }
        let started = Arc::new(Session::start(&self.layout.tmp())?);
        *session = Some(Arc::clone(&started));
        Ok(started)
    }

    /// Writes a file at `path`, completely or not at all.
    pub(crate) fn write(&self, path: &Path, content: &[u8], mode: u32, sync: Sync) -> Result<(), StoreError> {
        let mut file = self.session()?.file()?;
        file.write_all(content).map_err(StoreError::io("write", file.path()))?;
        files::publish(file, path, mode, sync)
    }
}

impl Layout {
    /// Refuses a store of a newer version, and one whose version is not known.
    fn check_version(&self) -> Result<(), StoreError> {
        let path = self.version();
        let Some(bytes) = files::read(&path)? else { return Ok(()) };
        let text = String::from_utf8_lossy(&bytes);
        let found = text.trim_end().parse().map_err(|_| StoreError::Damaged {
            path,
            detail: format!("it should hold the store's version, which is `{VERSION}`"),
        })?;
        if found > VERSION {
            return Err(StoreError::NewerVersion { root: self.root.clone(), found, known: VERSION });
        }
        Ok(())
    }
}

/// Garbage collection removes files: a directory that holds anything but a store is never opened.
fn refuse_foreign(root: &Path) -> Result<(), StoreError> {
    for path in files::list(root)? {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if !DIRECTORIES.contains(&name.as_str()) && !OTHERS.contains(&name.as_str()) {
            return Err(StoreError::NotAStore { root: root.to_owned(), entry: name });
        }
    }
    Ok(())
}

/// Digests of things whose content this process knows to be right.
#[derive(Default)]
pub(crate) struct Known(Mutex<BTreeSet<Digest>>);

impl Known {
    pub(crate) fn has(&self, digest: &Digest) -> bool {
        self.set().contains(digest)
    }

    pub(crate) fn add(&self, digest: Digest) {
        self.set().insert(digest);
    }

    pub(crate) fn remove(&self, digest: &Digest) {
        self.set().remove(digest);
    }

    fn set(&self) -> MutexGuard<'_, BTreeSet<Digest>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
