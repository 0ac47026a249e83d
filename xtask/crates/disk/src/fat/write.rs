//! A tree of files as a volume.

use std::collections::BTreeMap;

use crate::fat::directory::{ARCHIVE, DIRECTORY, Entries, Facts, LABEL};
use crate::fat::geometry::{Geometry, ROOT_ENTRIES};
use crate::fat::name::{self, Short};
use crate::fat::{FatError, FatTime, Kind, NameError, NameFault, boot};
use crate::{Content, Directory, Image, Node, Sector};

/// Entries of a directory: its size must stay below 2 MiB.
const MOST_ENTRIES: usize = 65_535;

/// What a volume is besides its files.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Volume {
    /// Its size in bytes.
    pub size: u64,
    /// The size of a sector of the disk that it lies on.
    pub sector: Sector,
    /// Its label.
    pub label: String,
    /// Its serial number, which systems show and find it by.
    pub serial: u32,
    /// The sectors that lie before it on its disk.
    pub hidden: u32,
    /// The time of every file and directory.
    pub time: FatTime,
}

/// A directory in the order in which they lie on the volume.
struct Place<'a> {
    directory: &'a Directory,
    path: String,
    parent: usize,
    /// Clusters of itself, filled in once cluster sizes are known.
    cluster: u64,
}

/// Writes a volume. Errors: see [`FatError`].
pub fn write(volume: &Volume, root: &Directory) -> Result<Image, FatError> {
    let places = check(root)?;
    let label = label(&volume.label)?;
    let Some(geometry) = Geometry::of(volume.size, volume.sector) else {
        let (least, sector) = (Geometry::least(volume.sector), volume.sector.bytes());
        return Err(FatError::Size { size: volume.size, least, sector });
    };
    check_root(&geometry, root)?;
    let needed = clusters(&places, &geometry);
    if needed > geometry.clusters {
        return Err(FatError::TooSmall { needed: least(&places, volume.sector)?, size: volume.size });
    }
    Writer { volume, geometry, label, places }.write()
}

/// The size in bytes of a volume that holds the files, in whole MiB. Errors: as for [`write`].
pub fn least_size(root: &Directory, sector: Sector) -> Result<u64, FatError> {
    least(&check(root)?, sector)
}

fn least(places: &[Place], sector: Sector) -> Result<u64, FatError> {
    let mut size = Geometry::least(sector);
    loop {
        let refused = || FatError::Size { size, least: Geometry::least(sector), sector: sector.bytes() };
        let geometry = Geometry::of(size, sector).ok_or_else(refused)?;
        let needed = geometry.place(2 + clusters(places, &geometry)).next_multiple_of(1 << 20);
        if needed <= size {
            return Ok(size);
        }
        size = needed;
    }
}

/// All directories, parents first, when all names and sizes can be.
fn check(root: &Directory) -> Result<Vec<Place<'_>>, FatError> {
    let mut places = vec![Place { directory: root, path: String::new(), parent: 0, cluster: 0 }];
    let mut names = Vec::new();
    let mut at = 0;
    while let Some(place) = places.get(at) {
        let (directory, path) = (place.directory, place.path.clone());
        names.extend(name_errors(directory, &path));
        let entries = 2 + directory.entries().map(|(name, _)| name::entries(name)).sum::<usize>();
        if entries > MOST_ENTRIES {
            let path = if path.is_empty() { "/".to_owned() } else { path };
            return Err(FatError::DirectoryTooLarge { path, entries, most: MOST_ENTRIES });
        }
        for (name, node) in directory.entries() {
            let path = joined(&path, name);
            match node {
                Node::Directory(directory) => places.push(Place { directory, path, parent: at, cluster: 0 }),
                Node::File(content) if u32::try_from(content.len()).is_err() => {
                    return Err(FatError::FileTooLarge { path, size: content.len() });
                }
                Node::File(_) => {}
            }
        }
        at += 1;
    }
    if names.is_empty() { Ok(places) } else { Err(FatError::Names { names }) }
}

fn name_errors(directory: &Directory, path: &str) -> Vec<NameError> {
    let mut seen = BTreeMap::new();
    let mut found = Vec::new();
    for (name, _) in directory.entries() {
        let fault = name::fault(name).or_else(|| {
            seen.insert(name::folded(name), name).map(|other| NameFault::Same { other: other.to_owned() })
        });
        found.extend(fault.map(|fault| NameError { path: joined(path, name), fault }));
    }
    found
}

fn joined(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}/{name}") }
}

/// The root of FAT16 has a fixed number of entries, one of them for the label.
fn check_root(geometry: &Geometry, root: &Directory) -> Result<(), FatError> {
    let entries = 1 + root.entries().map(|(name, _)| name::entries(name)).sum::<usize>();
    let most = usize::try_from(ROOT_ENTRIES).unwrap_or_default();
    if geometry.kind == Kind::Fat16 && entries > most {
        return Err(FatError::DirectoryTooLarge { path: "/".to_owned(), entries, most });
    }
    Ok(())
}

