//! What must be true of every release, whatever its cluster is for.

use std::collections::{BTreeMap, BTreeSet};
use std::thread;
use std::time::Duration;

use api::{ApiError, Client, Reference};
use prove::{Clock, Outcome, Section};
use serde_json::Value;

use super::stage::Stage;
use super::wanted::Wanted;

/// How long objects may take to go, in milliseconds: pods end, finalizers run.
const GOING: u64 = 60_000;
/// How long an engine may take to come to rest, and to put right what somebody else changed, in milliseconds.
const RESTING: u64 = 60_000;
/// Between two looks.
const LOOK: Duration = Duration::from_millis(500);
/// As many as anybody reads.
const MOST: usize = 5;

/// What an API server says of objects that somebody else has to check.
const UNASKED: &str = "failed calling webhook";

/// What must be true of a cluster after each release. Of a `broken` one nobody can say whether objects differ whose webhook
/// is down.
pub(super) fn of_cluster(
    stage: &Stage<'_>,
    wanted: &Wanted,
    section: &Section,
    broken: bool,
) -> Vec<Outcome> {
    let repeats = prove::repeats(&wanted.expected, &section.timeline);
    vec![
        settled("every delivery object reports this release", "all do", || delivered(stage, wanted, section)),
        settled("no hook and no Job is pending", "none is", || pending(stage, wanted, section)),
        no_drift(stage, wanted, section, broken),
        outcome("the engine went from the release before to this one", "it did", &repeats),
    ]
}

/// Looks until there is no complaint, or the time for it is over.
fn settled(name: &str, well: &str, mut look: impl FnMut() -> Result<Vec<String>, ApiError>) -> Outcome {
    let clock = Clock::start();
    loop {
        let complaints = look().unwrap_or_else(|error| vec![error.to_string()]);
        if complaints.is_empty() || clock.now() > RESTING || process::interrupted() {
            return outcome(name, well, &complaints);
        }
        thread::sleep(LOOK);
    }
}

fn outcome(name: &str, well: &str, complaints: &[String]) -> Outcome {
    let shown: Vec<&str> = complaints.iter().take(MOST).map(String::as_str).collect();
    let message = if shown.is_empty() { well.to_owned() } else { shown.join("; ") };
    Outcome { name: name.to_owned(), holds: Some(complaints.is_empty()), message }
}

/// Delivery objects that report another digest than that of this release, or are not healthy with it.
fn delivered(stage: &Stage<'_>, wanted: &Wanted, section: &Section) -> Result<Vec<String>, ApiError> {
    let observed = prove::observe(&stage.client, stage.engine)?;
    let mut complaints = Vec::new();
    for (object, bundle) in &wanted.expected.bundles {
        if section.excused.contains_key(&bundle.name) {
            continue;
        }
        let digest = bundle.digest.to_string();
        match observed.get(object) {
            Some(said) if said.applied == digest && said.healthy => {}
            Some(said) if said.applied == digest => complaints.push(format!("`{object}` is not healthy")),
            Some(said) => complaints.push(format!("`{object}` reports `{}`", said.applied)),
            None => complaints.push(format!("`{object}` is not there")),
        }
    }
    let release = wanted.expected.release.to_string();
    let root = observed.get(&deliver::root_name(&stage.session.spec.name));
    // Where something is left out, the release as a whole does not get healthy, and Argo CD is never done with it.
    if section.excused.is_empty() && root.is_none_or(|root| root.applied != release) {
        complaints.push("the release itself is reported by another digest".to_owned());
    }
    Ok(complaints)
}

/// Synchronizations and Jobs that are not over.
fn pending(stage: &Stage<'_>, wanted: &Wanted, section: &Section) -> Result<Vec<String>, ApiError> {
    let observed = prove::observe(&stage.client, stage.engine)?;
    let bundles = wanted.expected.bundles.iter();
    let objects = bundles.filter(|(_, bundle)| !section.excused.contains_key(&bundle.name));
    let root = deliver::root_name(&stage.session.spec.name);
    let names = objects.map(|(object, _)| object).chain(section.excused.is_empty().then_some(&root));
    let busy = |name: &&String| observed.get(*name).is_some_and(|said| said.busy);
    let mut complaints: Vec<String> = names.filter(busy).map(|name| format!("`{name}` is at work")).collect();
    let jobs: Vec<Value> =
        looked_at(wanted, section).filter(|object| object["kind"] == "Job").cloned().collect();
    complaints.extend(prove::failing(&stage.client, &jobs)?.iter().map(ToString::to_string));
    Ok(complaints)
}

