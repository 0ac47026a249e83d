//! The order of bundles: both engines get theirs from the same edges.

use std::collections::{BTreeMap, BTreeSet};

use super::{ReleaseBundle, ReleaseError, ReleaseSpec};
use crate::Engine;

/// Every dependency exists, comes in an earlier wave (where waves matter), and none leads back.
pub(super) fn check(spec: &ReleaseSpec) -> Result<(), ReleaseError> {
    let bundles: BTreeMap<&str, &ReleaseBundle> =
        spec.bundles.iter().map(|bundle| (bundle.name.as_str(), bundle)).collect();
    for bundle in bundles.values() {
        for dependency in &bundle.depends_on {
            if !bundles.contains_key(dependency.as_str()) {
                return Err(ReleaseError::UnknownDependency {
                    bundle: bundle.name.clone(),
                    dependency: dependency.clone(),
                    cluster: spec.cluster.clone(),
                });
            }
        }
    }
    if let Some(circle) = circle(&bundles) {
        return Err(ReleaseError::Circle { circle });
    }
    if spec.engines.contains(&Engine::ArgoCd) { check_waves(&bundles) } else { Ok(()) }
}

fn check_waves(bundles: &BTreeMap<&str, &ReleaseBundle>) -> Result<(), ReleaseError> {
    for bundle in bundles.values() {
        for other in bundle.depends_on.iter().filter_map(|name| bundles.get(name.as_str())) {
            if other.wave >= bundle.wave {
                return Err(ReleaseError::Wave {
                    bundle: bundle.name.clone(),
                    wave: bundle.wave,
                    dependency: other.name.clone(),
                    other: other.wave,
                });
            }
        }
    }
    Ok(())
}

fn circle(bundles: &BTreeMap<&str, &ReleaseBundle>) -> Option<Vec<String>> {
    // Bundles whose dependencies are all placed are placed, until none is left or the rest waits for itself.
    let mut placed = BTreeSet::new();
    loop {
        let before = placed.len();
        for (name, bundle) in bundles {
            if bundle.depends_on.iter().all(|dependency| placed.contains(dependency.as_str())) {
                placed.insert(*name);
            }
        }
        if placed.len() == before {
            break;
        }
    }
    // From any bundle that is left, dependencies that are left lead around in the end.
    let mut walk: Vec<&str> = Vec::new();
    let mut next = bundles.keys().copied().find(|name| !placed.contains(name))?;
    while !walk.contains(&next) {
        walk.push(next);
        next =
            bundles.get(next)?.depends_on.iter().map(String::as_str).find(|name| !placed.contains(name))?;
    }
    let circle = walk.iter().copied().skip_while(|name| *name != next).chain([next]);
    Some(circle.map(str::to_owned).collect())
}
