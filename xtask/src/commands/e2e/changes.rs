//! The first release, and the changes that follow it.

use std::fs;
use std::path::Path;
use std::thread;

use catalogue::Workspace;
use diag::Diagnostic;
use plan::Report as Built;
use prove::{Assertions, Change, Clock, Outcome, Section, Timeline};

use super::edits::{apply, copy_parts};
use super::stage::Stage;
use super::wanted::Wanted;
use super::{Args, admission, built_of, invariants};
use crate::error::CliError;

/// Delivers the first release, and unless only some of its units are wanted all changes.
pub(super) fn run(
    stage: &Stage<'_>,
    built: &Built,
    described: &Assertions,
    wanted: &Wanted,
    args: &Args,
) -> Result<Vec<Section>, CliError> {
    let clock = Clock::start();
    stage.publish(built)?;
    let published = clock.now();
    stage.follow()?;
    let mut first = stage.watch("install", clock, wanted, None)?;
    first.timeline.published = Some(published);
    let outcomes = stage.look(&described.assertions, &first.timeline, false);
    first.outcomes.extend(outcomes);
    first.took = clock.now();
    first.outcomes.push(invariants::no_secrets(wanted));
    if first.excused.is_empty() {
        first.outcomes.push(admission::all(&stage.client, wanted));
    }
    first.outcomes.extend(invariants::of_cluster(stage, wanted, &first, false));
    let mut sections = vec![first];
    let go_on = args.units.is_empty() && !args.first && sections.iter().all(Section::holds);
    let copy = stage.session.copy();
    let mut before = None;
    let is_asked = |change: &&Change| {
        let by_name = args.changes.contains(&change.name);
        by_name || args.changes.is_empty() && (change.fault.is_none() || args.faults)
    };
    let changes = described.changes.iter().filter(is_asked);
    for (number, change) in changes.enumerate().filter(|_| go_on) {
        if process::interrupted() {
            break;
        }
        if number == 0 {
            copy_parts(stage.session.workspace.root(), &copy)?;
        }
        let former = before.as_ref().unwrap_or(wanted);
        match deliver(stage, change, &copy, number, wanted, former) {
            Ok((section, now)) => {
                sections.push(section);
                before = Some(now);
            }
            // What was proven so far is told all the same.
            Err(error) => {
                sections.push(ended(stage, &change.name, former, &error));
                break;
            }
        }
    }
    Ok(sections)
}

/// What `tests/e2e/<cluster>.yaml` says; nothing when there is none.
pub(super) fn described(workspace: &Workspace, cluster: &str, args: &Args) -> Result<Assertions, CliError> {
    let name = format!("tests/e2e/{cluster}.yaml");
    let path = workspace.root().join(&name);
    if !path.exists() {
        known(&Assertions::default(), &args.changes)?;
        return Ok(Assertions::default());
    }
    let text = fs::read_to_string(&path).map_err(|error| CliError::environment(&error, &name))?;
    let described = Assertions::parse(&name, text).map_err(CliError::inputs)?;
    known(&described, &args.changes)?;
    Ok(described)
}

/// Refuses names that no change has.
fn known(described: &Assertions, asked: &[String]) -> Result<(), CliError> {
    let names = || described.changes.iter().map(|change| change.name.as_str());
    match asked.iter().find(|asked| !names().any(|name| name == asked.as_str())) {
        None => Ok(()),
        Some(unknown) => {
            let all: Vec<String> = names().map(|name| format!("`{name}`")).collect();
            let diagnostic = Diagnostic::error(format!("there is no change `{unknown}`"));
            let hint = if all.is_empty() {
                "there are none".to_owned()
            } else {
                format!("there are {}", all.join(", "))
            };
            Err(CliError::input(diagnostic.hint(hint)))
        }
    }
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
    if change.reset {
        copy_parts(session.workspace.root(), copy)?;
    }
    for edit in &change.edits {
        apply(copy, change, edit)?;
    }
    let workspace = Workspace::at(copy);
    let release = || built_of(session.global, session.printer, &workspace, session.store, session.spec);
    if let Some(reason) = &change.refused {
        let section = refused(stage, change, reason, release().err().as_ref(), before);
        return Ok((section, before.clone()));
    }
    let (clock, published, now) = if change.rollback {
        let clock = Clock::start();
        stage.rollback()?;
        (clock, clock.now(), first.clone())
    } else {
        let built = release()?;
        let now = Wanted::of(&workspace, session.store, &built, &[], stage.engine, session.catalogue)?;
        let clock = Clock::start();
        stage.publish(&built)?;
        (clock, clock.now(), now)
    };
    let token = format!("change-{number}");
    let broken = change.broken.as_ref();
    let mut section = thread::scope(|scope| {
        // What it does is seen even where the engine would not look by itself for a minute.
        stage.notify(&token, &now, change.rollback)?;
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
    section.timeline.published = Some(published);
    let outcomes = stage.look(&change.assertions, &section.timeline, broken.is_some());
    section.outcomes.extend(outcomes);
    section.took = clock.now();
    section.outcomes.extend(invariants::of_cluster(stage, &now, &section, broken.is_some()));
    Ok((section, now))
}

/// What could not even be tried.
fn ended(stage: &Stage<'_>, name: &str, before: &Wanted, error: &CliError) -> Section {
    let outcome = Outcome {
        name: "it could be done".to_owned(),
        holds: Some(false),
        message: messages(error).join("; "),
    };
    Section { outcomes: vec![outcome], ..unchanged(stage, name, before) }
}

/// A section in which nobody publishes anything.
fn unchanged(stage: &Stage<'_>, name: &str, before: &Wanted) -> Section {
    Section {
        name: name.to_owned(),
        engine: stage.engine.name().to_owned(),
        release: before.expected.release.to_string(),
        timeline: Timeline { release: Some(0), ..Timeline::default() },
        ..Section::default()
    }
}

fn messages(error: &CliError) -> Vec<String> {
    let message = |told: &Diagnostic| match told.place() {
        Some(place) => format!("{place}: {}", told.message),
        None => told.message.clone(),
    };
    error.diagnostics.iter().map(message).collect()
}

/// A release that cannot be: the build says why, and what was there goes on.
fn refused(
    stage: &Stage<'_>,
    change: &Change,
    reason: &str,
    error: Option<&CliError>,
    before: &Wanted,
) -> Section {
    let told = error.map(messages).unwrap_or_default();
    let mut section = unchanged(stage, &change.name, before);
    section.outcomes.push(Outcome {
        name: format!("the build refuses it: `{reason}`"),
        holds: Some(told.iter().any(|told| told.contains(reason))),
        message: if told.is_empty() { "it does not".to_owned() } else { told.join("; ") },
    });
    section.outcomes.extend(stage.look(&change.assertions, &section.timeline, true));
    section
}
