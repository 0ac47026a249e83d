//! All indexes of a kernel.

use std::collections::BTreeMap;

use crate::alias::{name_of, normal};
use crate::bucket::{MODULES, SYMBOLS, bucket};
use crate::builtin;
use crate::error::ModuleError;
use crate::graph::{Graph, owners};
use crate::module::Module;
use crate::text::{devices, entries};
use crate::trie::Trie;

/// What the build of a kernel leaves beside its modules; a file that is absent is `None`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Kernel<'a> {
    /// `modules.order`: paths in the order in which they were linked.
    pub order: Option<&'a [u8]>,
    /// `modules.builtin`: paths of what is built in.
    pub builtin: Option<&'a [u8]>,
    /// `modules.builtin.modinfo`: what those say of themselves.
    pub builtin_info: Option<&'a [u8]>,
}

/// The indexes with their file names, for all modules of a kernel.
///
/// Of modules with one name, one below `updates/` is taken, else the first path in byte order.
pub fn index(modules: Vec<Module>, kernel: &Kernel) -> Result<Vec<(&'static str, Vec<u8>)>, ModuleError> {
    let modules = ordered(one_of_each(modules), kernel.order);
    if modules.len() >= usize::from(u16::MAX) {
        return Err(ModuleError::TooMany(modules.len()));
    }
    let owners = owners(&modules);
    let graph = Graph::new(&modules, &owners)?;
    let (dep, dep_bin) = dependencies(&modules, &graph);
    let (symbols, symbols_bin) = symbols(&modules, &owners);
    let alias = |name: &str, value: &str| format!("alias {value} {name}\n");
    let soft = |name: &str, value: &str| format!("softdep {name} {value}\n");
    let weak = |name: &str, value: &str| format!("weakdep {name} {value}\n");
    let from = |what: &str| format!("{what} extracted from modules themselves.");
    let builtin = |content: Option<&[u8]>| String::from_utf8_lossy(content.unwrap_or_default()).into_owned();
    Ok(vec![
        ("modules.dep", dep.into_bytes()),
        ("modules.dep.bin", dep_bin),
        ("modules.alias", entries(&modules, &from("Aliases"), "alias", alias).into_bytes()),
        ("modules.alias.bin", aliases(&modules)),
        ("modules.softdep", entries(&modules, &from("Soft dependencies"), "softdep", soft).into_bytes()),
        ("modules.weakdep", entries(&modules, &from("Weak dependencies"), "weakdep", weak).into_bytes()),
        ("modules.symbols", symbols.into_bytes()),
        ("modules.symbols.bin", symbols_bin),
        (
            "modules.builtin.bin",
            kernel.builtin.map(|list| builtin::names(&builtin(Some(list)))).unwrap_or_default(),
        ),
        ("modules.builtin.alias.bin", kernel.builtin_info.map(builtin::aliases).unwrap_or_default()),
        ("modules.devname", devices(&modules).into_bytes()),
    ])
}

fn one_of_each(mut modules: Vec<Module>) -> Vec<Module> {
    modules.sort_by(|a, b| a.path.cmp(&b.path));
    let mut by_name: BTreeMap<String, Module> = BTreeMap::new();
    for module in modules {
        let updates = |module: &Module| module.path.starts_with("updates/");
        let name = module.name();
        match by_name.get(&name) {
            Some(other) if updates(other) || !updates(&module) => {}
            _ => {
                by_name.insert(name, module);
            }
        }
    }
    by_name.into_values().collect()
}

/// In the order of `modules.order`, those that it does not list at the end.
fn ordered(mut modules: Vec<Module>, order: Option<&[u8]>) -> Vec<Module> {
    // By bucket and name, since they come by name.
    modules.sort_by_key(|module| bucket(&module.name(), MODULES));
    // A list that is cut off counts for nothing.
    let Some(order) = order.map(String::from_utf8_lossy).filter(|order| order.ends_with('\n')) else {
        return modules;
    };
    let places: BTreeMap<&str, usize> =
        order.lines().enumerate().map(|(place, path)| (path, place)).collect();
    modules.sort_by_key(|module| {
        let (directory, file) = module.path.rsplit_once('/').unwrap_or(("", &module.path));
        let file = format!("{}.ko", file.split('.').next().unwrap_or(file));
        let path = if directory.is_empty() { file } else { format!("{directory}/{file}") };
        places.get(path.as_str()).copied().unwrap_or(usize::MAX)
    });
    modules
}

fn priority(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}

fn dependencies(modules: &[Module], graph: &Graph) -> (String, Vec<u8>) {
    let (mut text, mut trie) = (String::new(), Trie::new());
    for (place, module) in modules.iter().enumerate() {
        let mut line = format!("{}:", module.path);
        for needed in graph.all(place).into_iter().filter_map(|needed| modules.get(needed)) {
            line.push(' ');
            line.push_str(&needed.path);
        }
        trie.insert(&name_of(&module.path), &line, priority(place));
        text.push_str(&line);
        text.push('\n');
    }
    (text, trie.write())
}

fn aliases(modules: &[Module]) -> Vec<u8> {
    let mut trie = Trie::new();
    for (place, module) in modules.iter().enumerate() {
        let name = module.name();
        for alias in module.says("alias").filter_map(normal) {
            trie.insert(&alias, &name, priority(place));
        }
    }
    trie.write()
}

fn symbols(modules: &[Module], owners: &BTreeMap<&str, usize>) -> (String, Vec<u8>) {
    let (mut text, mut trie) = ("# Aliases for symbols, used by symbol_request().\n".to_owned(), Trie::new());
    let mut all: Vec<(&str, usize)> = owners.iter().map(|(symbol, place)| (*symbol, *place)).collect();
    all.sort_by_key(|(symbol, _)| bucket(symbol, SYMBOLS));
    for (symbol, place) in all {
        let name = modules.get(place).map(Module::name).unwrap_or_default();
        text.push_str(&format!("alias symbol:{symbol} {name}\n"));
        trie.insert(&format!("symbol:{symbol}"), &name, priority(place));
    }
    (text, trie.write())
}
