//! What one extension adds to an image.

use std::borrow::Cow;

use filetree::{Node, Tree};
use initramfs::{Extension, ExtensionError, Manifest, Microcode, prepare};

use crate::error::MachineError;
use crate::recipe::Recipe;

/// An extension, ready to be added. It depends on nothing but the extension and the release, so that it is made once for
/// all images.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Added {
    /// Its `manifest.yaml`.
    pub manifest: String,
    /// Its layer, a squashfs image.
    pub layer: Vec<u8>,
    /// Its firmware, a cpio archive; empty when there is none.
    pub firmware: Vec<u8>,
    /// Its microcode.
    pub microcode: Microcode,
}

/// Splits an extension up: the flattened root of its image as a tar archive, bare or in gzip. `name` is
/// what errors call it.
///
/// Errors: all mistakes of the extension.
pub fn add_extension(bytes: &[u8], name: &str, recipe: &Recipe) -> Result<Added, MachineError> {
    let unpacked = match bytes {
        [0x1f, 0x8b, ..] => archive::gunzip(bytes, LIMIT).map(Cow::from),
        bare => Ok(Cow::from(bare)),
    };
    let unpacked = unpacked.map_err(|source| MachineError::Unpack { package: name.to_owned(), source })?;
    let tree = filetree::from_tar(&unpacked).map_err(|source| {
        MachineError::Extensions(vec![ExtensionError::Tree { name: name.to_owned(), source }])
    })?;
    add(&tree, name, recipe)
}

/// The most that an extension unpacks to, in bytes.
const LIMIT: u64 = 4 << 30;

/// The extension that carries the schematic's name into the image.
pub fn add_schematic(recipe: &Recipe) -> Result<Added, MachineError> {
    let author = format!("Image Factory ({})", recipe.factory.url());
    let made = schematic::virtual_extension(&recipe.schematic, &author, recipe.quirks.has_overlays());
    let mut tree = Tree::new();
    tree.insert("manifest.yaml", Node::file(0o644, made.manifest.into_bytes()))?;
    tree.insert(&format!("rootfs/{}", made.path), Node::file(0o644, Vec::new()))?;
    add(&tree, "schematic", recipe)
}

fn add(tree: &Tree, name: &str, recipe: &Recipe) -> Result<Added, MachineError> {
    let extension = Extension::read(tree, name).map_err(|mistake| MachineError::Extensions(vec![mistake]))?;
    let mistakes = extension.problems(recipe.quirks);
    if !mistakes.is_empty() {
        return Err(MachineError::Extensions(mistakes));
    }
    let prepared = prepare(&extension, recipe.quirks)?;
    let firmware =
        if prepared.firmware.is_empty() { Vec::new() } else { initramfs::write_archive(&prepared.firmware)? };
    let manifest = tree.get("manifest.yaml").and_then(Node::bytes).unwrap_or_default();
    Ok(Added {
        manifest: String::from_utf8_lossy(manifest).into_owned(),
        layer: squash::write(&prepared.layer)?,
        firmware,
        microcode: prepared.microcode,
    })
}

impl Added {
    /// What the extension says about itself.
    pub(crate) fn described(&self, name: &str) -> Result<Manifest, MachineError> {
        Manifest::parse(&self.manifest).map_err(|detail| {
            MachineError::Extensions(vec![ExtensionError::Manifest { name: name.to_owned(), detail }])
        })
    }
}
