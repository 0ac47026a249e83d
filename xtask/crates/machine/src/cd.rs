//! Media for CD and USB.

use disk::fat::{self, FatTime, Volume};
use disk::{Guid, Image, Sector};
use iso::Iso;

use crate::disk_image::serial;
use crate::error::MachineError;
use crate::loader::{Programs, files};
use crate::recipe::Recipe;

/// What is free in the EFI system partition, in bytes, as the imager of Talos leaves it.
const FREE: u64 = 10 << 20;
/// ISO 9660 has no name longer than this.
const LONGEST: usize = 32;

/// An ISO image that UEFI starts. The tree of its EFI system partition is that of the CD as well.
pub fn cd_image(recipe: &Recipe, programs: &Programs) -> Result<Image, MachineError> {
    let tree = files(recipe, programs)?;
    let space = "TALOS ISO";
    let guid = |name: &str| Guid::derived(Guid::derived(Guid::NIL, space), name);
    let volume = Volume {
        size: fat::least_size(&tree, Sector::B512)? + FREE,
        sector: Sector::B512,
        label: "EFI".to_owned(),
        serial: serial(guid("EFI")),
        hidden: 0,
        time: FatTime::FIRST,
    };
    let set = format!("Talos-{}{}", if recipe.secure_boot() { "SB-" } else { "" }, recipe.tag);
    Ok(iso::write(&Iso {
        volume: volume_id(&set),
        volume_set: set,
        application: String::new(),
        time: 0,
        efi: Some(fat::write(&volume, &tree)?),
        files: tree,
        disk: guid("disk"),
        partitions: ["files", "EFI"].map(guid),
    })?)
}

/// A name in the characters of ISO 9660, as the imager of Talos makes it.
fn volume_id(label: &str) -> String {
    let known = label.chars().filter_map(|character| match character {
        'a'..='z' => Some(character.to_ascii_uppercase()),
        'A'..='Z' | '0'..='9' => Some(character),
        '_' | '-' | '.' => Some('_'),
        _ => None,
    });
    known.take(LONGEST).collect()
}
