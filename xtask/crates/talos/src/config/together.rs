//! Which documents may not stand in one configuration.

use super::Config;
use crate::Error;

impl Config {
    /// Refuses documents that are there twice or that are for the same thing.
    pub(crate) fn check_together(&self) -> Result<(), Error> {
        for (index, document) in self.documents.iter().enumerate() {
            let before = self.documents.get(..index).unwrap_or_default();
            let same = |other: &&super::Document| other.kind == document.kind && other.name == document.name;
            if before.iter().any(|other| same(&other)) {
                return Err(Error::DuplicateDocument { document: document.title() });
            }
            let Some(kind) = self.kind_of(document) else { continue };
            let conflicts = |other: &&super::Document| {
                other.name == document.name && kind.conflicts.contains(&other.kind)
            };
            if let Some(other) = before.iter().find(conflicts) {
                return Err(Error::ConflictingDocuments { first: other.title(), second: document.title() });
            }
        }
        Ok(())
    }
}
