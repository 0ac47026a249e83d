//! Whether everything that the journal speaks of is in the registry.

use std::collections::BTreeSet;

use hashing::Digest;
use serde::Serialize;

use crate::parallel::each;
use crate::publish::{document, manifest_of};
use crate::repair::generation_tag;
use crate::{Cluster, PublishError};

/// How many artifacts are looked at once.
const JOBS: usize = 8;

/// What was looked at, and what is wrong.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize)]
pub struct Verified {
    /// Generations that were looked at.
    pub generations: usize,
    /// Artifacts that were looked at.
    pub artifacts: usize,
    /// Everything that is wrong.
    pub problems: Vec<Problem>,
}

/// Something wrong.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize)]
pub struct Problem {
    /// The repository below the base.
    pub repository: String,
    /// Tag or digest.
    pub reference: String,
    /// What is wrong with it.
    pub what: String,
}

/// Looks for everything; `check` says what is wrong with the signatures of a manifest (repository, digest).
pub fn verify(
    cluster: Cluster<'_>,
    check: &(dyn Fn(&str, &Digest) -> Result<(), String> + Sync),
) -> Result<Verified, PublishError> {
    let state = cluster.state()?;
    let repository = cluster.repository();
    let mut problems = Vec::new();
    let mut artifacts = BTreeSet::new();
    for digest in state.generations.values() {
        artifacts.insert((repository.clone(), *digest));
        match document(cluster, digest) {
            Ok(document) => {
                artifacts.extend(document.bundles.into_iter().map(|bundle| (bundle.name, bundle.digest)));
            }
            Err(PublishError::Registry(error)) if !is_absence(&error) => return Err(error.into()),
            Err(error) => problems.push(problem(&repository, &digest.to_string(), error.to_string())),
        }
    }
    let tags = state.generations.iter().map(|(number, digest)| (generation_tag(*number), *digest));
    let channels = state.channels.iter().filter_map(|(channel, number)| {
        state.generations.get(number).map(|digest| (channel.clone(), *digest))
    });
    for (tag, digest) in tags.chain(channels) {
        match cluster.registry.head(&repository, &tag)? {
            Some(there) if there == digest => {}
            Some(there) => {
                problems.push(problem(
                    &repository,
                    &tag,
                    format!("leads to `{there}` instead of `{digest}`"),
                ));
            }
            None => problems.push(problem(&repository, &tag, "is not there".to_owned())),
        }
    }
    let artifacts: Vec<(String, Digest)> = artifacts.into_iter().collect();
    let found = each(&artifacts, JOBS, |(name, digest)| artifact(cluster, name, digest, check))?;
    problems.extend(found.into_iter().flatten());
    problems.sort();
    problems.dedup();
    Ok(Verified { generations: state.generations.len(), artifacts: artifacts.len(), problems })
}

fn artifact(
    cluster: Cluster<'_>,
    name: &str,
    digest: &Digest,
    check: &(dyn Fn(&str, &Digest) -> Result<(), String> + Sync),
) -> Result<Vec<Problem>, PublishError> {
    let reference = digest.to_string();
    let manifest = match manifest_of(cluster, name, digest) {
        Ok(manifest) => manifest,
        Err(PublishError::Registry(error)) if !is_absence(&error) => return Err(error.into()),
        Err(error) => return Ok(vec![problem(name, &reference, error.to_string())]),
    };
    let mut problems = Vec::new();
    for blob in manifest.layers.iter().chain([&manifest.config]) {
        if !cluster.registry.has_blob(name, &blob.digest)? {
            problems.push(problem(name, &reference, format!("its blob `{}` is not there", blob.digest)));
        }
    }
    if let Err(what) = check(name, digest) {
        problems.push(problem(name, &reference, what));
    }
    Ok(problems)
}

/// Whether the registry says that a thing is not there, or is something else.
fn is_absence(error: &registry::RegistryError) -> bool {
    use registry::RegistryError::{Content, Status};
    matches!(error, Status { status: 404, .. } | Content { .. })
}

fn problem(repository: &str, reference: &str, what: String) -> Problem {
    Problem { repository: repository.to_owned(), reference: reference.to_owned(), what }
}
