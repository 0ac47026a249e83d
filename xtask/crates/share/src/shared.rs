//! Pushing and pulling items.

use hashing::Digest;
use oci::media_type;
use registry::RegistryError;
use registry::distribution::Remote;
use store::{Store, StoreError};

use crate::Item;
use crate::artifact::{pack, unpack};

/// Why an item cannot be shared.
#[derive(Debug, thiserror::Error)]
pub enum ShareError {
    /// The registry.
    #[error(transparent)]
    Registry(#[from] RegistryError),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A tree cannot be packed.
    #[error("tree `{tree}` of the store cannot be packed: {source}")]
    Tree {
        /// The tree.
        tree: Digest,
        /// Why.
        source: archive::ArchiveError,
    },
    /// What the registry has is not the item.
    #[error("`{item}` in the registry cannot be used: {what}")]
    Item {
        /// The item.
        item: Item,
        /// What is wrong.
        what: String,
    },
    /// The signature of an item.
    #[error("`{item}` in the registry is not trusted: {what}")]
    Untrusted {
        /// The item.
        item: Item,
        /// What is wrong.
        what: String,
    },
}

/// By whose word a recipe made what an artifact holds.
pub trait Seal: Sync {
    /// Signs a manifest that was pushed: its digest, and its size in bytes.
    fn sign(&self, digest: &Digest, size: u64) -> Result<(), String>;
    /// Whether a manifest is signed by somebody who is trusted.
    fn check(&self, digest: &Digest) -> Result<(), String>;
}

/// A store and a repository.
#[derive(Clone, Copy)]
pub struct Shared<'a> {
    /// The store.
    pub store: &'a Store,
    /// The registry.
    pub remote: &'a Remote,
    /// The repository, below the base of the registry.
    pub repository: &'a str,
    /// Who vouches for what; nobody when everybody who can push is trusted.
    pub seal: Option<&'a dyn Seal>,
}

impl Shared<'_> {
    /// Pushes an item unless it is there, or the store has not got it; whether it was pushed.
    pub fn push(&self, item: &Item) -> Result<bool, ShareError> {
        let tag = item.to_string();
        if self.remote.head_manifest(self.repository, &tag)?.is_some() {
            return Ok(false);
        }
        let Some(packed) = pack(self.store, item)? else { return Ok(false) };
        for (digest, blob) in &packed.blobs {
            self.remote.push_blob(self.repository, digest, blob, None)?;
        }
        let (digest, size) = (Digest::of(&packed.manifest), packed.manifest.len() as u64);
        let put = |reference: &str| {
            self.remote.put_manifest(self.repository, reference, media_type::MANIFEST, &packed.manifest)
        };
        if let Some(seal) = self.seal {
            // The signature goes before the tag: who sees the item can verify it.
            put(&digest.to_string())?;
            seal.sign(&digest, size).map_err(|what| ShareError::Untrusted { item: *item, what })?;
        }
        put(&tag)?;
        Ok(true)
    }

    /// Brings an item into the store; whether the registry has it.
    pub fn pull(&self, item: &Item) -> Result<bool, ShareError> {
        let Some(found) = self.remote.manifest(self.repository, &item.to_string())? else { return Ok(false) };
        if let Some(seal) = self.seal {
            let checked = seal.check(&Digest::of(&found.bytes));
            checked.map_err(|what| ShareError::Untrusted { item: *item, what })?;
        }
        unpack(self.store, item, &found.bytes, &|digest| Ok(self.remote.blob(self.repository, digest)?))?;
        Ok(true)
    }
}
