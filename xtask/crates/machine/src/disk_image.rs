//! Disks that machines start from.

use disk::fat::{self, FatTime, Volume};
use disk::gpt::{self, Partition};
use disk::meta::Meta;
use disk::{Guid, Image, Sector};

use crate::error::MachineError;
use crate::loader::{Programs, files};
use crate::recipe::Recipe;

const MIB: u64 = 1 << 20;
/// The names of partitions, from which their identifiers follow.
const EFI: &str = "EFI";
const META: &str = "META";
const DISK: &str = "talos-image-disk";

/// A disk with systemd-boot: the EFI system partition and META, as the imager of Talos lays them out.
///
/// Errors: the files or the values do not fit, or the disk would be too small.
pub fn disk_image(recipe: &Recipe, programs: &Programs) -> Result<Image, MachineError> {
    let sector = recipe.sector;
    let tree = files(recipe, programs)?;
    let needed = fat::least_size(&tree, sector)?;
    let size = recipe.esp_size();
    if size < needed {
        return Err(MachineError::EspTooSmall { size: size / MIB, needed: needed.div_ceil(MIB) });
    }
    let guid = |name: &str| Guid::derived(Guid::NIL, name);
    let volume = Volume {
        size,
        sector,
        label: EFI.to_owned(),
        serial: serial(guid(EFI)),
        hidden: first_sector(sector),
        time: FatTime::FIRST,
    };
    let mut meta = Meta::new();
    for entry in &recipe.schematic.customization.meta {
        meta.set(entry.key, entry.value.as_bytes())?;
    }
    let partition = |name: &str, kind, content| Partition {
        kind,
        guid: guid(name),
        name: name.to_owned(),
        attributes: 0,
        content,
    };
    let partitions = vec![
        partition(EFI, Guid::EFI_SYSTEM, fat::write(&volume, &tree)?),
        partition(META, Guid::LINUX_DATA, meta.image()?),
    ];
    Ok(gpt::assemble(&gpt::Disk { sector, guid: guid(DISK), size: recipe.disk_size(), partitions })?)
}

/// A serial number for a file system, from the identifier of its partition.
pub(crate) fn serial(guid: Guid) -> u32 {
    guid.bytes().first_chunk().copied().map_or(1, u32::from_be_bytes)
}

/// Partitions begin at 1 MiB.
fn first_sector(sector: Sector) -> u32 {
    u32::try_from(MIB / sector.bytes()).unwrap_or_default()
}
