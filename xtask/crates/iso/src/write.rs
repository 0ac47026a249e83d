//! A tree of files and an EFI system partition as an image.

use disk::gpt::{Entry, Table};
use disk::{Content, Directory, Guid, Image, Moment, Sector};

use crate::descriptor::{self, Primary};
use crate::folders::{self, Child, Tree, What};
use crate::path_table::{Order, path_table};
use crate::record::{CONTINUED, DIRECTORY, Place, Writer};
use crate::{IsoError, catalog, rock_ridge};

/// Bytes of a sector.
pub const SECTOR: u64 = 2048;
/// The sector of the first descriptor; what lies before it is free for partition tables.
const FIRST: u64 = 16;
/// Bytes of a part of a file: an entry counts 32 bits, and parts end with sectors.
const LARGEST_PART: u64 = (u32::MAX as u64 + 1) - SECTOR;
/// The EFI system partition starts at a multiple of this.
const ALIGNMENT: u64 = 1 << 20;
/// Sectors of 512 bytes of the copy of the partition table, and their number in whole sectors.
const COPY: u64 = 33;

/// What an image is made of.
#[derive(Clone, Debug)]
pub struct Iso {
    /// Its name, which systems show and find it by: 1 to 32 capital letters, digits and `_`.
    pub volume: String,
    /// The set that it belongs to; at most 128 characters of ASCII, what is longer is cut.
    pub volume_set: String,
    /// What made it; as the set.
    pub application: String,
    /// The time of the volume and of every file, in seconds since 1970.
    pub time: u64,
    /// The files of a CD.
    pub files: Directory,
    /// The EFI system partition.
    pub efi: Option<Image>,
    /// The disk that the image is, when it is copied to one.
    pub disk: Guid,
    /// The partitions of the files and of EFI on that disk.
    pub partitions: [Guid; 2],
}

/// Where everything lies.
struct Layout {
    folders: Vec<Place>,
    continuations: Vec<u32>,
    files: Vec<u32>,
    path_tables: [u32; 2],
    path_table: u32,
    catalog: u32,
    /// The sector behind the files.
    end: u64,
}

/// The image. Errors: see [`IsoError`].
pub fn write(iso: &Iso) -> Result<Image, IsoError> {
    let is_good = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
    if !(1..=32).contains(&iso.volume.len()) || !iso.volume.bytes().all(is_good) {
        return Err(IsoError::VolumeId(iso.volume.clone()));
    }
    let tree = folders::order(&iso.files)?;
    let time = Moment::from_unix(iso.time);
    let layout = layout(&tree, time)?;
    let efi_at = (layout.end * SECTOR).next_multiple_of(ALIGNMENT);
    let efi_size = iso.efi.as_ref().map_or(0, Image::size);
    if iso.efi.is_some() && (efi_size == 0 || !efi_size.is_multiple_of(SECTOR)) {
        return Err(IsoError::EfiSize { size: efi_size });
    }
    let size = (efi_at + efi_size + COPY * 512).next_multiple_of(SECTOR);
    let sectors = sector(size / SECTOR)?;
    let mut image = Image::new(size);
    let primary = Primary {
        volume: &iso.volume,
        volume_set: cut(&iso.volume_set),
        application: cut(&iso.application),
        sectors,
        path_table: layout.path_table,
        path_tables: layout.path_tables,
        root: layout.folders.first().copied().unwrap_or_default(),
        time,
    };
    let mut descriptors = vec![primary.bytes()];
    if iso.efi.is_some() {
        descriptors.push(descriptor::boot_record(layout.catalog));
    }
    descriptors.push(descriptor::terminator());
    for (descriptor, at) in descriptors.into_iter().zip(FIRST..) {
        image.put(at * SECTOR, Content::bytes(descriptor))?;
    }
    for (order, at) in [Order::Little, Order::Big].into_iter().zip(layout.path_tables) {
        image.put(u64::from(at) * SECTOR, Content::bytes(path_table(&tree, &layout.folders, order)))?;
    }
    for (index, place) in layout.folders.iter().enumerate() {
        let written = folder(&tree, index, &layout, time);
        image.put(u64::from(place.sector) * SECTOR, Content::bytes(written.records))?;
        let at = layout.continuations.get(index).copied().unwrap_or_default();
        image.put(u64::from(at) * SECTOR, Content::bytes(written.continuation))?;
    }
    for (content, at) in tree.files.iter().zip(&layout.files) {
        image.put(u64::from(*at) * SECTOR, (*content).clone())?;
    }
    if let Some(efi) = &iso.efi {
        let entry = Content::bytes(catalog::catalog(sector(efi_at / SECTOR)?, efi_size));
        image.put(u64::from(layout.catalog) * SECTOR, entry)?;
        image.embed(efi_at, efi)?;
        table(iso, size, efi_at, efi_size).put(&mut image)?;
    }
    Ok(image)
}

