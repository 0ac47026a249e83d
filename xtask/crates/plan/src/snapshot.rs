//! The short cut of a build with nothing changed: the files of the workspace as `stat` sees them, and the report
//! that they led to.
//!
//! The digest covers path, size, times and inode of everything below the places that a build reads. Like git's
//! index, a snapshot is not trusted when a file is as young as the snapshot itself: two writes within one tick of
//! the clock look alike.

use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use catalogue::{Workspace, WorkspaceError};
use hashing::{Digest, Hasher};
use serde::{Deserialize, Serialize};
use store::Store;

use crate::recipe::BUILDER;
use crate::report::Report;
use crate::target;

/// Coarser than the clock of any file system in use.
const TICK: Duration = Duration::from_millis(20);

/// The places that a build reads.
const PLACES: [&str; 2] = ["platform", "apps"];

#[derive(Deserialize, Serialize)]
struct Snapshot {
    files: Digest,
    blobs: Vec<Digest>,
    report: Report,
}

/// The files of a workspace at one moment.
pub(crate) struct Seen {
    files: Digest,
    youngest: SystemTime,
}

/// Looks at every file that a build of a cluster could read.
pub(crate) fn look(workspace: &Workspace, cluster: &str) -> Result<Seen, WorkspaceError> {
    let mut hasher = Hasher::new();
    let mut youngest = UNIX_EPOCH;
    let mut add = |path: &str, metadata: &std::fs::Metadata| {
        hasher.update(path.as_bytes());
        for number in [metadata.size(), metadata.ino(), u64::from(metadata.mode())] {
            hasher.update(&number.to_le_bytes());
        }
        for number in [metadata.mtime(), metadata.mtime_nsec(), metadata.ctime(), metadata.ctime_nsec()] {
            hasher.update(&number.to_le_bytes());
        }
        let changed = UNIX_EPOCH
            + Duration::new(metadata.ctime().unsigned_abs(), 0)
            + Duration::from_nanos(metadata.ctime_nsec().unsigned_abs());
        youngest = youngest.max(changed);
    };
    let hosts = format!("hosts/{cluster}");
    for place in PLACES.iter().copied().chain([hosts.as_str()]) {
        workspace.walk(place, &mut |walked| add(&walked.path, &walked.metadata))?;
    }
    if let Ok(metadata) = std::fs::metadata(workspace.path("inputs.lock")) {
        add("inputs.lock", &metadata);
    }
    Ok(Seen { files: hasher.finish(), youngest })
}

/// The report of the last build, if nothing that it read or wrote has changed.
pub(crate) fn recall(
    store: &Store,
    workspace: &Workspace,
    name: &str,
    place: &str,
    seen: &Seen,
) -> Option<Report> {
    let snapshot: Snapshot = serde_json::from_slice(&store.cache(name)?).ok()?;
    let intact = snapshot.files == seen.files
        && snapshot.blobs.iter().all(|digest| store.contains(digest))
        && target::is_complete(workspace.root(), place, &snapshot.blobs);
    intact.then_some(snapshot.report)
}

/// Remembers a build.
#[allow(
    clippy::disallowed_methods,
    reason = "whether a file is as young as the snapshot cannot be told without the clock; it reaches no output"
)]
pub(crate) fn remember(store: &Store, name: &str, seen: &Seen, blobs: Vec<Digest>, report: &Report) {
    if seen.youngest + TICK >= SystemTime::now() {
        return;
    }
    let snapshot = Snapshot { files: seen.files, blobs, report: report.clone() };
    if let Ok(bytes) = serde_json::to_vec(&snapshot) {
        // A snapshot is a short cut only; without it the next build computes its recipes.
        let _ = store.set_cache(name, &bytes);
    }
}

/// What the snapshot of the build to a place in this checkout is called.
pub(crate) fn name(root: &Path, place: &str, strict: bool) -> String {
    let identity = format!("{}\0{place}\0{strict}\0{BUILDER}", root.display());
    format!("snapshot-{}", Digest::of(identity.as_bytes()).short())
}
