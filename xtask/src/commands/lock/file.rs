//! `inputs.lock` on disk, and somebody who fetches what it names.

use std::io::{ErrorKind, Write as _};

use catalogue::Workspace;
use inputs::{Fetcher, Lock, Pin};
use plan::Event;
use serde_json::{Value, json};

use crate::args::Global;
use crate::context;
use crate::error::CliError;
use crate::printer::Printer;
use crate::progress::Progress;

/// The name of the lock, relative to the workspace.
pub(super) const LOCK: &str = "inputs.lock";

/// Runs `work` with the lock, which may not exist yet, and a fetcher.
pub(super) fn with_fetcher<T>(
    global: &Global,
    printer: &Printer,
    work: impl FnOnce(&Workspace, Lock, &Fetcher<'_>) -> Result<T, CliError>,
) -> Result<T, CliError> {
    let workspace = context::workspace(global)?;
    let lock = if workspace.is_file(LOCK) { plan::load_lock(&workspace)? } else { Lock::default() };
    let store = context::store(global)?;
    let progress = Progress::new(printer);
    let events = |event: inputs::FetchEvent<'_>| progress.tell(Event::from(event));
    let fetcher = Fetcher::new(&store, context::network(global), context::mirrors(global), &events);
    let result = work(&workspace, lock, &fetcher);
    progress.finish();
    result
}

/// Replaces the lock at once, and only when it says something else; tells whether it did.
pub(super) fn write(workspace: &Workspace, lock: &Lock) -> Result<bool, CliError> {
    let path = workspace.path(LOCK);
    let text = lock.to_text();
    match std::fs::read_to_string(&path) {
        Ok(old) if old == text => return Ok(false),
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(failed(&error)),
        _ => {}
    }
    let temporary = workspace.path(&format!("{LOCK}.{}.new", std::process::id()));
    let written = std::fs::File::create(&temporary)
        .and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_all()))
        .and_then(|()| std::fs::rename(&temporary, &path));
    written.map(|()| true).map_err(|error| {
        // It may not even exist; what counts is why it could not be written.
        let _ = std::fs::remove_file(&temporary);
        failed(&error)
    })
}

fn failed(error: &std::io::Error) -> CliError {
    CliError::environment(error, "cannot write `inputs.lock`")
}

/// A pin for programs.
pub(super) fn described(pin: &Pin, verdict: &str) -> Value {
    json!({
        "kind": pin.kind.as_str(),
        "name": pin.name,
        "version": pin.version,
        "digest": pin.digest.to_string(),
        "status": verdict,
    })
}
