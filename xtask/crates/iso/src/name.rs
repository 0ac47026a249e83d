//! Names of ISO 9660: capital letters, digits and `_`, made from the names that people gave.

use std::collections::BTreeSet;

/// Characters of a name without its version: fewer than the 31 that there may be, to leave room for a dot.
const LONGEST: usize = 30;
const EXTENSION: usize = 8;

/// The identifiers of a directory's entries, each unique in it.
#[derive(Default)]
pub(crate) struct Names {
    taken: BTreeSet<String>,
}

impl Names {
    /// The identifier of the next entry.
    pub(crate) fn make(&mut self, name: &str, is_directory: bool) -> Vec<u8> {
        let (base, extension) =
            if is_directory { (name, "") } else { name.rsplit_once('.').unwrap_or((name, "")) };
        let extension: String = letters(extension).take(EXTENSION).collect();
        let room = LONGEST - extension.len();
        let base: Vec<char> = letters(base).take(room).collect();
        let mut number = 0_u32;
        loop {
            let tail = if number == 0 { String::new() } else { number.to_string() };
            let stem: String = base.iter().take(room - tail.len()).collect();
            let unique = format!("{stem}{tail}.{extension}");
            // A name of nothing but a dot is left to the entry of the directory itself.
            if unique.len() > 1 && self.taken.insert(unique.clone()) {
                let name = if is_directory { unique.trim_end_matches('.').to_owned() } else { unique + ";1" };
                return name.into_bytes();
            }
            number += 1;
        }
    }
}

fn letters(part: &str) -> impl Iterator<Item = char> {
    part.chars().map(|c| match c.to_ascii_uppercase() {
        upper if upper.is_ascii_uppercase() || upper.is_ascii_digit() => upper,
        _ => '_',
    })
}
