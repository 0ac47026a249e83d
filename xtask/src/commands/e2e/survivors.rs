//! Objects that a release left behind.

use std::collections::BTreeSet;
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

/// That nothing is there of what the release before had and this one has not.
pub(super) fn none(client: &Client, before: &Wanted, now: &Wanted) -> Outcome {
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
