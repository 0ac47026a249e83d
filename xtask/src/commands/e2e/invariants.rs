//! What must be true of every release, whatever its cluster is for.

use std::collections::{BTreeMap, BTreeSet};
use std::thread;
use std::time::Duration;

use api::{Client, Reference};
use prove::{Clock, Outcome};
use serde_json::Value;

use super::wanted::Wanted;

/// How long objects may take to go, in milliseconds: pods end, finalizers run.
const GOING: u64 = 60_000;
/// As many as anybody reads.
const MOST: usize = 5;

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
            thread::sleep(Duration::from_millis(500));
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
