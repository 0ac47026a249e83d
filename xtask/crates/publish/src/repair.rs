//! Making the tags that engines follow say what the journal says.

use hashing::Digest;
use oci::media_type;

use crate::journal::State;
use crate::{Cluster, PublishError};

/// The tag of a generation.
pub(crate) fn generation_tag(generation: u64) -> String {
    format!("{generation}.0.0")
}

/// The generation that a tag names.
pub(crate) fn generation_of(tag: &str) -> Option<u64> {
    tag.strip_suffix(".0.0")?.parse().ok().filter(|generation| generation_tag(*generation) == tag)
}

/// Sets the tag of the newest generation and those of all channels; how many were wrong.
pub(crate) fn project(cluster: Cluster<'_>, state: &State) -> Result<usize, PublishError> {
    let mut wrong = 0;
    if let Some((generation, digest)) = state.latest() {
        wrong += usize::from(point(cluster, &generation_tag(generation), &digest)?);
    }
    for channel in state.channels.keys() {
        wrong += usize::from(project_channel(cluster, state, channel)?);
    }
    Ok(wrong)
}

/// Sets the tags of generations that `tags` lacks: those whose publication was killed before it came to that. What is
/// not there any more is for `verify` to tell; it must not stand in the way of what comes next.
pub(crate) fn complete(cluster: Cluster<'_>, state: &State, tags: &[String]) -> Result<(), PublishError> {
    for (generation, digest) in &state.generations {
        let tag = generation_tag(*generation);
        if !tags.contains(&tag) {
            match point(cluster, &tag, digest) {
                Ok(_) | Err(PublishError::Missing { .. }) => {}
                Err(error) => return Err(error),
            }
        }
    }
    Ok(())
}

/// Sets the tag of one channel; whether it was wrong.
pub(crate) fn project_channel(
    cluster: Cluster<'_>,
    state: &State,
    channel: &str,
) -> Result<bool, PublishError> {
    let digest = state.channels.get(channel).and_then(|generation| state.generations.get(generation));
    digest.map_or(Ok(false), |digest| point(cluster, channel, digest))
}

fn point(cluster: Cluster<'_>, tag: &str, digest: &Digest) -> Result<bool, PublishError> {
    let repository = cluster.repository();
    if cluster.registry.head(&repository, tag)? == Some(*digest) {
        return Ok(false);
    }
    let reference = digest.to_string();
    let Some(bytes) = cluster.registry.manifest(&repository, &reference)? else {
        let what = format!("`{tag}` leads to");
        return Err(PublishError::Missing { repository, reference, what });
    };
    cluster.registry.put_manifest(&repository, tag, media_type::MANIFEST, &bytes)?;
    Ok(true)
}
