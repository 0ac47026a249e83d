//! The short cut of a build with nothing changed: the files of the workspace as `stat` sees them, and the report
//! that they led to. [`Seen`] tells when a snapshot is trusted.

use std::path::Path;

use catalogue::{Workspace, WorkspaceError};
use hashing::Digest;
use serde::{Deserialize, Serialize};
use store::Store;

use crate::recipe::BUILDER;
use crate::report::Report;
use crate::seen::Seen;
use crate::target;

/// The places that a build reads.
const PLACES: [&str; 2] = ["platform", "apps"];

#[derive(Deserialize, Serialize)]
struct Snapshot {
    files: Digest,
    blobs: Vec<Digest>,
    report: Report,
}

/// Looks at every file that a build of a cluster could read.
pub(crate) fn look(workspace: &Workspace, cluster: &str) -> Result<Seen, WorkspaceError> {
    let mut seen = Seen::default();
    let hosts = format!("hosts/{cluster}");
    for place in PLACES.iter().copied().chain([hosts.as_str()]) {
        seen.look_below(workspace, place)?;
    }
    seen.look_at("inputs.lock", &workspace.path("inputs.lock"));
    Ok(seen)
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
    let intact = snapshot.files == seen.digest()
        && snapshot.blobs.iter().all(|digest| store.contains(digest))
        && target::is_complete(workspace.root(), place, &snapshot.blobs);
    intact.then_some(snapshot.report)
}

/// Remembers a build.
pub(crate) fn remember(store: &Store, name: &str, seen: &Seen, blobs: Vec<Digest>, report: &Report) {
    if !seen.is_settled() {
        return;
    }
    let snapshot = Snapshot { files: seen.digest(), blobs, report: report.clone() };
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
