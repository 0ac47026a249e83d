//! Names: long ones, and the short ones of DOS that every entry has beside them.

use std::collections::{BTreeMap, BTreeSet};

use crate::fat::NameFault;

/// UTF-16 units of a long name, and those that one entry holds.
const LONGEST: usize = 255;
const UNITS: usize = 13;

/// A name in the form of DOS: eight and three bytes, filled with blanks.
pub(crate) type Short = [u8; 11];

/// What is wrong with a name by itself.
pub(crate) fn fault(name: &str) -> Option<NameFault> {
    let is_bad =
        |c: &char| c.is_control() || matches!(c, '"' | '*' | '/' | ':' | '<' | '>' | '?' | '\\' | '|');
    let length = name.encode_utf16().count();
    if let Some(bad) = name.chars().find(is_bad) {
        return Some(NameFault::Character(bad));
    }
    if name.ends_with(['.', ' ']) {
        return Some(NameFault::End);
    }
    (length > LONGEST).then_some(NameFault::Long { length })
}

/// The form in which names are compared.
pub(crate) fn folded(name: &str) -> String {
    let upper =
        |c: char| Some(c.to_uppercase()).filter(|upper| upper.len() == 1).and_then(|mut one| one.next());
    name.chars().map(|c| upper(c).unwrap_or(c)).collect()
}

/// How many entries a name takes.
pub(crate) fn entries(name: &str) -> usize {
    match exact(name) {
        Some(_) => 1,
        None => 1 + name.encode_utf16().count().div_ceil(UNITS),
    }
}

/// The short names of a directory, in the order of the names; names must differ by more than case.
pub(crate) fn shorts(names: &[&str]) -> Vec<Short> {
    let plain = |name: &&str| exact(&name.to_ascii_uppercase());
    let mut taken: BTreeSet<Short> = names.iter().filter_map(plain).collect();
    let mut next: BTreeMap<Short, u32> = BTreeMap::new();
    names.iter().map(|name| plain(name).unwrap_or_else(|| numbered(name, &mut taken, &mut next))).collect()
}

/// The parts of a long name, last one first, as entries of a directory.
pub(crate) fn long(name: &str, short: &Short) -> Vec<[u8; 32]> {
    if exact(name).is_some() {
        return Vec::new();
    }
    let units: Vec<u16> = name.encode_utf16().collect();
    let sum = short.iter().fold(0_u8, |sum, byte| sum.rotate_right(1).wrapping_add(*byte));
    let last = units.len().div_ceil(UNITS);
    let parts = units.chunks(UNITS).zip(1_u8..);
    let mut entries: Vec<[u8; 32]> = parts
        .map(|(part, number)| {
            let number = if usize::from(number) == last { number | 0x40 } else { number };
            part_entry(part, number, sum)
        })
        .collect();
    entries.reverse();
    entries
}

fn part_entry(part: &[u16], number: u8, sum: u8) -> [u8; 32] {
    let end = [0, u16::MAX, u16::MAX, u16::MAX, u16::MAX, u16::MAX, u16::MAX];
    let filled = part.iter().copied().chain(end).chain([u16::MAX; 6]).take(UNITS);
    let mut units = filled.flat_map(u16::to_le_bytes);
    let mut entry = [0; 32];
    let [order, rest @ ..] = &mut entry;
    *order = number;
    for (byte, at) in rest.iter_mut().zip(1..) {
        *byte = match at {
            11 => 0x0F,
            13 => sum,
            12 | 26 | 27 => 0,
            _ => units.next().unwrap_or_default(),
        };
    }
    entry
}

/// The short form of a name that is nothing but that.
fn exact(name: &str) -> Option<Short> {
    let (base, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    let is_plain = |part: &str| part.bytes().all(is_short);
    let fits = (1..=8).contains(&base.len()) && extension.len() <= 3;
    let has_end = name.ends_with('.');
    (fits && !has_end && is_plain(base) && is_plain(extension)).then(|| filled(base, extension))
}

fn is_short(byte: u8) -> bool {
    byte.is_ascii_uppercase() || byte.is_ascii_digit() || b"$%'-_@~`!(){}^#&".contains(&byte)
}

fn filled(base: &str, extension: &str) -> Short {
    let mut short = [b' '; 11];
    for (place, byte) in short.iter_mut().zip(base.bytes().take(8)) {
        *place = byte;
    }
    for (place, byte) in short.iter_mut().skip(8).zip(extension.bytes().take(3)) {
        *place = byte;
    }
    short
}

/// A short form with `~` and a number that is not taken.
fn numbered(name: &str, taken: &mut BTreeSet<Short>, next: &mut BTreeMap<Short, u32>) -> Short {
    let name = name.trim_start_matches(['.', ' ']);
    let (base, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    let (base, extension) = (reduced(base), reduced(extension));
    let number = next.entry(filled(&base, &extension)).or_insert(0);
    loop {
        *number += 1;
        let tail = format!("~{number}");
        let stem: String = base.chars().take(8_usize.saturating_sub(tail.len())).collect();
        let short = filled(&format!("{stem}{tail}"), &extension);
        if taken.insert(short) {
            return short;
        }
    }
}

/// Upper case, without blanks and dots, with `_` for what short names do not have.
fn reduced(part: &str) -> String {
    let kept = part.chars().filter(|c| !matches!(c, ' ' | '.'));
    kept.map(|c| c.to_ascii_uppercase())
        .map(|c| if u8::try_from(c).is_ok_and(is_short) { c } else { '_' })
        .take(8)
        .collect()
}
