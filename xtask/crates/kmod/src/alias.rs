//! Aliases as keys.

/// The most bytes of an alias that are looked at.
const LONGEST: usize = 4095;

/// The form in which aliases are compared: `-` and `_` are the same but in brackets. `None` for brackets that do not
/// match, which `depmod` leaves out of the trie.
pub(crate) fn normal(alias: &str) -> Option<String> {
    let mut out = String::with_capacity(alias.len());
    let mut within = false;
    for character in alias.chars() {
        if out.len() >= LONGEST {
            break;
        }
        match character {
            ']' if !within => return None,
            ']' => within = false,
            '[' => within = true,
            '-' if !within => {
                out.push('_');
                continue;
            }
            _ => {}
        }
        out.push(character);
    }
    (!within).then_some(out)
}

/// The name of a module by its path: the file up to the first dot, with `_` for `-`.
pub(crate) fn name_of(path: &str) -> String {
    let file = path.rsplit('/').next().unwrap_or(path);
    file.split('.').next().unwrap_or(file).replace('-', "_")
}
