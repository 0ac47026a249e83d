//! Making a bundle.

use hashing::Digest;
use oci::{Descriptor, ImageConfig, Manifest, annotation, media_type};

use crate::rules::{self, PackError};
use crate::version::bundle_version;

/// What a bundle is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BundleSpec {
    /// Name, which is also the repository below the registry: `platform/network/metallb`.
    pub name: String,
    /// Version of what is packed, as its publisher writes it; see [`crate::normalise_version`].
    pub version_base: String,
    /// One sentence for people. It stands in the index of a layout and not in the artifact: a reworded
    /// sentence must not wake a cluster.
    pub description: String,
}

/// An artifact in memory: three blobs and what is known about them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packed {
    /// Name of the bundle.
    pub name: String,
    /// Version, which is also its tag.
    pub version: String,
    /// One sentence for people.
    pub description: String,
    /// The layer: a gzip-compressed tar.
    pub layer: Vec<u8>,
    /// Digest of [`Self::layer`].
    pub layer_digest: Digest,
    /// Digest of the uncompressed tar: the identity of the content.
    pub diff_id: Digest,
    /// The config blob.
    pub config: Vec<u8>,
    /// Digest of [`Self::config`].
    pub config_digest: Digest,
    /// The manifest.
    pub manifest: Vec<u8>,
    /// Digest of [`Self::manifest`], which is the digest of the artifact.
    pub manifest_digest: Digest,
    /// How many objects it holds.
    pub object_count: usize,
    /// How long it is.
    pub sizes: Sizes,
}

/// Lengths in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sizes {
    /// All files together.
    pub content: u64,
    /// The uncompressed tar.
    pub tar: u64,
    /// The compressed layer.
    pub layer: u64,
}

impl Packed {
    /// The blobs by digest, the manifest last, so that whoever stores them in order never has a manifest without its
    /// parts.
    pub fn blobs(&self) -> [(Digest, &[u8]); 3] {
        [
            (self.layer_digest, &self.layer),
            (self.config_digest, &self.config),
            (self.manifest_digest, &self.manifest),
        ]
    }
}

/// Packs `files` (path and YAML text, one Kubernetes object each, in any order) into a bundle.
///
/// The version is `<base x.y.z>-x<12 digits of the diff id>`, see [`crate::bundle_version`].
pub fn pack(bundle: &BundleSpec, files: &[(String, String)]) -> Result<Packed, PackError> {
    let content = rules::check(&bundle.name, files)?;
    let layer = Layer::of(&bundle.name, files)?;
    let encode = |source| PackError::Encode { name: bundle.name.clone(), source };
    let config = oci::encode(&ImageConfig::of_layers(vec![layer.diff_id])).map_err(encode)?;
    let version = bundle_version(&bundle.version_base, &layer.diff_id);
    seal(bundle, version, layer, config, &Counts { objects: files.len(), content })
}

/// A layer and its identity.
pub(crate) struct Layer {
    bytes: Vec<u8>,
    tar_size: u64,
    pub(crate) diff_id: Digest,
}

impl Layer {
    pub(crate) fn of(name: &str, files: &[(String, String)]) -> Result<Self, PackError> {
        let files: Vec<_> =
            files.iter().map(|(path, content)| (path.clone(), content.clone().into_bytes())).collect();
        let tar = archive::write_tar(&files)
            .map_err(|source| PackError::Archive { name: name.to_owned(), source })?;
        Ok(Self { bytes: archive::gzip(&tar), tar_size: tar.len() as u64, diff_id: Digest::of(&tar) })
    }
}

/// What [`seal`] is told and does not look up.
pub(crate) struct Counts {
    pub(crate) objects: usize,
    pub(crate) content: u64,
}

/// Puts the manifest around a layer and a config.
pub(crate) fn seal(
    bundle: &BundleSpec,
    version: String,
    layer: Layer,
    config: Vec<u8>,
    counts: &Counts,
) -> Result<Packed, PackError> {
    let layer_descriptor = Descriptor::of(media_type::LAYER_TAR_GZIP, &layer.bytes);
    let config_descriptor = Descriptor::of(media_type::FLUX_CONFIG, &config);
    let (layer_digest, config_digest) = (layer_descriptor.digest, config_descriptor.digest);
    let mut manifest = Manifest::new(config_descriptor, vec![layer_descriptor]);
    manifest.annotations.insert(annotation::TITLE.to_owned(), bundle.name.clone());
    manifest.annotations.insert(annotation::VERSION.to_owned(), version.clone());
    let manifest =
        manifest.to_bytes().map_err(|source| PackError::Encode { name: bundle.name.clone(), source })?;
    let sizes = Sizes { content: counts.content, tar: layer.tar_size, layer: layer.bytes.len() as u64 };
    Ok(Packed {
        name: bundle.name.clone(),
        version,
        description: bundle.description.clone(),
        layer: layer.bytes,
        layer_digest,
        diff_id: layer.diff_id,
        config,
        config_digest,
        manifest_digest: Digest::of(&manifest),
        manifest,
        object_count: counts.objects,
        sizes,
    })
}

#[cfg(test)]
mod tests;
