//! What is built into the kernel: `modules.builtin` and `modules.builtin.modinfo`, which its build writes.

use crate::alias::{name_of, normal};
use crate::trie::Trie;

/// `modules.builtin.bin`: the names.
pub(crate) fn names(list: &str) -> Vec<u8> {
    let mut trie = Trie::new();
    for line in list.split_inclusive('\n').filter(|line| line.starts_with(|c: char| c.is_ascii_alphabetic()))
    {
        let name = name_of(line);
        if name.is_ascii() {
            trie.insert(&name, "", 0);
        }
    }
    trie.write()
}

/// `modules.builtin.alias.bin`: the aliases of entries such as `loop.alias=block-major-7-*`, each with a zero behind it.
pub(crate) fn aliases(modinfo: &[u8]) -> Vec<u8> {
    let mut trie = Trie::new();
    let mut rest = Cursor(modinfo);
    while !rest.0.is_empty() {
        let Some(name) = rest.until(b'.').filter(|name| !name.is_empty()) else { continue };
        if rest.until(b'=') != Some("alias".to_owned()) {
            rest.until(0);
            continue;
        }
        let Some(value) = rest.until(0).filter(|value| !value.is_empty()) else { continue };
        if let Some(alias) = normal(&value).filter(|alias| alias.is_ascii()) {
            trie.insert(&alias, &name, 0);
        }
    }
    trie.write()
}

struct Cursor<'a>(&'a [u8]);

impl Cursor<'_> {
    /// What comes before a byte, which is passed over; a zero ends it as well, and then there is nothing.
    fn until(&mut self, end: u8) -> Option<String> {
        let length = self.0.iter().position(|byte| *byte == end || *byte == 0);
        let found = self.0.get(..length.unwrap_or(self.0.len())).unwrap_or_default();
        let stop = length.and_then(|length| self.0.get(length));
        self.0 = length.and_then(|length| self.0.get(length + 1..)).unwrap_or_default();
        (stop == Some(&end)).then(|| String::from_utf8_lossy(found).into_owned())
    }
}
