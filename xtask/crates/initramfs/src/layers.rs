//! The list of layers that init mounts.

use goyaml::Value as Yaml;

use crate::manifest::Manifest;

/// A layer: a squashfs image of an extension.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Layer {
    /// Its file in the initramfs.
    pub file: String,
    /// What the extension says about itself.
    pub manifest: Manifest,
    /// The image.
    pub image: Vec<u8>,
}

/// The file of the layer of the extension at a place of the list, from 0.
pub fn layer_name(index: usize) -> String {
    format!("{index}.sqsh")
}

/// The order of the layers of so many extensions, as places in the list.
///
/// Talos' imager puts extensions into directories named by number and lists those as texts, so that the eleventh comes
/// second. Earlier layers lie over later ones, hence the order is kept.
pub fn layer_order(count: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by_key(usize::to_string);
    order
}

/// `extensions.yaml`.
pub fn layers_yaml(layers: &[Layer]) -> String {
    let field = |name: &str, value: Yaml| (name.to_owned(), value);
    let entries = layers.iter().map(|layer| {
        Yaml::Map(vec![field("image", Yaml::text(&layer.file)), field("metadata", layer.manifest.to_yaml())])
    });
    goyaml::write(&Yaml::Map(vec![field("layers", Yaml::List(entries.collect()))]))
}
