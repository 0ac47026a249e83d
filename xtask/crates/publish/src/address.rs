//! The address of the registry, which a release names in its delivery objects.

use deliver::ReleaseDocument;
use hashing::Digest;
use oci::Manifest;

use crate::changes::document;
use crate::journal::State;
use crate::publication::Blobs;
use crate::{Cluster, PublishError};

/// Refuses to move a channel to a release that names another address than the release that it is on.
///
/// Engines fetch bundles from the address that a release names, which need not be the one that it was pushed by: behind a
/// forwarded port or a mirror they may not reach it at all. Argo CD would even lock itself out, because the project in
/// the release allows that address only, and not the one by which it follows the channel.
pub(crate) fn check(
    cluster: Cluster<'_>,
    state: &State,
    channel: &str,
    release: &ReleaseDocument,
) -> Result<(), PublishError> {
    let current = state.channels.get(channel).and_then(|generation| state.generations.get(generation));
    // A release that can no longer be read must not stand in the way of the next one.
    let Some(current) = current.and_then(|digest| document(cluster, digest).ok()) else { return Ok(()) };
    if current.registry == release.registry {
        return Ok(());
    }
    Err(PublishError::Address {
        channel: channel.to_owned(),
        followed: current.registry,
        named: release.registry.clone(),
    })
}

/// The document of a release that is not published yet.
pub(crate) fn unpublished(blobs: &dyn Blobs, release: &Digest) -> Result<ReleaseDocument, PublishError> {
    let local = |reason: String| PublishError::Local { digest: *release, reason };
    let manifest = Manifest::parse(&blobs.read(release)?).map_err(|error| local(error.to_string()))?;
    let config = blobs.read(&manifest.config.digest)?;
    ReleaseDocument::parse(&config).map_err(|error| local(error.to_string()))
}
