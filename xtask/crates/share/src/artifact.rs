//! Items as artifacts, and back.

use archive::unpack::{self, Limits};
use archive::{Tree, gzip};
use hashing::Digest;
use oci::{Descriptor, Manifest, media_type};
use serde::{Deserialize, Serialize};
use store::{Record, Store};

use crate::{Item, ShareError};

/// Type of the artifact and of its configuration.
pub(crate) const ARTIFACT_TYPE: &str = "application/vnd.cargo-xtask.store.v1+json";
/// Type of a layer that is an object.
const OBJECT: &str = "application/octet-stream";
/// Type of a layer that is a tree.
const TREE: &str = media_type::LAYER_TAR_GZIP;

/// What an artifact says of itself.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Label {
    /// The tag: who has another artifact under it takes nothing from it.
    item: String,
    /// What the recipe made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    record: Option<Record>,
}

/// An item, ready to be pushed.
pub(crate) struct Packed {
    pub(crate) blobs: Vec<(Digest, Vec<u8>)>,
    pub(crate) manifest: Vec<u8>,
}

/// Packs an item; nothing when the store has not got it.
pub(crate) fn pack(store: &Store, item: &Item) -> Result<Option<Packed>, ShareError> {
    let (record, objects, trees) = match item {
        Item::Record(key) => match store.record(key)? {
            Some(record) => (Some(record.clone()), record.objects, record.trees),
            None => return Ok(None),
        },
        Item::File(digest) if store.contains(digest) => (None, vec![*digest], Vec::new()),
        Item::Tree(digest) if store.contains_tree(digest) => (None, Vec::new(), vec![*digest]),
        Item::File(_) | Item::Tree(_) => return Ok(None),
    };
    let mut layers = Vec::new();
    for object in &objects {
        layers.push((OBJECT, store.get(object)?));
    }
    for tree in &trees {
        let tar =
            store.tree_content(tree)?.to_tar().map_err(|source| ShareError::Tree { tree: *tree, source })?;
        layers.push((TREE, gzip(&tar)));
    }
    let label = Label { item: item.to_string(), record };
    written(&label, layers)
        .map(Some)
        .map_err(|error| ShareError::Item { item: *item, what: error.to_string() })
}

fn written(label: &Label, layers: Vec<(&str, Vec<u8>)>) -> Result<Packed, oci::EncodeError> {
    let config = oci::encode(label)?;
    let descriptors = layers.iter().map(|(kind, blob)| Descriptor::of(kind, blob)).collect();
    let manifest = Manifest {
        artifact_type: Some(ARTIFACT_TYPE.to_owned()),
        ..Manifest::new(Descriptor::of(ARTIFACT_TYPE, &config), descriptors)
    };
    let blobs = layers.into_iter().map(|(_, blob)| blob).chain([config]);
    let blobs = blobs.map(|blob| (Digest::of(&blob), blob)).collect();
    Ok(Packed { blobs, manifest: manifest.to_bytes()? })
}

/// Puts an item into the store: `manifest` is its own, `blob` fetches what that names.
pub(crate) fn unpack(
    store: &Store,
    item: &Item,
    manifest: &[u8],
    blob: &dyn Fn(&Digest) -> Result<Vec<u8>, ShareError>,
) -> Result<(), ShareError> {
    let wrong = |what: String| ShareError::Item { item: *item, what };
    let manifest = Manifest::parse(manifest).map_err(|error| wrong(error.to_string()))?;
    let label: Label = serde_json::from_slice(&blob(&manifest.config.digest)?)
        .map_err(|error| wrong(format!("its configuration cannot be read: {error}")))?;
    if label.item != item.to_string() {
        return Err(wrong(format!("it says that it is `{}`", label.item)));
    }
    let (mut objects, mut trees) = (Vec::new(), Vec::new());
    for layer in &manifest.layers {
        let bytes = blob(&layer.digest)?;
        match layer.media_type.as_str() {
            OBJECT => objects.push(store.put(&bytes)?),
            TREE => trees.push(store.put_tree(&tree(&bytes).map_err(|error| wrong(error.to_string()))?)?),
            other => return Err(wrong(format!("it has a layer of type `{other}`"))),
        }
    }
    let lacks = |wanted: &[Digest], got: &[Digest]| wanted.iter().any(|digest| !got.contains(digest));
    match (item, label.record) {
        (Item::Record(_), Some(record))
            if lacks(&record.objects, &objects) || lacks(&record.trees, &trees) =>
        {
            Err(wrong("it lacks outputs that its record names".to_owned()))
        }
        (Item::Record(key), Some(record)) => {
            store.build::<ShareError>(key, || Ok(record))?;
            Ok(())
        }
        (Item::Record(_), None) => Err(wrong("it has no record".to_owned())),
        (Item::File(digest), _) if objects == [*digest] => Ok(()),
        (Item::Tree(digest), _) if trees == [*digest] => Ok(()),
        (Item::File(_) | Item::Tree(_), _) => Err(wrong("its content has another digest".to_owned())),
    }
}

fn tree(bytes: &[u8]) -> Result<Tree, archive::ArchiveError> {
    unpack::tar_gz(bytes, Limits::default())
}
