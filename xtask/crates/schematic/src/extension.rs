//! The virtual extension that carries a schematic's name into its images.

use goyaml::Value as Yaml;

use crate::fields::Schematic;

/// An extension without content of its own.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct VirtualExtension {
    /// Its `manifest.yaml`.
    pub manifest: String,
    /// The one empty file of its root file system.
    pub path: String,
}

/// The extension that the factory puts last into every image: `talosctl get extensions` shows the schematic by it, and
/// tools that look for images that have drifted compare it.
///
/// `author` is what the manifest names as such; Image Factory says `Image Factory (<its address>)`. The schematic's text
/// is carried along when `with_text`, which is so from Talos 1.7 on.
pub fn virtual_extension(schematic: &Schematic, author: &str, with_text: bool) -> VirtualExtension {
    let id = schematic.id();
    let field = |name: &str, value: Yaml| (name.to_owned(), value);
    let constraint = Yaml::Map(vec![field("version", Yaml::text(">= 1.0.0"))]);
    let mut metadata = vec![
        field("name", Yaml::text("schematic")),
        field("version", Yaml::text(&id)),
        field("author", Yaml::text(author)),
        field(
            "description",
            Yaml::text("Virtual extension which specifies the schematic of the image built with schematic."),
        ),
        field("compatibility", Yaml::Map(vec![field("talos", constraint)])),
    ];
    if with_text {
        metadata.push(field("extraInfo", Yaml::text(schematic.to_yaml())));
    }
    let manifest = vec![field("version", Yaml::text("v1alpha1")), field("metadata", Yaml::Map(metadata))];
    VirtualExtension {
        manifest: goyaml::write(&Yaml::Map(manifest)),
        path: format!("usr/local/share/schematic/{id}"),
    }
}
