//! What is to be published.

use hashing::Digest;

use crate::PublishError;

/// An artifact that lies in the local store.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Artifact {
    /// Its repository, below the base.
    pub name: String,
    /// Its version, which is its tag.
    pub version: String,
    /// Digest of its manifest.
    pub manifest: Digest,
}

/// A release and its bundles.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Publication {
    /// The release.
    pub release: Artifact,
    /// Every bundle that it pins.
    pub bundles: Vec<Artifact>,
}

/// Where the bytes of artifacts come from.
pub trait Blobs: Sync {
    /// The bytes with a digest.
    fn read(&self, digest: &Digest) -> Result<Vec<u8>, PublishError>;
}

/// A signature or attestation, ready to be pushed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SignedArtifact {
    /// Its tag; one without is attached as a referrer.
    pub tag: Option<String>,
    /// What its manifest names.
    pub blobs: Vec<(Digest, Vec<u8>)>,
    /// Its manifest.
    pub manifest: Vec<u8>,
}

/// Makes signatures and attestations of a manifest: its repository with the base, its digest and size.
pub trait Signer: Sync {
    /// What is to be pushed beside the manifest.
    fn sign(&self, repository: &str, digest: &Digest, size: u64)
    -> Result<Vec<SignedArtifact>, PublishError>;
}