/// That the objects of the cluster are as their bundles say.
fn no_drift(stage: &Stage<'_>, wanted: &Wanted, section: &Section, broken: bool) -> Outcome {
    let mut objects: Vec<&Value> = looked_at(wanted, section).collect();
    let well = format!("none of {} objects does", objects.len());
    settled("nothing differs from the bundles", &well, || {
        let mut complaints = Vec::new();
        let mut differing = Vec::new();
        for object in objects.iter().copied().take_while(|_| !process::interrupted()) {
            match prove::drift(&stage.client, object) {
                Err(error) if broken && error.to_string().contains(UNASKED) => {}
                drift => {
                    if let Some(complaint) = drift? {
                        complaints.push(complaint);
                        differing.push(object);
                    }
                }
            }
        }
        objects = differing;
        Ok(complaints)
    })
}

/// The objects of the components that are waited for.
fn looked_at<'w>(wanted: &'w Wanted, section: &'w Section) -> impl Iterator<Item = &'w Value> {
    let bundles = wanted.objects.iter().filter(|(name, _)| !section.excused.contains_key(*name));
    bundles.flat_map(|(_, objects)| objects)
}

/// That other bundles are the ones which were meant.
pub(super) fn only(expected: &[String], before: &Wanted, now: &Wanted) -> Outcome {
    let digests = |wanted: &Wanted| -> BTreeMap<String, hashing::Digest> {
        wanted.document.bundles.iter().map(|bundle| (bundle.name.clone(), bundle.digest)).collect()
    };
    let (old, new) = (digests(before), digests(now));
    let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let others: Vec<&str> =
        names.into_iter().filter(|name| old.get(*name) != new.get(*name)).map(String::as_str).collect();
    let expected: BTreeSet<&str> = expected.iter().map(String::as_str).collect();
    Outcome {
        name: "only what changed is another bundle".to_owned(),
        holds: Some(others.iter().copied().collect::<BTreeSet<_>>() == expected),
        message: if others.is_empty() { "none is".to_owned() } else { others.join(", ") },
    }
}

/// That no bundle holds the value of a Secret.
pub(super) fn no_secrets(wanted: &Wanted) -> Outcome {
    let mut found = Vec::new();
    for (bundle, objects) in &wanted.objects {
        for object in objects.iter().filter(|object| object["kind"] == "Secret") {
            let holds = |field: &str| object[field].as_object().is_some_and(|values| !values.is_empty());
            if holds("data") || holds("stringData") {
                found.push(format!("{bundle}: {}", object["metadata"]["name"]));
            }
        }
    }
    Outcome {
        name: "no bundle holds the value of a Secret".to_owned(),
        holds: Some(found.is_empty()),
        message: if found.is_empty() { "none does".to_owned() } else { found.join(", ") },
    }
}

/// That nothing is there of what the release before had and this one has not.
pub(super) fn nothing_left(client: &Client, before: &Wanted, now: &Wanted) -> Outcome {
    let stays: BTreeSet<String> = references(now).into_iter().map(|(name, _)| name).collect();
    let mut left: Vec<Reference> = references(before)
        .into_iter()
        .filter(|(name, _)| !stays.contains(name))
        .map(|(_, reference)| reference)
        .collect();
    let gone = left.len();
    let clock = Clock::start();
    while !left.is_empty() && clock.now() < GOING && !process::interrupted() {
        left.retain(|reference| !matches!(client.get(reference), Ok(None)));
        if !left.is_empty() {
            thread::sleep(LOOK);
        }
    }
    let names: Vec<String> = left.iter().take(MOST).map(ToString::to_string).collect();
    Outcome {
        name: "nothing is left of what was removed".to_owned(),
        holds: Some(left.is_empty()),
        message: if left.is_empty() { format!("{gone} objects are gone") } else { names.join(", ") },
    }
}

/// The objects of a release, apart from definitions, which are never removed.
fn references(wanted: &Wanted) -> Vec<(String, Reference)> {
    let bundles = wanted.objects.iter().filter(|(name, _)| !name.ends_with("/crds"));
    let objects = bundles.flat_map(|(_, objects)| objects);
    let reference = |object: &Value| Reference::of(object).ok();
    objects.filter_map(reference).map(|reference| (reference.to_string(), reference)).collect()
}