/// Puts everything one behind the other; what directories take is found by writing them without places.
fn layout(tree: &Tree, time: Moment) -> Result<Layout, IsoError> {
    // Three descriptors, of which the boot record may be absent.
    let mut next = FIRST + 3;
    let mut take = |bytes: u64| {
        let start = next;
        next += bytes.div_ceil(SECTOR);
        sector(start)
    };
    let none = vec![Place::default(); tree.folders.len()];
    let table = path_table(tree, &none, Order::Little).len() as u64;
    let mut layout = Layout {
        path_tables: [take(table)?, take(table)?],
        path_table: u32::try_from(table).unwrap_or_default(),
        folders: none,
        continuations: vec![0; tree.folders.len()],
        files: vec![0; tree.files.len()],
        catalog: 0,
        end: 0,
    };
    for index in 0..tree.folders.len() {
        let written = folder(tree, index, &layout, time);
        let length = (written.records.len() as u64).next_multiple_of(SECTOR);
        let place = Place { sector: take(length)?, length: sector(length)? };
        let continued = take(written.continuation.len() as u64)?;
        if let (Some(to), Some(at)) = (layout.folders.get_mut(index), layout.continuations.get_mut(index)) {
            (*to, *at) = (place, continued);
        }
    }
    layout.catalog = take(64)?;
    // A file without bytes lies nowhere, but its entry needs a sector that exists.
    layout.files = tree.files.iter().map(|content| take(content.len())).collect::<Result<_, _>>()?;
    layout.end = next;
    Ok(layout)
}

/// Writes a directory.
fn folder(tree: &Tree, index: usize, layout: &Layout, time: Moment) -> Writer {
    let continued_at = layout.continuations.get(index).copied().unwrap_or_default();
    let mut writer = Writer { records: Vec::new(), continuation: Vec::new(), continued_at, time };
    let Some(found) = tree.folders.get(index) else { return writer };
    let place = |index: usize| layout.folders.get(index).copied().unwrap_or_default();
    let posix = |index: usize| [rock_ridge::mode(true, links(tree, index)), rock_ridge::times(time)].concat();
    let mut own = posix(index);
    if index == 0 {
        own.splice(0..0, rock_ridge::sharing());
        let extension = writer.moved(&rock_ridge::extension());
        own.extend(extension);
    }
    writer.add(&[0], DIRECTORY, place(index), &own, &[]);
    writer.add(&[1], DIRECTORY, place(found.parent), &posix(found.parent), &[]);
    for child in &found.children {
        let name = rock_ridge::name(&child.name);
        match child.what {
            What::Folder(below) => writer.add(&child.id, DIRECTORY, place(below), &posix(below), &name),
            What::File(file) => add_file(&mut writer, child, tree, layout, file, &name),
        }
    }
    writer
}

/// Adds the entries of a file: one for each part.
fn add_file(writer: &mut Writer, child: &Child, tree: &Tree, layout: &Layout, file: usize, name: &[u8]) {
    let posix = [rock_ridge::mode(false, 1), rock_ridge::times(writer.time)].concat();
    let mut at = layout.files.get(file).copied().unwrap_or_default();
    let mut left = tree.files.get(file).map_or(0, |content| content.len());
    loop {
        let part = left.min(LARGEST_PART);
        let place = Place { sector: at, length: u32::try_from(part).unwrap_or(u32::MAX) };
        left -= part;
        writer.add(&child.id, if left > 0 { CONTINUED } else { 0 }, place, &posix, name);
        at = at.saturating_add(u32::try_from(part / SECTOR).unwrap_or_default());
        if left == 0 {
            return;
        }
    }
}

/// A directory is linked to by its parent, by itself and by each directory in it.
fn links(tree: &Tree, index: usize) -> u32 {
    let children = tree.folders.get(index).map_or(&[][..], |folder| &folder.children);
    let below = children.iter().filter(|child| matches!(child.what, What::Folder(_))).count();
    u32::try_from(2 + below).unwrap_or(u32::MAX)
}

/// The disk that the image is: the files as one partition, the EFI system partition as the second one.
fn table(iso: &Iso, size: u64, efi_at: u64, efi_size: u64) -> Table {
    let [files, efi] = iso.partitions;
    let entry = |kind, guid, name: &str, start: u64, end: u64| Entry {
        kind,
        guid,
        name: name.to_owned(),
        attributes: 0,
        first: start / 512,
        last: end / 512 - 1,
    };
    Table {
        sector: Sector::B512,
        sectors: size / 512,
        guid: iso.disk,
        first_usable: FIRST * SECTOR / 512,
        last_usable: size / 512 - COPY - 1,
        entries: vec![
            entry(Guid::BASIC_DATA, files, "ISO9660", FIRST * SECTOR, efi_at),
            entry(Guid::EFI_SYSTEM, efi, "EFI", efi_at, efi_at + efi_size),
        ],
    }
}

fn sector(number: u64) -> Result<u32, IsoError> {
    u32::try_from(number).map_err(|_| IsoError::TooLarge { sectors: number })
}

fn cut(text: &str) -> &str {
    if text.is_ascii() { text.get(..128).unwrap_or(text) } else { "" }
}
