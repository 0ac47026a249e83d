//! Bytes that nobody can guess and that are the same each time: derived from a secret and what they are for.

use hashing::{Digest, Hasher};
use zeroize::Zeroizing;

/// What no other derivation from the same secret starts with.
const LABEL: &[u8] = b"client of a cluster, version 1";

/// An endless run of such bytes.
pub(crate) struct Derived {
    seed: Zeroizing<[u8; 32]>,
    block: u64,
    left: Zeroizing<Vec<u8>>,
}

impl Derived {
    pub(crate) fn new(secret: &str, purpose: &[&str]) -> Self {
        let mut hasher = Hasher::new();
        hasher.update(LABEL);
        for part in [secret].iter().chain(purpose) {
            hasher.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_le_bytes());
            hasher.update(part.as_bytes());
        }
        Self { seed: bytes(&hasher.finish()), block: 0, left: Zeroizing::default() }
    }

    pub(crate) fn fill(&mut self, buffer: &mut [u8]) {
        for byte in buffer {
            if self.left.is_empty() {
                self.left = Zeroizing::new(self.next().to_vec());
            }
            *byte = self.left.pop().unwrap_or_default();
        }
    }

    /// A digest within a digest: knowing some blocks tells nothing of others.
    fn next(&mut self) -> Zeroizing<[u8; 32]> {
        let inner = self.digest(&self.block.to_le_bytes());
        self.block = self.block.wrapping_add(1);
        self.digest(inner.as_slice())
    }

    fn digest(&self, text: &[u8]) -> Zeroizing<[u8; 32]> {
        let mut hasher = Hasher::new();
        hasher.update(self.seed.as_slice());
        hasher.update(text);
        bytes(&hasher.finish())
    }
}

fn bytes(digest: &Digest) -> Zeroizing<[u8; 32]> {
    Zeroizing::new(*digest.as_bytes())
}
