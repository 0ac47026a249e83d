//! What publishing needs of a registry.

use hashing::Digest;
use registry::RegistryError;

/// A registry below one base path. Repositories are named relative to it.
pub trait Registry: Sync {
    /// `host[:port]/path`, for messages.
    fn base(&self) -> &str;
    /// The digest of a manifest; none when there is none.
    fn head(&self, repository: &str, reference: &str) -> Result<Option<Digest>, RegistryError>;
    /// A manifest; none when there is none.
    fn manifest(&self, repository: &str, reference: &str) -> Result<Option<Vec<u8>>, RegistryError>;
    /// Puts a manifest under a tag or its digest.
    fn put_manifest(
        &self,
        repository: &str,
        reference: &str,
        media_type: &str,
        bytes: &[u8],
    ) -> Result<Digest, RegistryError>;
    /// Puts a manifest that has a `subject` among the referrers of it.
    fn attach(&self, repository: &str, subject: &Digest, bytes: &[u8]) -> Result<Digest, RegistryError>;
    /// The digests of what is attached to a manifest.
    fn referrers(&self, repository: &str, subject: &Digest) -> Result<Vec<Digest>, RegistryError>;
    /// Whether a blob is there.
    fn has_blob(&self, repository: &str, digest: &Digest) -> Result<bool, RegistryError>;
    /// A blob, checked against its digest.
    fn blob(&self, repository: &str, digest: &Digest) -> Result<Vec<u8>, RegistryError>;
    /// Puts a blob unless it is there; whether it was sent.
    fn push_blob(&self, repository: &str, digest: &Digest, bytes: &[u8]) -> Result<bool, RegistryError>;
    /// The tags of a repository, sorted; none when there is no such repository.
    fn tags(&self, repository: &str) -> Result<Vec<String>, RegistryError>;
    /// Deletes a tag or a manifest; false when the registry does not do that or there was none.
    fn delete(&self, repository: &str, reference: &str) -> Result<bool, RegistryError>;
}
