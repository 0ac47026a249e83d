//! Making the files.

use cmdline::Output as Target;
use filetree::{Node, Tree};
use initramfs::{Extension, Layer, Microcode, assemble, check_names, layer_name, layer_order, prepare};
use uki::{Profile, Stub, Uki, os_release};

use crate::error::MachineError;
use crate::recipe::Recipe;

/// What an image is put together from.
#[derive(Clone, Debug)]
pub struct Parts {
    /// systemd's stub.
    pub stub: Vec<u8>,
    /// Whether the stub may have symbols, which are left out.
    pub symbols: bool,
    /// The kernel.
    pub kernel: Vec<u8>,
    /// The initramfs without extensions.
    pub initramfs: Vec<u8>,
    /// The picture that is shown while booting.
    pub splash: Option<Vec<u8>>,
    /// Extensions, in the order of the description.
    pub extensions: Vec<Extension>,
}

/// A file that comes out.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Output {
    /// Its name.
    pub name: &'static str,
    /// Its content.
    pub content: Vec<u8>,
}

/// The time stamp of unified kernel images, in seconds since 1970: none.
const TIME: u32 = 0;

/// The files that need no part: the schematic and the command line.
pub fn texts(recipe: &Recipe) -> Result<Vec<Output>, MachineError> {
    let line = recipe.command_line(Target::Uki)?.to_string();
    let schematic = recipe.schematic.to_yaml().into_bytes();
    Ok(vec![
        Output { name: "schematic.yaml", content: schematic },
        Output { name: "cmdline", content: line.into_bytes() },
    ])
}

/// All files of an image.
pub fn build(recipe: &Recipe, parts: &Parts) -> Result<Vec<Output>, MachineError> {
    let initramfs = with_extensions(recipe, parts)?;
    let mut outputs = texts(recipe)?;
    let uki = unified(recipe, parts, &initramfs)?;
    outputs.push(Output { name: "initramfs", content: initramfs });
    outputs.push(Output { name: "uki.efi", content: uki });
    Ok(outputs)
}

fn with_extensions(recipe: &Recipe, parts: &Parts) -> Result<Vec<u8>, MachineError> {
    let mut extensions = parts.extensions.clone();
    extensions.push(virtual_extension(recipe)?);
    let mut mistakes = check_names(&extensions);
    mistakes.extend(extensions.iter().flat_map(|extension| extension.problems(recipe.quirks)));
    if !mistakes.is_empty() {
        return Err(MachineError::Extensions(mistakes));
    }
    for extension in &extensions {
        if let Some(kernel) = extension.kernels(recipe.quirks).into_iter().next() {
            return Err(MachineError::Modules { name: extension.manifest.name.clone(), kernel });
        }
    }
    let (mut layers, mut firmware, mut microcode) = (Vec::new(), Tree::new(), Microcode::default());
    for index in layer_order(extensions.len()) {
        let Some(extension) = extensions.get(index) else { continue };
        let prepared = prepare(extension, recipe.quirks)?;
        firmware.merge(prepared.firmware)?;
        microcode.intel.extend(prepared.microcode.intel);
        microcode.amd.extend(prepared.microcode.amd);
        let image = squash::write(&prepared.layer)?;
        layers.push(Layer { file: layer_name(index), manifest: extension.manifest.clone(), image });
    }
    Ok(assemble(&parts.initramfs, &layers, firmware, &microcode)?.to_vec())
}

/// The extension that carries the schematic's name into the image.
fn virtual_extension(recipe: &Recipe) -> Result<Extension, MachineError> {
    let author = format!("Image Factory ({})", recipe.factory.url());
    let made = schematic::virtual_extension(&recipe.schematic, &author, recipe.quirks.has_overlays());
    let mut tree = Tree::new();
    tree.insert("manifest.yaml", Node::file(0o644, made.manifest.into_bytes()))?;
    tree.insert(&format!("rootfs/{}", made.path), Node::file(0o644, Vec::new()))?;
    Extension::read(&tree, "schematic").map_err(|mistake| MachineError::Extensions(vec![mistake]))
}

fn unified(recipe: &Recipe, parts: &Parts, initramfs: &[u8]) -> Result<Vec<u8>, MachineError> {
    let line = recipe.command_line(Target::Installer)?;
    let mut profiles = Vec::new();
    if let Some(reset) =
        cmdline::reset_line(Target::Installer, &line).filter(|_| recipe.quirks.has_uki_profiles())
    {
        profiles.push(Profile::new("reset-maintenance", "Reset to maintenance mode", &reset)?);
    }
    let stub = if parts.symbols { Stub::without_symbols(&parts.stub)? } else { Stub::parse(&parts.stub)? };
    let uname = uki::kernel_version(&parts.kernel);
    let uki = Uki {
        os_release: &os_release(&recipe.tag),
        cmdline: &line.to_string(),
        uname: uname.as_deref(),
        splash: parts.splash.as_deref(),
        pcr_key: None,
        kernel: &parts.kernel,
        initrd: initramfs,
        profiled: Uki::profiled(recipe.quirks, &profiles)?,
        profiles: &profiles,
    };
    let image = uki.assemble(&stub, TIME)?.to_vec();
    Ok(image)
}

#[cfg(test)]
mod tests;
