//! The layer with the indexes over modules of the kernel.

use initramfs::{Extension, Layer, modules, modules_layer_name, root_image};
use quirks::Quirks;

use crate::error::MachineError;

/// The layer that comes behind all others when any of them has modules.
pub(crate) fn modules_layer(
    base: &[u8],
    layers: &[Layer],
    quirks: Quirks,
) -> Result<Option<Layer>, MachineError> {
    let path = quirks.modules_path();
    let mut with = Vec::new();
    for layer in layers {
        let root = squash::read_below(&layer.image, path)?;
        if !root.is_empty() {
            with.push(Extension { manifest: layer.manifest.clone(), root });
        }
    }
    if with.is_empty() {
        return Ok(None);
    }
    let release = squash::read_below(&root_image(base)?, path)?;
    let with: Vec<&Extension> = with.iter().collect();
    let made = modules(&release, &with, quirks).map_err(|mistake| MachineError::Extensions(vec![mistake]))?;
    let Some(Extension { manifest, root }) = made else { return Ok(None) };
    Ok(Some(Layer { file: modules_layer_name(), manifest, image: squash::write(&root)? }))
}
