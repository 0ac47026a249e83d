//! What of an extension goes where.

use filetree::{Node, Tree, TreeError};
use quirks::Quirks;

use crate::extension::Extension;

/// Microcode of processors, by manufacturer, as the kernel's early code looks for it.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Microcode {
    /// For Intel's.
    pub intel: Vec<u8>,
    /// For AMD's.
    pub amd: Vec<u8>,
}

/// An extension, split up.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Prepared {
    /// What its layer holds.
    pub layer: Tree,
    /// Firmware with whole paths, which lies in the initramfs itself: drivers ask for it before layers are mounted.
    pub firmware: Tree,
    /// Microcode, in the byte order of its files' names.
    pub microcode: Microcode,
}

/// Splits an extension up.
pub fn prepare(extension: &Extension, quirks: Quirks) -> Result<Prepared, TreeError> {
    let mut layer = extension.root.clone();
    let directory = quirks.firmware_path();
    let taken = layer.take(directory);
    let mut prepared = Prepared { layer, ..Prepared::default() };
    for (path, node) in taken.iter() {
        match microcode(path, directory, node, &mut prepared.microcode) {
            Some(()) => {}
            None => prepared.firmware.insert(path, node.clone())?,
        }
    }
    Ok(prepared)
}

/// Adds a file to the microcode if it is some.
fn microcode(path: &str, directory: &str, node: &Node, found: &mut Microcode) -> Option<()> {
    let (vendor, name) = path.strip_prefix(directory)?.strip_prefix('/')?.split_once('/')?;
    let bytes = node.bytes()?;
    match vendor {
        "intel-ucode" if !name.contains('/') => found.intel.extend(bytes),
        "amd-ucode" if name.starts_with("microcode_amd") && name.ends_with(".bin") && !name.contains('/') => {
            found.amd.extend(bytes);
        }
        _ => return None,
    }
    Some(())
}
