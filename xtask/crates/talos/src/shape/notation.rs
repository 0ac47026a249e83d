//! Reading the notation of shapes.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Field, Items, Kind, Leaf, Model, Struct, Type};
use crate::Contract;

/// The model of a version; the error names the line that cannot be read.
pub(super) fn model(texts: &[&str], contract: Contract) -> Result<Model, String> {
    let blocks = blocks(texts, contract)?;
    let mut reader = Reader { blocks: &blocks, structs: BTreeMap::new(), depth: 0 };
    let mut model = Model::default();
    for block in blocks.values().filter(|block| block.document) {
        let root = reader.structure(&block.name)?;
        let name = if block.name == "Config" { String::new() } else { block.name.clone() };
        let conflicts = block.conflicts.clone();
        model.kinds.push(Kind { name, named: block.named, conflicts, root });
    }
    model.structs = reader.structs;
    Ok(model)
}

/// The lines of a document, a struct or a list of words, without those of other versions.
#[derive(Default)]
struct Block {
    name: String,
    document: bool,
    named: bool,
    conflicts: Vec<String>,
    words: Option<Vec<String>>,
    fields: Vec<String>,
}

fn blocks(texts: &[&str], contract: Contract) -> Result<BTreeMap<String, Block>, String> {
    let mut blocks = BTreeMap::new();
    let mut current: Option<Block> = None;
    for line in texts.iter().flat_map(|text| text.lines()) {
        let indented = line.starts_with(' ');
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (line, here) = versioned(line, contract)?;
        if indented {
            let block = current.as_mut().ok_or_else(|| format!("`{line}` belongs to nothing"))?;
            match line.strip_prefix("conflicts ") {
                Some(kinds) => block.conflicts = kinds.split(' ').map(str::to_owned).collect(),
                None if here => block.fields.push(line.to_owned()),
                None => {}
            }
            continue;
        }
        keep(&mut blocks, current.take());
        current = head(line)?;
        if !here {
            // Its lines are read and forgotten.
            current = Some(Block::default());
        }
    }
    keep(&mut blocks, current);
    Ok(blocks)
}

fn keep(blocks: &mut BTreeMap<String, Block>, block: Option<Block>) {
    if let Some(block) = block.filter(|block| !block.name.is_empty()) {
        blocks.insert(block.name.clone(), block);
    }
}

fn head(line: &str) -> Result<Option<Block>, String> {
    let mut words = line.split(' ').map(str::to_owned);
    let what = words.next().unwrap_or_default();
    let name = words.next().ok_or_else(|| format!("`{line}` has no name"))?;
    let block = Block { name, ..Block::default() };
    Ok(Some(match what.as_str() {
        "document" => Block { document: true, named: words.any(|word| word == "named"), ..block },
        "struct" => block,
        "words" => Block { words: Some(words.collect()), ..block },
        _ => return Err(format!("`{line}` is no document, struct or list of words")),
    }))
}

/// The line without its range of versions, and whether the version is in it.
fn versioned(line: &str, contract: Contract) -> Result<(&str, bool), String> {
    let Some((rest, last)) = line.rsplit_once(' ') else { return Ok((line, true)) };
    let Some((from, to)) = last.split_once("..") else { return Ok((line, true)) };
    let bound = |text: &str, open: u8| {
        if text.is_empty() {
            Ok(open)
        } else {
            text.parse().map_err(|_| format!("`{last}` is no range of versions"))
        }
    };
    let (from, to) = (bound(from, 0)?, bound(to, u8::MAX)?);
    Ok((rest, (from..=to).contains(&contract.minor())))
}

struct Reader<'a> {
    blocks: &'a BTreeMap<String, Block>,
    structs: BTreeMap<String, Arc<Struct>>,
    depth: usize,
}

