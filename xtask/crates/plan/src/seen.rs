//! Files as `stat` sees them.

use std::fs::Metadata;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use catalogue::{Workspace, WorkspaceError};
use hashing::{Digest, Hasher};

/// Coarser than the clock of any file system in use.
const TICK: Duration = Duration::from_millis(20);

/// Files at one moment: path, size, times and inode of each, but not what they hold.
///
/// Like git's index, it is not trusted when a file is as young as itself: two writes within one tick of the clock look
/// alike.
pub struct Seen {
    hasher: Hasher,
    youngest: SystemTime,
}

impl Default for Seen {
    fn default() -> Self {
        Self { hasher: Hasher::new(), youngest: UNIX_EPOCH }
    }
}

impl Seen {
    /// Looks at everything below a directory of a workspace.
    ///
    /// # Errors
    ///
    /// When a directory cannot be listed, or a link leads out of the workspace.
    pub fn look_below(&mut self, workspace: &Workspace, place: &str) -> Result<(), WorkspaceError> {
        workspace.walk(place, &mut |walked| self.add(&walked.path, &walked.metadata))
    }

    /// Looks at one file, called `name` here; one that is not there counts as such.
    pub fn look_at(&mut self, name: &str, path: &Path) {
        if let Ok(metadata) = std::fs::metadata(path) {
            self.add(name, &metadata);
        }
    }

    /// All that was seen.
    pub fn digest(&self) -> Digest {
        self.hasher.clone().finish()
    }

    /// Whether every file is old enough to be told from a later one by its times.
    #[allow(
        clippy::disallowed_methods,
        reason = "whether a file is as young as this cannot be told without the clock; it reaches no output"
    )]
    pub fn is_settled(&self) -> bool {
        self.youngest + TICK < SystemTime::now()
    }

    fn add(&mut self, path: &str, metadata: &Metadata) {
        self.hasher.update(path.as_bytes());
        for number in [metadata.size(), metadata.ino(), u64::from(metadata.mode())] {
            self.hasher.update(&number.to_le_bytes());
        }
        for number in [metadata.mtime(), metadata.mtime_nsec(), metadata.ctime(), metadata.ctime_nsec()] {
            self.hasher.update(&number.to_le_bytes());
        }
        let changed = UNIX_EPOCH
            + Duration::new(metadata.ctime().unsigned_abs(), 0)
            + Duration::from_nanos(metadata.ctime_nsec().unsigned_abs());
        self.youngest = self.youngest.max(changed);
    }
}
