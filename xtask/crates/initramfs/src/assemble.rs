//! Putting an initramfs together.

use std::io::{self, Write};

use filetree::{Node, Tree, TreeError};

use crate::cpio::write_archive;
use crate::error::ArchiveError;
use crate::layers::{Layer, layers_yaml};
use crate::prepare::Microcode;

/// What the bytes depend on besides the parts: the compression and its level.
pub const IDENTITY: &str = "newc in zstd 1.5.7 level 9";

/// The level of Zstandard. Layers are compressed already; it is for firmware and for small files.
const LEVEL: i32 = 9;

/// An initramfs: what comes before the release's own, that itself, and what comes after it.
#[derive(Clone, Debug)]
pub struct Initramfs<'a> {
    /// Microcode in an uncompressed archive; empty when there is none.
    pub early: Vec<u8>,
    /// The release's own.
    pub base: &'a [u8],
    /// Layers and firmware in a compressed archive; empty when there are none.
    pub added: Vec<u8>,
}

/// Adds layers, firmware and microcode to the initramfs of a release.
pub fn assemble<'a>(
    base: &'a [u8],
    layers: &[Layer],
    firmware: Tree,
    microcode: &Microcode,
) -> Result<Initramfs<'a>, ArchiveError> {
    let wrong = |source: TreeError| ArchiveError::Tree { what: "the added archive".to_owned(), source };
    let mut early = Tree::new();
    for (name, bytes) in [("AuthenticAMD", &microcode.amd), ("GenuineIntel", &microcode.intel)] {
        if !bytes.is_empty() {
            let path = format!("kernel/x86/microcode/{name}.bin");
            early.insert(&path, Node::file(0o644, bytes.clone())).map_err(wrong)?;
        }
    }
    let mut added = firmware;
    for layer in layers {
        added.insert(&layer.file, Node::file(0o644, layer.image.clone())).map_err(wrong)?;
    }
    if !layers.is_empty() {
        added
            .insert("extensions.yaml", Node::file(0o644, layers_yaml(layers).into_bytes()))
            .map_err(wrong)?;
    }
    let early = if early.is_empty() { Vec::new() } else { write_archive(&early)? };
    let added = if added.is_empty() { Vec::new() } else { compress(&write_archive(&added)?)? };
    Ok(Initramfs { early, base, added })
}

fn compress(archive: &[u8]) -> Result<Vec<u8>, ArchiveError> {
    let failed = |error: io::Error| ArchiveError::Packed { at: 0, detail: error.to_string() };
    let mut encoder = zstd::Encoder::new(Vec::new(), LEVEL).map_err(failed)?;
    encoder.include_checksum(true).map_err(failed)?;
    encoder.write_all(archive).map_err(failed)?;
    encoder.finish().map_err(failed)
}

impl Initramfs<'_> {
    /// Its size in bytes.
    pub fn size(&self) -> u64 {
        (self.early.len() + self.base.len() + self.added.len()) as u64
    }

    /// Writes it.
    pub fn write_to(&self, out: &mut impl Write) -> io::Result<()> {
        [self.early.as_slice(), self.base, self.added.as_slice()]
            .iter()
            .try_for_each(|part| out.write_all(part))
    }

    /// The whole in memory.
    pub fn to_vec(&self) -> Vec<u8> {
        [self.early.as_slice(), self.base, self.added.as_slice()].concat()
    }
}
