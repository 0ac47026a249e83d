//! The image that upgrades a machine, as a file: an OCI image layout that is a docker archive as well.
//!
//! Sources: the OCI image specification, `image-layout.md`; `manifest.json` of Docker's image specification, which most
//! tools that copy images read; `pkg/imager/out.go` of `siderolabs/talos` for what is in it.

use std::io::{Read, Write};

use disk::{Content, Source as _};
use hashing::Digest;
use oci::{Descriptor, Index, IndexEntry, Layout, Manifest, RootFs, annotation, blob_path, media_type};
use serde_json::{Value, json};
use tar::{Builder, Header};

use super::media::{Started, programs, recipe_of};
use super::steps::{Made, Steps, fetch, unwritten};
use super::{Work, installer_base};
use crate::error::PlanError;
use crate::recipe::Recipe;

/// The layer holds what is compressed already.
const LAYER: &str = media_type::LAYER_TAR;

/// The archive.
pub(super) fn installer(work: &Work<'_>, steps: &Steps<'_>, started: &Started) -> Result<Made, PlanError> {
    let own = steps.file(&recipe_of(work, "image-installer-layer", started), |out| {
        let mut tar = Builder::new(out);
        for (path, content) in machine::installer_files(work.recipe, &programs(steps, started)?) {
            entry(&mut tar, &path, content.len(), reader(&content))?;
        }
        tar.finish().map_err(unwritten)
    })?;
    let mut recipe = Recipe::new("image-installer");
    recipe.parameter("release", work.recipe.tag.as_str());
    recipe.parameter("architecture", work.recipe.architecture());
    recipe.input("layer", own.digest);
    if let Some(digest) = work.pins.installer.and_then(|pin| pin.digest.digest()) {
        recipe.input("base", digest);
    }
    steps.file(&recipe, |out| {
        let base = match work.pins.installer {
            Some(pin) => {
                let bytes = steps.store.get(&fetch(work, pin)?)?;
                installer_base::read(work, &bytes)?
            }
            None => installer_base::Base::default(),
        };
        let archive = Archive::new(work, &base, own)?;
        let mut tar = Builder::new(out);
        for (path, bytes) in archive.documents {
            entry(&mut tar, &path, bytes.len() as u64, bytes.as_slice())?;
        }
        for layer in &base.layers {
            let path = blob_path(&layer.descriptor.digest);
            entry(&mut tar, &path, layer.bytes.len() as u64, layer.bytes.as_slice())?;
        }
        let file = steps.store.open_object(&own.digest)?;
        entry(&mut tar, &blob_path(&own.digest), own.size, file)?;
        tar.finish().map_err(unwritten)
    })
}

/// The documents of the archive by their paths.
struct Archive {
    documents: Vec<(String, Vec<u8>)>,
}

impl Archive {
    fn new(work: &Work<'_>, base: &installer_base::Base, own: Made) -> Result<Self, PlanError> {
        let unencoded = |error: oci::EncodeError| unwritten(std::io::Error::other(error));
        let mut layers: Vec<Descriptor> = base.layers.iter().map(|layer| layer.descriptor.clone()).collect();
        layers.push(Descriptor::new(LAYER, own.digest, own.size));
        let mut contents: Vec<Digest> = base.layers.iter().map(|layer| layer.content).collect();
        contents.push(own.digest);
        let config = json!({
            "architecture": work.recipe.architecture(),
            "config": base.config,
            "created": "1970-01-01T00:00:00Z",
            "os": "linux",
            "rootfs": RootFs::layers(contents),
        });
        let config = oci::encode(&config).map_err(unencoded)?;
        let config_digest = Digest::of(&config);
        let described = Descriptor::new(media_type::CONFIG, config_digest, config.len() as u64);
        let paths: Vec<Value> = layers.iter().map(|layer| blob_path(&layer.digest).into()).collect();
        let manifest = Manifest::new(described, layers).to_bytes().map_err(unencoded)?;
        let manifest_digest = Digest::of(&manifest);
        let tag = work.recipe.tag.clone();
        let index = index(&manifest, &tag).map_err(unencoded)?;
        let docker = json!([{
            "Config": blob_path(&config_digest),
            "Layers": paths,
            "RepoTags": [format!("installer:{tag}")],
        }]);
        let documents = vec![
            (oci::LAYOUT_FILE.to_owned(), Layout::default().to_bytes().map_err(unencoded)?),
            (oci::INDEX_FILE.to_owned(), index),
            ("manifest.json".to_owned(), oci::encode(&docker).map_err(unencoded)?),
            (blob_path(&manifest_digest), manifest),
            (blob_path(&config_digest), config),
        ];
        Ok(Self { documents })
    }
}

/// The entry point of a layout with one image.
fn index(manifest: &[u8], tag: &str) -> Result<Vec<u8>, oci::EncodeError> {
    let described = Descriptor::of(media_type::MANIFEST, manifest).annotated(annotation::REF_NAME, tag);
    Index::new(vec![IndexEntry::of(described)]).to_bytes()
}

fn reader(content: &Content) -> impl Read + '_ {
    ContentReader { content, at: 0 }
}

struct ContentReader<'a> {
    content: &'a Content,
    at: u64,
}

impl Read for ContentReader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let left = usize::try_from(self.content.len() - self.at).unwrap_or(usize::MAX);
        let count = left.min(buffer.len());
        self.content.read_at(self.at, buffer.get_mut(..count).unwrap_or_default())?;
        self.at += count as u64;
        Ok(count)
    }
}

/// A file that belongs to nobody and has no time.
fn entry(tar: &mut Builder<impl Write>, path: &str, size: u64, content: impl Read) -> Result<(), PlanError> {
    let mut header = Header::new_ustar();
    header.set_mode(0o644);
    header.set_size(size);
    tar.append_data(&mut header, path, content).map_err(unwritten)
}
