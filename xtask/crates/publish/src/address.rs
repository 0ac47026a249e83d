//! The address of the registry, which a release names in its delivery objects.

use deliver::ReleaseDocument;

use crate::PublishError;

/// Refuses to move a channel from the release that is `followed` to one that names another address.
///
/// Engines fetch bundles from the address that a release names, which need not be the one that it was pushed by: behind a
/// forwarded port or a mirror they may not reach it at all. Argo CD would even lock itself out, because the project in
/// the release allows that address only, and not the one by which it follows the channel.
pub(crate) fn check(
    channel: &str,
    followed: &ReleaseDocument,
    release: &ReleaseDocument,
) -> Result<(), PublishError> {
    if followed.registry == release.registry {
        return Ok(());
    }
    Err(PublishError::Address {
        channel: channel.to_owned(),
        followed: followed.registry.clone(),
        named: release.registry.clone(),
    })
}
