//! Checking everything that a store holds.

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use hashing::Digest;

use crate::{Record, Store, StoreError, files, gc, sealed, trees};

/// Something that is not what its name says.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Bad {
    /// Where it was found. It has been moved away or removed, unless `problem` says otherwise.
    pub path: PathBuf,
    /// What is wrong with it.
    pub problem: String,
}

/// The result of a check.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VerifyReport {
    /// How many objects, trees, tools and records were checked.
    pub checked: usize,
    /// The bytes of their files.
    pub bytes: u64,
    /// What was wrong, sorted by path.
    pub bad: Vec<Bad>,
}

/// One thing to check.
enum Item {
    Object(PathBuf),
    Tree(PathBuf),
    Tool(PathBuf),
    Record(PathBuf),
    Root(PathBuf),
}

impl Store {
    /// Re-hashes everything, on all processors. What is wrong is moved to `corrupt` or removed, so that the
    /// next build makes it anew; roots are only reported, because nothing can.
    pub fn verify(&self) -> Result<VerifyReport, StoreError> {
        let items = self.items()?;
        let next = AtomicUsize::new(0);
        let report = Mutex::new(VerifyReport { checked: items.len(), ..VerifyReport::default() });
        let work = || -> Result<(), StoreError> {
            while let Some(item) = items.get(next.fetch_add(1, Ordering::Relaxed)) {
                let bytes = files::usage(item.path())?.bytes;
                let bad = self.check(item)?;
                let mut report = report.lock().unwrap_or_else(PoisonError::into_inner);
                report.bytes += bytes;
                report.bad.extend(bad.map(|problem| Bad { path: item.path().to_owned(), problem }));
            }
            Ok(())
        };
        thread::scope(|scope| {
            let threads = thread::available_parallelism().map_or(1, usize::from);
            let workers: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
            let mine = work();
            let theirs = workers.into_iter().map(|worker| worker.join().unwrap_or(Ok(())));
            theirs.fold(mine, Result::and)
        })?;
        let mut report = report.into_inner().unwrap_or_else(PoisonError::into_inner);
        report.bad.sort();
        Ok(report)
    }

    fn items(&self) -> Result<Vec<Item>, StoreError> {
        let directory = |name| self.layout.directory(name);
        let mut items = Vec::new();
        items.extend(gc::fanned_out(&directory("objects"))?.into_iter().map(Item::Object));
        items.extend(files::list(&directory("trees"))?.into_iter().map(Item::Tree));
        items.extend(files::list(&directory("tools"))?.into_iter().map(Item::Tool));
        items.extend(gc::fanned_out(&directory("recipes"))?.into_iter().map(Item::Record));
        items.extend(files::list(&directory("roots"))?.into_iter().map(Item::Root));
        Ok(items)
    }

    /// What is wrong with one thing, if anything.
    fn check(&self, item: &Item) -> Result<Option<String>, StoreError> {
        match item {
            Item::Root(path) => {
                let whole =
                    files::read(path)?.is_none_or(|bytes| sealed::open::<crate::Root>(&bytes).is_some());
                Ok((!whole).then(|| "the root is damaged, and stays where it is".to_owned()))
            }
            Item::Object(path) | Item::Tool(path) | Item::Tree(path) | Item::Record(path) => {
                let Some(digest) = gc::named(path) else {
                    return Ok(Some("its name is no digest; garbage collection removes it".to_owned()));
                };
                match item {
                    Item::Tree(_) => self.check_tree(path, &digest),
                    Item::Record(_) => check_record(path),
                    _ => self.check_file(path, &digest),
                }
            }
        }
    }

    fn check_file(&self, path: &Path, digest: &Digest) -> Result<Option<String>, StoreError> {
        match files::hash(path)? {
            Some((found, _)) if found != *digest => {
                let moved = self.quarantine(digest, path)?;
                let stays = if moved.is_none() { ", and could not be moved away" } else { "" };
                Ok(Some(format!("its content is `{found}`{stays}")))
            }
            _ => Ok(None),
        }
    }

    fn check_tree(&self, path: &Path, digest: &Digest) -> Result<Option<String>, StoreError> {
        if trees::is_tree(path, digest)? {
            return Ok(None);
        }
        self.remove_torn(digest, path)?;
        Ok(Some("its files are not those of the tree".to_owned()))
    }
}

impl Item {
    fn path(&self) -> &Path {
        match self {
            Self::Object(path)
            | Self::Tree(path)
            | Self::Tool(path)
            | Self::Record(path)
            | Self::Root(path) => path,
        }
    }
}

/// A damaged record counts as none already; removing it only tidies up.
fn check_record(path: &Path) -> Result<Option<String>, StoreError> {
    let whole = files::read(path)?.is_none_or(|bytes| sealed::open::<Record>(&bytes).is_some());
    if whole {
        return Ok(None);
    }
    files::remove_all(path)?;
    Ok(Some("the record is damaged".to_owned()))
}
