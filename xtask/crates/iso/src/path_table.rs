//! Path tables: all directories in one list, little-endian and big-endian.

use crate::folders::Tree;
use crate::record::Place;

/// The order of bytes in a table.
#[derive(Clone, Copy)]
pub(crate) enum Order {
    Little,
    Big,
}

/// The table of a tree whose directories lie at `places`.
pub(crate) fn path_table(tree: &Tree, places: &[Place], order: Order) -> Vec<u8> {
    let mut table = Vec::new();
    for (folder, place) in tree.folders.iter().zip(places) {
        let parent = u16::try_from(folder.parent + 1).unwrap_or_default();
        table.extend([u8::try_from(folder.id.len()).unwrap_or_default(), 0]);
        match order {
            Order::Little => {
                table.extend(place.sector.to_le_bytes());
                table.extend(parent.to_le_bytes());
            }
            Order::Big => {
                table.extend(place.sector.to_be_bytes());
                table.extend(parent.to_be_bytes());
            }
        }
        table.extend(&folder.id);
        if folder.id.len() % 2 == 1 {
            table.push(0);
        }
    }
    table
}