impl Reader<'_> {
    fn structure(&mut self, name: &str) -> Result<Arc<Struct>, String> {
        if let Some(known) = self.structs.get(name) {
            return Ok(Arc::clone(known));
        }
        let block = self.blocks.get(name).ok_or_else(|| format!("there is no `{name}`"))?;
        self.depth += 1;
        if self.depth > 32 {
            return Err(format!("`{name}` holds itself"));
        }
        let mut fields = Vec::new();
        if block.document && name != "Config" {
            let text = |name: &str, always| field(name, Type::Text, always);
            fields.extend([text("apiVersion", false), text("kind", true)]);
        }
        for line in &block.fields {
            fields.push(self.field(line)?);
        }
        self.depth -= 1;
        let made = Arc::new(Struct { name: name.to_owned(), fields });
        self.structs.insert(name.to_owned(), Arc::clone(&made));
        Ok(made)
    }

    fn field(&mut self, line: &str) -> Result<Field, String> {
        let (name, rest) = line.split_once(' ').ok_or_else(|| format!("`{line}` has no type"))?;
        // `map text` is one type of two words.
        let (kind, rest) = if let Some(of) = rest.strip_prefix("map ") {
            let (of, rest) = of.split_once(' ').unwrap_or((of, ""));
            (Type::Map(Box::new(self.kind(of)?)), rest)
        } else {
            let (kind, rest) = rest.split_once(' ').unwrap_or((rest, ""));
            (self.kind(kind)?, rest)
        };
        let (name, always) = name.strip_suffix('!').map_or((name, false), |name| (name, true));
        let mut made = field(name, kind, always);
        for word in rest.split(' ').filter(|word| !word.is_empty()) {
            match (word, word.split_once('=')) {
                ("replace", _) => made.replace = true,
                ("by=device", _) => made.items = Items::ByDevice,
                (_, Some(("by", key))) => made.items = Items::By(key.to_owned()),
                (_, Some(("swap", key))) => made.items = Items::Swap(key.to_owned()),
                _ => return Err(format!("`{word}` of `{line}` means nothing")),
            }
        }
        Ok(made)
    }

    fn kind(&mut self, word: &str) -> Result<Type, String> {
        if let Some(to) = word.strip_prefix('*') {
            return Ok(Type::Pointer(Box::new(self.kind(to)?)));
        }
        if let Some(of) = word.strip_prefix("[]") {
            return Ok(Type::List(Box::new(self.kind(of)?)));
        }
        if let Some(known) = simple(word) {
            return Ok(known);
        }
        if let Some(words) = self.blocks.get(word).and_then(|block| block.words.as_ref()) {
            return Ok(Type::Words(words.clone().into()));
        }
        self.structure(word).map(Type::Struct)
    }
}

fn field(name: &str, kind: Type, always: bool) -> Field {
    Field { name: name.to_owned(), kind, always, replace: false, items: Items::Append }
}

fn simple(word: &str) -> Option<Type> {
    let leaf = match word {
        "text" => return Some(Type::Text),
        "bool" => return Some(Type::Bool),
        "int" => return Some(Type::Int { signed: true, bits: 64 }),
        "uint" | "uint64" => return Some(Type::Int { signed: false, bits: 64 }),
        "uint8" => return Some(Type::Int { signed: false, bits: 8 }),
        "uint16" => return Some(Type::Int { signed: false, bits: 16 }),
        "uint32" => return Some(Type::Int { signed: false, bits: 32 }),
        "free" => return Some(Type::Free),
        "args" => return Some(Type::Args),
        "addr" => Leaf::Addr,
        "addrport" => Leaf::AddrPort,
        "base64" => Leaf::Base64,
        "bytesize" => Leaf::ByteSize,
        "cel" => Leaf::Cel,
        "cert" => Leaf::Cert,
        "disksize" => Leaf::DiskSize,
        "duration" => Leaf::Duration,
        "hwaddr" => Leaf::HardwareAddr,
        "key" => Leaf::Key,
        "mode" => Leaf::Mode,
        "pair" => Leaf::Pair,
        "port" => Leaf::Port,
        "prefix" => Leaf::Prefix,
        "size" => Leaf::Size,
        "sizematch" => Leaf::SizeMatch,
        "table" => Leaf::Table,
        "trimmed" => Leaf::Trimmed,
        "url" => Leaf::Url,
        _ => return None,
    };
    Some(Type::Leaf(leaf))
}
