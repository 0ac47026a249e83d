//! What a signature or an attestation is in a registry.

use hashing::Digest;
use oci::{Descriptor, EncodeError, Manifest, media_type};
use serde::Serialize;

/// An artifact, ready to be pushed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Artifact {
    /// Its tag; one without is attached as a referrer of its manifest's `subject`.
    pub tag: Option<String>,
    /// What its manifest names.
    pub blobs: Vec<(Digest, Vec<u8>)>,
    /// Its manifest.
    pub manifest: Vec<u8>,
}

/// The beginning of the tag that belongs to `digest` (image-spec, referrers tag schema; cosign's tags).
pub(crate) fn tag(digest: &Digest, suffix: &str) -> String {
    format!("sha256-{}{suffix}", digest.hex())
}

/// An artifact in cosign's layout: layers of plain documents under a configuration of an image.
pub(crate) fn image(tag: String, layers: Vec<(Descriptor, Vec<u8>)>) -> Result<Artifact, EncodeError> {
    let config = config(layers.iter().map(|(descriptor, _)| descriptor.digest).collect())?;
    let (descriptors, mut blobs): (Vec<_>, Vec<_>) = layers
        .into_iter()
        .map(|(descriptor, blob)| {
            let digest = descriptor.digest;
            (descriptor, (digest, blob))
        })
        .unzip();
    let manifest = Manifest::new(Descriptor::of(media_type::CONFIG, &config), descriptors);
    blobs.push((Digest::of(&config), config));
    Ok(Artifact { tag: Some(tag), blobs, manifest: manifest.to_bytes()? })
}

/// The configuration of an empty image with layers appended, as go-containerregistry's `v1.ConfigFile` writes it.
fn config(diff_ids: Vec<Digest>) -> Result<Vec<u8>, EncodeError> {
    #[derive(Serialize)]
    struct Image {
        architecture: &'static str,
        created: &'static str,
        history: Vec<Step>,
        os: &'static str,
        rootfs: RootFs,
        config: Empty,
    }
    #[derive(Serialize)]
    struct Step {
        created: &'static str,
    }
    #[derive(Serialize)]
    struct RootFs {
        r#type: &'static str,
        diff_ids: Vec<Digest>,
    }
    #[derive(Serialize)]
    struct Empty {}
    // Go's zero time, no moment of ours.
    let created = "0001-01-01T00:00:00Z";
    let history = diff_ids.iter().map(|_| Step { created }).collect();
    let rootfs = RootFs { r#type: "layers", diff_ids };
    Ok(serde_json::to_vec(&Image { architecture: "", created, history, os: "", rootfs, config: Empty {} })?)
}
