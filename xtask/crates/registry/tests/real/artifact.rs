//! Artifacts out of seeds.

use hashing::Digest;
use registry::RegistryError;
use registry::distribution::Remote;
use serde_json::{Value, json};

pub(crate) const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
const LAYER: &str = "application/vnd.oci.image.layer.v1.tar+gzip";

/// Numbers that only the seed decides.
#[derive(Clone, Copy)]
pub(crate) struct Seeded(u64);

impl Seeded {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x2545_f491_4f6c_dd1d)
    }

    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }

    pub(crate) fn bytes(&mut self, length: u64) -> Vec<u8> {
        (0..length).map(|_| u8::try_from(self.below(256)).unwrap()).collect()
    }
}

/// A manifest and its blobs, the config first.
pub(crate) struct Artifact {
    pub(crate) blobs: Vec<Vec<u8>>,
    pub(crate) manifest: Vec<u8>,
}

impl Artifact {
    /// An artifact with layers of these lengths.
    pub(crate) fn new(seeded: &mut Seeded, lengths: &[u64]) -> Self {
        let blobs: Vec<Vec<u8>> =
            [b"{}".to_vec()].into_iter().chain(lengths.iter().map(|length| seeded.bytes(*length))).collect();
        let manifest = json!({
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": descriptor("application/vnd.oci.empty.v1+json", &blobs[0]),
            "layers": blobs[1..].iter().map(|blob| descriptor(LAYER, blob)).collect::<Vec<_>>(),
        });
        Self { manifest: manifest.to_string().into_bytes(), blobs }
    }

    pub(crate) fn digest(&self) -> Digest {
        Digest::of(&self.manifest)
    }

    /// Something that speaks of it; of the same blobs, so that these are there.
    pub(crate) fn referrer(&self, artifact_type: &str) -> Vec<u8> {
        let mut document: Value = serde_json::from_slice(&self.manifest).unwrap();
        document["artifactType"] = json!(artifact_type);
        document["subject"] = descriptor(MANIFEST, &self.manifest);
        document["annotations"] = json!({"about": "a test"});
        document.to_string().into_bytes()
    }

    /// Pushes it as a publisher does: what a manifest names before the manifest, and the tag last.
    pub(crate) fn push(&self, remote: &Remote, repository: &str, tag: &str) -> Result<(), RegistryError> {
        for blob in &self.blobs {
            remote.push_blob(repository, &Digest::of(blob), blob, None)?;
        }
        remote.put_manifest(repository, &self.digest().to_string(), MANIFEST, &self.manifest)?;
        remote.put_manifest(repository, tag, MANIFEST, &self.manifest).map(drop)
    }

    /// Whether a registry has all of it, byte for byte.
    pub(crate) fn is_whole(&self, remote: &Remote, repository: &str) -> Result<bool, RegistryError> {
        let Some(found) = remote.manifest(repository, &self.digest().to_string())? else { return Ok(false) };
        assert_eq!(found.bytes, self.manifest);
        for blob in &self.blobs {
            assert_eq!(&remote.blob(repository, &Digest::of(blob))?, blob);
        }
        Ok(true)
    }
}

fn descriptor(media_type: &str, bytes: &[u8]) -> Value {
    json!({"mediaType": media_type, "digest": Digest::of(bytes).to_string(), "size": bytes.len()})
}
