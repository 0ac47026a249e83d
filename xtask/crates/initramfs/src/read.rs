//! Taking an initramfs apart.

use std::io::Read as _;

use filetree::Tree;

use crate::cpio::read_archive;
use crate::error::ArchiveError;

/// The image of the root file system within an initramfs of Talos.
const ROOT: &str = "rootfs.sqsh";
const ZSTD: &[u8] = &[0x28, 0xb5, 0x2f, 0xfd];
/// The most that is unpacked, in bytes.
const LARGEST: u64 = 4 << 30;

/// One archive of an initramfs.
#[derive(Clone, Debug)]
pub struct Part {
    /// Whether it is compressed.
    pub packed: bool,
    /// What it holds.
    pub tree: Tree,
}

/// The archives of an initramfs in their order, as the kernel finds them: bare or in Zstandard, one after the other.
pub fn parts(initramfs: &[u8]) -> Result<Vec<Part>, ArchiveError> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(rest) = initramfs.get(at..).filter(|rest| !rest.is_empty()) {
        let blank = rest.iter().take_while(|byte| **byte == 0).count();
        if blank > 0 {
            at += blank;
        } else if rest.starts_with(ZSTD) {
            let mut unpacked = Vec::new();
            let packed = |error: std::io::Error| ArchiveError::Packed { at, detail: error.to_string() };
            let mut decoder = zstd::Decoder::with_buffer(rest).map_err(packed)?.single_frame();
            decoder.by_ref().take(LARGEST).read_to_end(&mut unpacked).map_err(packed)?;
            let left = decoder.finish().len();
            at = initramfs.len() - left;
            archives(&unpacked, true, &mut found)?;
        } else if rest.starts_with(b"0707") {
            let (tree, end) = read_archive(rest, "the initramfs")?;
            found.push(Part { packed: false, tree });
            at += end;
        } else {
            return Err(ArchiveError::Packed {
                at,
                detail: "the bytes there are of no known format".to_owned(),
            });
        }
    }
    Ok(found)
}

fn archives(unpacked: &[u8], packed: bool, found: &mut Vec<Part>) -> Result<(), ArchiveError> {
    let mut at = 0;
    while let Some(rest) = unpacked.get(at..).filter(|rest| rest.iter().any(|byte| *byte != 0)) {
        let blank = rest.iter().take_while(|byte| **byte == 0).count();
        let rest = rest.get(blank..).unwrap_or_default();
        let (tree, end) = read_archive(rest, "an archive within the initramfs")?;
        found.push(Part { packed, tree });
        at += blank + end;
    }
    Ok(())
}

/// The squashfs image of the root file system within an initramfs.
pub fn root_image(initramfs: &[u8]) -> Result<Vec<u8>, ArchiveError> {
    let found = parts(initramfs)?;
    let image = found.iter().find_map(|part| part.tree.get(ROOT)?.bytes());
    image.map(<[u8]>::to_vec).ok_or(ArchiveError::NoRoot(ROOT))
}
