//! The short cut of a build with nothing changed: files as `stat` sees them, and the table that they led to.

use catalogue::Workspace;
use hashing::Digest;
use plan::Seen;
use serde::{Deserialize, Serialize};
use store::Store;

use super::Hosts;
use super::build::{Line, place};
use crate::args::Global;
use crate::context;

#[derive(Deserialize, Serialize)]
struct Snapshot<L> {
    /// What was read.
    read: Digest,
    /// What was written.
    written: Digest,
    lines: L,
}

/// All that a build of the machines reads, this program included; nothing when it cannot be looked at, which the build
/// then tells.
pub(super) fn look(hosts: &Hosts, workspace: &Workspace) -> Option<Seen> {
    let mut seen = Seen::default();
    for place in [format!("hosts/{}", hosts.cluster), "images".to_owned()] {
        seen.look_below(workspace, &place).ok()?;
    }
    // A cluster may lie in another one.
    for name in workspace.names("hosts").ok()? {
        let file = format!("hosts/{name}/cluster.yaml");
        seen.look_at(&file, &workspace.path(&file));
    }
    seen.look_at("program", &std::env::current_exe().ok()?);
    Some(seen)
}

/// The table of the last build, when nothing that it read or wrote has changed.
pub(super) fn recall(hosts: &Hosts, workspace: &Workspace, global: &Global) -> Option<Vec<Line>> {
    let known = store(global)?.cache(&name(hosts, workspace))?;
    let snapshot: Snapshot<Vec<Line>> = serde_json::from_slice(&known).ok()?;
    let is_same =
        snapshot.read == look(hosts, workspace)?.digest() && snapshot.written == written(hosts, workspace)?;
    let mut lines = is_same.then_some(snapshot.lines)?;
    for line in &mut lines {
        line.status = "unchanged".into();
    }
    Some(lines)
}

/// Remembers a build. Without it the next one makes everything again, so failures do not matter.
pub(super) fn remember(hosts: &Hosts, workspace: &Workspace, global: &Global, seen: &Seen, lines: &[Line]) {
    if !seen.is_settled() {
        return;
    }
    if let (Some(store), Some(written)) = (store(global), written(hosts, workspace)) {
        let snapshot = Snapshot { read: seen.digest(), written, lines };
        if let Ok(bytes) = serde_json::to_vec(&snapshot) {
            let _ = store.set_cache(&name(hosts, workspace), &bytes);
        }
    }
}

fn store(global: &Global) -> Option<Store> {
    context::store(global).ok()
}

fn written(hosts: &Hosts, workspace: &Workspace) -> Option<Digest> {
    let mut seen = Seen::default();
    seen.look_below(workspace, &place(&hosts.cluster)).ok()?;
    Some(seen.digest())
}

/// Of this checkout, and this unit.
fn name(hosts: &Hosts, workspace: &Workspace) -> String {
    let machine = hosts.machine.as_deref().unwrap_or_default();
    let identity = format!("{}\0{}\0{machine}", workspace.root().display(), hosts.cluster);
    format!("snapshot-hosts-{}", Digest::of(identity.as_bytes()).short())
}