fn label(label: &str) -> Result<[u8; 11], FatError> {
    let is_good = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || b"-_ ".contains(&byte);
    if !(1..=11).contains(&label.len()) || !label.bytes().all(is_good) || label.trim() != label {
        return Err(FatError::Label { label: label.to_owned() });
    }
    let mut bytes = [b' '; 11];
    for (place, byte) in bytes.iter_mut().zip(label.bytes()) {
        *place = byte;
    }
    Ok(bytes)
}

/// Clusters of a directory: the root has no entries for itself and its parent, but one for the label.
fn directory_clusters(index: usize, place: &Place, geometry: &Geometry) -> u64 {
    if index == 0 && geometry.kind == Kind::Fat16 {
        return 0;
    }
    let own = if index == 0 { 1 } else { 2 };
    let entries = own + place.directory.entries().map(|(name, _)| name::entries(name)).sum::<usize>();
    (entries as u64 * 32).div_ceil(geometry.cluster())
}

fn clusters(places: &[Place], geometry: &Geometry) -> u64 {
    let directories =
        places.iter().enumerate().map(|(index, place)| directory_clusters(index, place, geometry));
    let files = places.iter().flat_map(|place| files(place.directory));
    directories.sum::<u64>() + files.map(|content| content.len().div_ceil(geometry.cluster())).sum::<u64>()
}

fn files(directory: &Directory) -> impl Iterator<Item = &Content> {
    directory.entries().filter_map(|(_, node)| match node {
        Node::File(content) => Some(content),
        Node::Directory(_) => None,
    })
}

struct Writer<'a> {
    volume: &'a Volume,
    geometry: Geometry,
    label: [u8; 11],
    places: Vec<Place<'a>>,
}

impl Writer<'_> {
    fn write(mut self) -> Result<Image, FatError> {
        let geometry = self.geometry;
        let mut image = Image::new(self.volume.size);
        let mut chains = Vec::new();
        let mut next = 2;
        for (index, place) in self.places.iter_mut().enumerate() {
            let clusters = directory_clusters(index, place, &geometry);
            if clusters > 0 {
                place.cluster = next;
                chains.push(clusters);
                next += clusters;
            }
        }
        // Children follow their parents, so one pass over the directories meets them in the order of the list.
        let mut child = 1;
        for (index, place) in self.places.iter().enumerate() {
            let mut entries = self.own_entries(index, place);
            let names: Vec<&str> = place.directory.entries().map(|(name, _)| name).collect();
            let shorts = name::shorts(&names);
            for ((name, node), short) in place.directory.entries().zip(&shorts) {
                let facts = match node {
                    Node::Directory(_) => {
                        let cluster = self.places.get(child).map_or(0, |place| place.cluster);
                        child += 1;
                        Facts { flags: DIRECTORY, cluster, size: 0 }
                    }
                    Node::File(content) if content.is_empty() => {
                        Facts { flags: ARCHIVE, cluster: 0, size: 0 }
                    }
                    Node::File(content) => {
                        let facts = Facts { flags: ARCHIVE, cluster: next, size: content.len() };
                        image.put(geometry.place(next), content.clone())?;
                        let clusters = content.len().div_ceil(geometry.cluster());
                        chains.push(clusters);
                        next += clusters;
                        facts
                    }
                };
                entries.add(name, short, facts);
            }
            let start = match place.cluster {
                0 => (geometry.data() - geometry.root) * geometry.sector.bytes(),
                cluster => geometry.place(cluster),
            };
            image.put(start, Content::bytes(entries.into_bytes()))?;
        }
        let table = Content::bytes(boot::table(geometry.kind, &chains));
        let sector = geometry.sector.bytes();
        image.put(geometry.reserved * sector, table.clone())?;
        image.put((geometry.reserved + geometry.table) * sector, table)?;
        image.put(0, Content::bytes(boot::reserved(self.volume, &geometry, self.label, next - 2)))?;
        Ok(image)
    }

    /// The label in the root; itself and its parent in every other directory.
    fn own_entries(&self, index: usize, place: &Place) -> Entries {
        let mut entries = Entries::new(self.volume.time);
        if index == 0 {
            entries.add_short(&self.label, Facts { flags: LABEL, cluster: 0, size: 0 });
            return entries;
        }
        // A parent that is the root is written as 0, even where the root has a cluster.
        let parent = match place.parent {
            0 => 0,
            index => self.places.get(index).map_or(0, |place| place.cluster),
        };
        let dots: [(&Short, u64); 2] = [(b".          ", place.cluster), (b"..         ", parent)];
        for (name, cluster) in dots {
            entries.add_short(name, Facts { flags: DIRECTORY, cluster, size: 0 });
        }
        entries
    }
}
