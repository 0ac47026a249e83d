//! `inputs.lock`: all pins of the workspace.
//!
//! TOML, written by the program and read by people: sorted by kind, name and version, one source a line, so
//! that a change of one pin is a change of few lines.

mod fields;
mod read;
mod read_source;
mod write;

use diag::{Diagnostic, SourceRef};
use registry::distribution::Reference;

use crate::{Kind, Pin};

/// All pins, sorted.
#[derive(Debug, Clone, Default)]
pub struct Lock {
    pins: Vec<Pin>,
}

/// A name with several versions in the lock, and no word on which one is meant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{kind} `{name}` is locked in {} versions ({}); say which one is meant", versions.len(), versions.join(", "))]
pub struct AmbiguousPin {
    /// The kind asked for.
    pub kind: Kind,
    /// The name asked for.
    pub name: String,
    /// The versions there are, sorted as text.
    pub versions: Vec<String>,
}

impl Lock {
    /// Reads a lock; tells all mistakes at once.
    pub fn parse(source: &SourceRef) -> Result<Self, Vec<Diagnostic>> {
        read::read(source)
    }

    /// The text of the lock: the same for the same pins, in whatever order they were put in.
    pub fn to_text(&self) -> String {
        write::write(&self.pins)
    }

    /// All pins, by kind, name and version.
    pub fn pins(&self) -> &[Pin] {
        &self.pins
    }

    /// The pin of this kind and name, in this version if one is given. Without one, several versions are an
    /// error.
    pub fn find(&self, kind: Kind, name: &str, version: Option<&str>) -> Result<Option<&Pin>, AmbiguousPin> {
        let fits = |pin: &&Pin| {
            pin.kind == kind && pin.name == name && version.is_none_or(|version| pin.version == version)
        };
        let mut found = self.pins.iter().filter(fits);
        if let (first, None) = (found.next(), found.next()) {
            return Ok(first);
        }
        let versions = self.pins.iter().filter(fits).map(|pin| pin.version.clone()).collect();
        Err(AmbiguousPin { kind, name: name.to_owned(), versions })
    }

    /// The pin of an image, by any way to write its reference; `None` too for text that is no reference.
    pub fn image(&self, reference: &str) -> Option<&Pin> {
        let reference: Reference = reference.parse().ok()?;
        let version = reference.tag.as_deref().unwrap_or("latest");
        self.pins.iter().find(|pin| {
            pin.kind == Kind::Image
                && pin.version == version
                && pin.name.parse::<Reference>().is_ok_and(|name| name.name() == reference.name())
        })
    }

    /// Puts a pin in; one of the same kind, name and version is replaced and returned.
    pub fn insert(&mut self, pin: Pin) -> Option<Pin> {
        match self.pins.binary_search_by(|other| other.key().cmp(&pin.key())) {
            Ok(at) => self.pins.get_mut(at).map(|old| std::mem::replace(old, pin)),
            Err(at) => {
                self.pins.insert(at, pin);
                None
            }
        }
    }

    /// Takes a pin out.
    pub fn remove(&mut self, kind: Kind, name: &str, version: &str) -> Option<Pin> {
        let at = self.pins.binary_search_by(|other| other.key().cmp(&(kind, name, version))).ok()?;
        Some(self.pins.remove(at))
    }
}
