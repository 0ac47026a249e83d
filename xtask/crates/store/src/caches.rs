//! Caches: bytes that save work when they are there.

use hashing::Digest;

use crate::files::{self, READ_ONLY, Sync};
use crate::{Store, StoreError};

/// Bytes of the digest that a cache's file starts with.
const SEAL: usize = 32;

impl Store {
    /// The content of a cache; `None` when there is none, or it is broken, or cannot be read.
    pub fn cache(&self, name: &str) -> Option<Vec<u8>> {
        let bytes = files::read(&self.layout.cache(name)).ok()??;
        let (seal, content) = bytes.split_at_checked(SEAL)?;
        (Digest::of(content).as_bytes() == seal).then(|| content.to_vec())
    }

    /// Sets the content of a cache. It may be lost when the machine goes down.
    pub fn set_cache(&self, name: &str, content: &[u8]) -> Result<(), StoreError> {
        let mut bytes = Digest::of(content).as_bytes().to_vec();
        bytes.extend_from_slice(content);
        self.write(&self.layout.cache(name), &bytes, READ_ONLY, Sync::No)
    }
}
