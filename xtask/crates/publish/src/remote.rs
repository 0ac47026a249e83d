//! Real registries.

use hashing::Digest;
use registry::RegistryError;
use registry::distribution::{Deleted, Pushed, Remote};

use crate::Registry;

impl Registry for Remote {
    fn base(&self) -> &str {
        self.base()
    }

    fn head(&self, repository: &str, reference: &str) -> Result<Option<Digest>, RegistryError> {
        self.head_manifest(repository, reference)
    }

    fn manifest(&self, repository: &str, reference: &str) -> Result<Option<Vec<u8>>, RegistryError> {
        Ok(self.manifest(repository, reference)?.map(|manifest| manifest.bytes))
    }

    fn put_manifest(
        &self,
        repository: &str,
        reference: &str,
        media_type: &str,
        bytes: &[u8],
    ) -> Result<Digest, RegistryError> {
        self.put_manifest(repository, reference, media_type, bytes)
    }

    fn attach(&self, repository: &str, subject: &Digest, bytes: &[u8]) -> Result<Digest, RegistryError> {
        self.attach(repository, subject, bytes)
    }

    fn referrers(&self, repository: &str, subject: &Digest) -> Result<Vec<Digest>, RegistryError> {
        let found = self.referrers(repository, subject, None)?;
        Ok(found.into_iter().map(|referrer| referrer.digest).collect())
    }

    fn has_blob(&self, repository: &str, digest: &Digest) -> Result<bool, RegistryError> {
        self.has_blob(repository, digest)
    }

    fn blob(&self, repository: &str, digest: &Digest) -> Result<Vec<u8>, RegistryError> {
        self.blob(repository, digest)
    }

    fn push_blob(&self, repository: &str, digest: &Digest, bytes: &[u8]) -> Result<bool, RegistryError> {
        Ok(self.push_blob(repository, digest, bytes, None)? != Pushed::Present)
    }

    fn tags(&self, repository: &str) -> Result<Vec<String>, RegistryError> {
        self.tags(repository)
    }

    fn delete(&self, repository: &str, reference: &str) -> Result<bool, RegistryError> {
        Ok(self.delete(repository, reference)? == Deleted::Done)
    }
}
