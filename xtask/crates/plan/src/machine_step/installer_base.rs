//! The image that an installer is based on: the program that installs, from an archive in the layout of OCI.

use archive::Tree;
use archive::unpack::{Limits, tar};
use hashing::Digest;
use oci::{Descriptor, INDEX_FILE, Index, Manifest, blob_path, media_type};
use serde_json::Value;

use super::Work;
use crate::error::PlanError;

/// What of it goes into an installer; nothing when there is none.
#[derive(Debug, Default)]
pub(super) struct Base {
    /// How its program is started.
    pub(super) config: Value,
    pub(super) layers: Vec<Layer>,
}

/// A layer as it was pushed.
#[derive(Debug)]
pub(super) struct Layer {
    pub(super) descriptor: Descriptor,
    pub(super) content: Digest,
    pub(super) bytes: Vec<u8>,
}

/// Reads an archive. Errors: it is no image, or none for the architecture.
pub(super) fn read(work: &Work<'_>, bytes: &[u8]) -> Result<Base, PlanError> {
    let refused = |reason: String| {
        let message =
            format!("image `{}`: the base of the installer cannot be used: {reason}", work.image.name);
        let hint =
            "pin an image archive in the layout of OCI, as `skopeo copy docker://… oci-archive:…` writes it";
        PlanError::from(work.image.mistake(&["base"], message).hint(hint))
    };
    let files = tar(bytes, Limits::default()).map_err(|error| refused(error.to_string()))?;
    image(&files, work.recipe.architecture()).map_err(refused)
}

fn image(files: &Tree, architecture: &str) -> Result<Base, String> {
    let get = |path: &str| {
        files.get(path).map(|file| file.content.as_slice()).ok_or_else(|| format!("it has no `{path}`"))
    };
    let blob = |descriptor: &Descriptor| {
        let bytes = get(&blob_path(&descriptor.digest))?;
        let is_right = Digest::of(bytes) == descriptor.digest;
        is_right.then_some(bytes).ok_or_else(|| format!("`{}` is damaged", blob_path(&descriptor.digest)))
    };
    let mut index = Index::parse(get(INDEX_FILE)?).map_err(|error| error.to_string())?;
    let manifest = loop {
        let fits = |entry: &&oci::IndexEntry| {
            entry.platform.as_ref().is_none_or(|platform| platform.architecture == architecture)
        };
        let found = index.manifests.iter().find(fits).map(|entry| entry.descriptor.clone());
        let found = found.ok_or_else(|| format!("it is not for {architecture}"))?;
        if matches!(found.media_type.as_str(), media_type::INDEX | media_type::DOCKER_MANIFEST_LIST) {
            index = Index::parse(blob(&found)?).map_err(|error| error.to_string())?;
        } else {
            break Manifest::parse(blob(&found)?).map_err(|error| error.to_string())?;
        }
    };
    let config: Value = serde_json::from_slice(blob(&manifest.config)?).map_err(|error| error.to_string())?;
    let contents: Vec<Digest> =
        serde_json::from_value(config["rootfs"]["diff_ids"].clone()).map_err(|error| error.to_string())?;
    if config["architecture"].as_str().is_some_and(|found| found != architecture) {
        return Err(format!("it is not for {architecture}"));
    }
    // Of an installer only the first layer is its base; the second one holds what is made anew.
    let count = if manifest.layers.len() == 2 { 1 } else { manifest.layers.len() };
    let mut layers = Vec::new();
    for (descriptor, content) in manifest.layers.iter().zip(contents).take(count) {
        layers.push(Layer { descriptor: descriptor.clone(), content, bytes: blob(descriptor)?.to_vec() });
    }
    Ok(Base { config: config["config"].clone(), layers })
}
