//! Removing old generations, and only what no kept one needs.

use std::collections::{BTreeMap, BTreeSet};

use hashing::Digest;
use serde::Serialize;

use crate::claim;
use crate::journal::{Event, State};
use crate::publish::{append, document};
use crate::repair::{self, generation_of, generation_tag};
use crate::{Cluster, PublishError, Who};

/// What was removed, or would be.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize)]
pub struct Collected {
    /// Generations.
    pub generations: Vec<u64>,
    /// Manifests: repository below the base, and digest.
    pub manifests: Vec<(String, Digest)>,
}

/// Keeps the newest `keep` generations and those that channels are on; with `who` the others are removed.
///
/// The journal forgets them first, then bundles go, then releases and tags: what a kill leaves behind is found by the
/// next run, because the tag of a forgotten generation goes last.
pub fn collect(cluster: Cluster<'_>, keep: usize, who: Option<&Who>) -> Result<Collected, PublishError> {
    let now = cluster.now()?;
    let mut state = now.state();
    let kept = kept(&state, keep);
    let doomed: Vec<u64> =
        state.generations.keys().copied().filter(|number| !kept.contains(number)).collect();
    let mut releases: BTreeMap<u64, Digest> = leftovers(cluster, &state)?;
    releases.extend(doomed.iter().filter_map(|number| Some((*number, *state.generations.get(number)?))));
    state.generations.retain(|number, _| kept.contains(number));

    let needed = needed(cluster, &state)?;
    let mut manifests = BTreeSet::new();
    for digest in releases.values().filter(|digest| !needed.contains(&(cluster.repository(), **digest))) {
        // A release that is gone already took its bundles with it.
        if let Ok(document) = document(cluster, digest) {
            manifests.extend(document.bundles.into_iter().map(|bundle| (bundle.name, bundle.digest)));
        }
    }
    manifests.retain(|manifest| !needed.contains(manifest));
    let mut collected = Collected {
        generations: releases.keys().copied().collect(),
        manifests: manifests.into_iter().collect(),
    };
    if let Some(who) = who {
        repair::complete(cluster, &state, &now.tags)?;
        if !doomed.is_empty() {
            let event = Event::Collected { generations: doomed };
            append(cluster, &now, event, state, who)?;
        }
        remove(cluster, &mut collected, &releases, &needed)?;
    }
    Ok(collected)
}

fn kept(state: &State, keep: usize) -> BTreeSet<u64> {
    let newest = state.generations.keys().rev().take(keep.max(1)).copied();
    newest.chain(state.channels.values().copied()).collect()
}

/// Generations that the journal has forgotten and whose tags are still there.
fn leftovers(cluster: Cluster<'_>, state: &State) -> Result<BTreeMap<u64, Digest>, PublishError> {
    let repository = cluster.repository();
    let mut leftovers = BTreeMap::new();
    for tag in cluster.registry.tags(&repository)? {
        let Some(number) = generation_of(&tag).filter(|number| !state.generations.contains_key(number))
        else {
            continue;
        };
        // A number above all others belongs to a publication that is under way.
        let is_old = state.latest().is_some_and(|(latest, _)| number < latest);
        if let (true, Some(digest)) = (is_old, cluster.registry.head(&repository, &tag)?) {
            leftovers.insert(number, digest);
        }
    }
    Ok(leftovers)
}

/// Every manifest that a kept generation needs. One that cannot be read ends the collection: nothing may be lost.
fn needed(cluster: Cluster<'_>, state: &State) -> Result<BTreeSet<(String, Digest)>, PublishError> {
    let mut needed = BTreeSet::new();
    for digest in state.generations.values() {
        needed.insert((cluster.repository(), *digest));
        let document = document(cluster, digest)?;
        needed.extend(document.bundles.into_iter().map(|bundle| (bundle.name, bundle.digest)));
    }
    Ok(needed)
}

fn remove(
    cluster: Cluster<'_>,
    collected: &mut Collected,
    releases: &BTreeMap<u64, Digest>,
    needed: &BTreeSet<(String, Digest)>,
) -> Result<(), PublishError> {
    let repository = cluster.repository();
    for (name, digest) in &collected.manifests {
        delete(cluster, name, digest)?;
    }
    for (number, digest) in releases {
        let manifest = (repository.clone(), *digest);
        if needed.contains(&manifest) {
            // The same release is kept as another generation: only the tag goes.
            cluster.registry.delete(&repository, &generation_tag(*number))?;
        } else {
            delete(cluster, &repository, digest)?;
            cluster.registry.delete(&repository, &generation_tag(*number))?;
            collected.manifests.push(manifest);
        }
    }
    collected.manifests.sort();
    collected.manifests.dedup();
    // Nobody reads a withdrawn claim.
    let withdrawn = Digest::of(&claim::withdrawn()?).to_string();
    cluster.registry.delete(&repository, &withdrawn)?;
    Ok(())
}

/// Deletes a manifest after what speaks of it: later nobody would find that.
fn delete(cluster: Cluster<'_>, name: &str, digest: &Digest) -> Result<(), PublishError> {
    let registry = cluster.registry;
    let mut doomed: Vec<String> =
        registry.referrers(name, digest)?.into_iter().map(|referrer| referrer.to_string()).collect();
    // Signatures, attestations and lists of referrers have tags that begin so (cosign; distribution-spec, referrers
    // tag schema).
    let prefix = format!("sha256-{}", digest.hex());
    for tag in registry.tags(name)?.into_iter().filter(|tag| tag.starts_with(&prefix)) {
        doomed.extend(registry.head(name, &tag)?.map(|digest| digest.to_string()));
    }
    doomed.push(digest.to_string());
    for reference in &doomed {
        if !registry.delete(name, reference)? && registry.head(name, reference)?.is_some() {
            return Err(PublishError::NoDeletion { repository: name.to_owned() });
        }
    }
    Ok(())
}
