//! The initramfs of an image.

use std::collections::BTreeSet;

use filetree::Tree;
use initramfs::{
    ExtensionError, Initramfs, Layer, Microcode, assemble, layer_name, layer_order, read_archive,
};
use uki::UkiError;

use crate::error::MachineError;
use crate::layer::Added;
use crate::modules::modules_layer;
use crate::recipe::Recipe;

/// Puts extensions, in the order of the description, into the initramfs of a release, and the indexes over their modules
/// behind them.
///
/// Errors: there is nothing to put them into, two of them have one name, or bring the same file; modules that are none or
/// are for another kernel.
pub fn system<'a>(
    base: &'a [u8],
    extensions: &[Added],
    recipe: &Recipe,
) -> Result<Initramfs<'a>, MachineError> {
    if base.is_empty() {
        return Err(UkiError::Nothing("the initramfs of the release").into());
    }
    let (mut layers, mut firmware, mut microcode) = (Vec::new(), Tree::new(), Microcode::default());
    let (mut names, mut twice) = (BTreeSet::new(), BTreeSet::new());
    for index in layer_order(extensions.len()) {
        let Some(added) = extensions.get(index) else { continue };
        let manifest = added.described(&layer_name(index))?;
        if !names.insert(manifest.name.clone()) {
            twice.insert(manifest.name.clone());
        }
        if !added.firmware.is_empty() {
            firmware.merge(read_archive(&added.firmware, "the firmware of an extension")?.0)?;
        }
        microcode.intel.extend(&added.microcode.intel);
        microcode.amd.extend(&added.microcode.amd);
        layers.push(Layer { file: layer_name(index), manifest, image: added.layer.clone() });
    }
    if !twice.is_empty() {
        return Err(MachineError::Extensions(twice.into_iter().map(ExtensionError::Twice).collect()));
    }
    layers.extend(modules_layer(base, &layers, recipe.quirks)?);
    Ok(assemble(base, &layers, firmware, &microcode)?)
}
