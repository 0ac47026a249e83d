//! Where the parts of a volume lie.

use crate::Sector;

/// The width of an entry of the allocation table.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
    /// 16 bits, for small volumes.
    Fat16,
    /// 32 bits.
    Fat32,
}

/// Entries of the root directory of FAT16, which cannot grow.
pub(crate) const ROOT_ENTRIES: u64 = 512;
/// The fewest clusters of FAT16 and of FAT32; the number of clusters is what tells the kinds apart.
const LEAST_16: u64 = 4085;
const LEAST_32: u64 = 65_525;
const MOST_32: u64 = 0x0FFF_FFF4;
const LARGEST_CLUSTER: u64 = 32 << 10;

/// The parts of a volume, in sectors unless told otherwise.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Geometry {
    pub(crate) kind: Kind,
    pub(crate) sector: Sector,
    pub(crate) sectors: u64,
    pub(crate) per_cluster: u64,
    pub(crate) reserved: u64,
    pub(crate) table: u64,
    pub(crate) root: u64,
    pub(crate) clusters: u64,
}

impl Geometry {
    /// The geometry of a volume of `size` bytes, if there is one.
    pub(crate) fn of(size: u64, sector: Sector) -> Option<Self> {
        let sectors = size / sector.bytes();
        if !size.is_multiple_of(sector.bytes()) || u32::try_from(sectors).is_err() {
            return None;
        }
        let fat32 = clusters_32(size, sector).find_map(|per_cluster| {
            let found = Self::with(Kind::Fat32, sector, sectors, per_cluster)?;
            (LEAST_32..=MOST_32).contains(&found.clusters).then_some(found)
        });
        fat32.or_else(|| {
            clusters(sector).find_map(|per_cluster| {
                let found = Self::with(Kind::Fat16, sector, sectors, per_cluster)?;
                (LEAST_16..LEAST_32).contains(&found.clusters).then_some(found)
            })
        })
    }

    /// The size of the smallest volume, in bytes.
    pub(crate) fn least(sector: Sector) -> u64 {
        // Tables and root of FAT16 beside its fewest clusters; rounded up, so that nobody counts sectors.
        ((LEAST_16 + 64) * sector.bytes()).next_multiple_of(1 << 20)
    }

    fn with(kind: Kind, sector: Sector, sectors: u64, per_cluster: u64) -> Option<Self> {
        let (reserved, root, width) = match kind {
            Kind::Fat16 => (1, sector.count(ROOT_ENTRIES * 32), 2),
            Kind::Fat32 => (32, 0, 4),
        };
        let rest = sectors.checked_sub(reserved + root)?;
        let clusters = |table: u64| Some(rest.checked_sub(2 * table)? / per_cluster);
        let needed = |clusters: u64| sector.count((clusters + 2) * width);
        // A table for all the rest is too large; with the clusters that it leaves, at most too small by a little.
        let mut table = needed(clusters(needed(rest / per_cluster))?);
        while needed(clusters(table)?) > table {
            table += 1;
        }
        Some(Self { kind, sector, sectors, per_cluster, reserved, table, root, clusters: clusters(table)? })
    }

    /// The size of a cluster in bytes.
    pub(crate) fn cluster(&self) -> u64 {
        self.per_cluster * self.sector.bytes()
    }

    /// The sector at which clusters start.
    pub(crate) fn data(&self) -> u64 {
        self.reserved + 2 * self.table + self.root
    }

    /// The byte at which a cluster starts; the first one is number 2.
    pub(crate) fn place(&self, cluster: u64) -> u64 {
        self.data() * self.sector.bytes() + (cluster - 2) * self.cluster()
    }
}

fn clusters(sector: Sector) -> impl Iterator<Item = u64> {
    (0..).map(|shift| 1 << shift).take_while(move |count| count * sector.bytes() <= LARGEST_CLUSTER)
}

/// Sizes of clusters of FAT32 from the one that Microsoft's table has for the volume's size downwards.
fn clusters_32(size: u64, sector: Sector) -> impl Iterator<Item = u64> {
    const GIB: u64 = 1 << 30;
    let wanted = match size {
        _ if size <= 260 << 20 => 512,
        _ if size <= 8 * GIB => 4 << 10,
        _ if size <= 16 * GIB => 8 << 10,
        _ if size <= 32 * GIB => 16 << 10,
        _ => 32 << 10,
    };
    let mut down: Vec<u64> = clusters(sector).take_while(|count| count * sector.bytes() <= wanted).collect();
    if down.is_empty() {
        down.push(1);
    }
    down.into_iter().rev()
}
