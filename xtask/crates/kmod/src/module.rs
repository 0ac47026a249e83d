//! A module, read.

use std::io::Read;

use crate::alias::{name_of, normal};
use crate::elf;
use crate::error::ModuleError;

/// The most that a module has when it is unpacked, in bytes.
pub const LARGEST: u64 = 256 << 20;

const ENDINGS: [&str; 4] = [".ko", ".ko.gz", ".ko.xz", ".ko.zst"];

/// What indexes say of a module.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Module {
    /// Where it lies, from the directory of its kernel: `kernel/drivers/block/loop.ko`.
    pub path: String,
    /// Symbols that other modules may use.
    pub exports: Vec<String>,
    /// Symbols that it uses, of the kernel or of other modules.
    pub needs: Vec<String>,
    /// What it says of itself, in its order: `("alias", "block-major-7-*")`.
    pub info: Vec<(String, String)>,
}

/// Whether a file is a module, by its name.
pub fn is_module(path: &str) -> bool {
    let file = path.rsplit('/').next().unwrap_or(path);
    ENDINGS.iter().any(|ending| file.strip_suffix(ending).is_some_and(|name| !name.is_empty()))
}

impl Module {
    /// Reads one, compressed or not. `path` is as seen from the directory of the kernel.
    pub fn read(path: &str, bytes: &[u8]) -> Result<Self, ModuleError> {
        if !is_module(path) {
            return Err(ModuleError::Path(path.to_owned()));
        }
        let found = match unpack(path, bytes)? {
            Some(unpacked) => elf::read(&unpacked),
            None => elf::read(bytes),
        };
        let found = found.map_err(|detail| ModuleError::Elf { path: path.to_owned(), detail })?;
        let module =
            Self { path: path.to_owned(), exports: found.exports, needs: found.needs, info: found.info };
        module.check()?;
        Ok(module)
    }

    /// Its name, as `modprobe` takes it.
    pub fn name(&self) -> String {
        name_of(&self.path)
    }

    /// What it says under a key, in its order.
    pub fn says(&self, key: &str) -> impl Iterator<Item = &str> {
        self.info.iter().filter(move |(other, _)| other == key).map(|(_, value)| value.as_str())
    }

    /// Only what is a key somewhere needs to fit into an index.
    fn check(&self) -> Result<(), ModuleError> {
        let fits = |name: &str| !name.is_empty() && name.len() <= 4095 && name.is_ascii();
        let wrong = |what, name: &str| {
            let name = name.chars().take(80).collect();
            Err(ModuleError::Name { path: self.path.clone(), what, name })
        };
        let name = self.name();
        if !fits(&name) {
            return wrong("name", &name);
        }
        if let Some(symbol) = self.exports.iter().find(|symbol| !fits(symbol)) {
            return wrong("symbol", symbol);
        }
        let aliases = self.says("alias").filter(|alias| normal(alias).is_some());
        match aliases.into_iter().find(|alias| !alias.is_ascii()) {
            Some(alias) => wrong("alias", alias),
            None => Ok(()),
        }
    }
}

/// `None` when it is not compressed.
fn unpack(path: &str, bytes: &[u8]) -> Result<Option<Vec<u8>>, ModuleError> {
    let packed =
        |error: std::io::Error| ModuleError::Packed { path: path.to_owned(), detail: error.to_string() };
    let mut reader: Box<dyn Read + '_> = match bytes {
        [0x1f, 0x8b, ..] => Box::new(flate2::read::GzDecoder::new(bytes)),
        [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Box::new(liblzma::read::XzDecoder::new(bytes)),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Box::new(zstd::Decoder::with_buffer(bytes).map_err(packed)?),
        _ => return Ok(None),
    };
    let mut unpacked = Vec::new();
    reader.by_ref().take(LARGEST + 1).read_to_end(&mut unpacked).map_err(packed)?;
    if unpacked.len() as u64 > LARGEST {
        return Err(ModuleError::TooLarge { path: path.to_owned(), limit: LARGEST });
    }
    Ok(Some(unpacked))
}
