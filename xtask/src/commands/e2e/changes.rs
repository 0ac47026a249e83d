//! The first release, and the changes that follow it.

use std::fs;
use std::path::Path;
use std::thread;

use catalogue::Workspace;
use diag::Diagnostic;
use plan::Report as Built;
use prove::{Assertions, Change, Clock, Edit, Section};

use super::stage::Stage;
use super::wanted::Wanted;
use super::{Args, built_of, invariants};
use crate::copy::copy;
use crate::error::CliError;

/// Where a copy of the workspace lies, below the state directory.
const COPY: &str = "workspace";
/// What a release is built from.
const PARTS: [&str; 6] = ["Cargo.toml", "inputs.lock", "hosts", "images", "platform", "apps"];

/// Delivers the first release, and unless only some of its units are wanted all changes.
pub(super) fn run(
    stage: &Stage<'_>,
    built: &Built,
    wanted: &Wanted,
    args: &Args,
) -> Result<Vec<Section>, CliError> {
    let described = described(stage)?;
    let clock = Clock::start();
    stage.publish(built)?;
    stage.follow()?;
    let mut first = stage.watch("install", clock, wanted, None)?;
    let outcomes = stage.look(&described.assertions, &first.timeline, false);
    first.outcomes.extend(outcomes);
    first.outcomes.push(invariants::no_secrets(wanted));
    let mut sections = vec![first];
    let go_on = args.units.is_empty() && sections.iter().all(Section::holds);
    let copy = stage.session.state.join(COPY);
    let mut before = None;
    let changes = described.changes.iter().filter(|change| change.fault.is_none() || args.faults);
    for (number, change) in changes.enumerate().filter(|_| go_on) {
        if process::interrupted() {
            break;
        }
        if number == 0 {
            copy_parts(stage.session.workspace.root(), &copy)?;
        }
        let (section, now) =
            deliver(stage, change, &copy, number, wanted, before.as_ref().unwrap_or(wanted))?;
        sections.push(section);
        before = Some(now);
    }
    let _ = fs::remove_dir_all(&copy);
    Ok(sections)
}

/// What `tests/e2e/<cluster>.yaml` says; nothing when there is none.
fn described(stage: &Stage<'_>) -> Result<Assertions, CliError> {
    let name = format!("tests/e2e/{}.yaml", stage.session.spec.name);
    let path = stage.session.workspace.root().join(&name);
    if !path.exists() {
        return Ok(Assertions::default());
    }
    let text = fs::read_to_string(&path).map_err(|error| CliError::environment(&error, &name))?;
    Assertions::parse(&name, text).map_err(CliError::inputs)
}

fn deliver(
    stage: &Stage<'_>,
    change: &Change,
    copy: &Path,
    number: usize,
    first: &Wanted,
    before: &Wanted,
) -> Result<(Section, Wanted), CliError> {
    let session = stage.session;
    for edit in &change.edits {
        apply(copy, change, edit)?;
    }
    let (clock, now) = if change.rollback {
        let clock = Clock::start();
        stage.rollback()?;
        (clock, first.clone())
    } else {
        let workspace = Workspace::at(copy);
        let built = built_of(session.global, session.printer, &workspace, session.store, session.spec)?;
        let now = Wanted::of(session.store, &built, &[], stage.engine)?;
        let clock = Clock::start();
        stage.publish(&built)?;
        (clock, now)
    };
    let token = format!("change-{number}");
    let broken = change.broken.as_ref();
    let mut section = thread::scope(|scope| {
        // What it does is seen even where the engine would not look by itself for a minute.
        stage.notify(&token)?;
        let trouble = change.fault.map(|fault| scope.spawn(move || stage.trouble(fault)));
        let section = stage.watch(&change.name, clock, &now, broken);
        trouble.and_then(|trouble| trouble.join().ok()).unwrap_or(Ok(()))?;
        section
    })?;
    if let Some(expected) = &change.changed {
        section.outcomes.push(invariants::only(expected, before, &now));
    }
    if broken.is_none() {
        section.outcomes.push(invariants::nothing_left(&stage.client, before, &now));
    }
    let outcomes = stage.look(&change.assertions, &section.timeline, broken.is_some());
    section.outcomes.extend(outcomes);
    if broken.is_some() {
        stage.give_up()?;
    }
    Ok((section, now))
}

fn apply(copy: &Path, change: &Change, edit: &Edit) -> Result<(), CliError> {
    let path = copy.join(&edit.file);
    let failed = |error: std::io::Error| CliError::environment(&error, &edit.file);
    let text = fs::read_to_string(&path).map_err(failed)?;
    let Some(text) = edit.apply(&text) else {
        let message = format!("change `{}`: `{}` has no text `{}`", change.name, edit.file, edit.from);
        return Err(CliError::input(Diagnostic::error(message).hint("bring the edit along with the file")));
    };
    fs::write(&path, text).map_err(failed)
}

/// Copies what a release is built from.
fn copy_parts(from: &Path, to: &Path) -> Result<(), CliError> {
    let failed = |error: std::io::Error| CliError::environment(&error, &to.display().to_string());
    if to.exists() {
        fs::remove_dir_all(to).map_err(failed)?;
    }
    for part in PARTS.map(|part| (from.join(part), to.join(part))) {
        if part.0.exists() {
            copy(&part.0, &part.1).map_err(failed)?;
        }
    }
    Ok(())
}
