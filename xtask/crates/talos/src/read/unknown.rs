//! Fields that a version does not have.

use diag::{Diagnostic, nearest};
use yaml::Entry;

use super::Reader;
use crate::Contract;
use crate::shape::{Model, Struct};

impl Reader<'_> {
    pub(super) fn unknown(&mut self, shape: &Struct, entry: &Entry) {
        let place =
            if self.path.is_empty() { String::new() } else { format!(" in `{}`", self.path.join(".")) };
        let message = format!("Talos {} has no field `{}`{place}", self.contract, entry.key);
        let mut diagnostic = Diagnostic::error(message);
        if let Some(other) = self.version_with(shape, &entry.key) {
            diagnostic = diagnostic.hint(format!("Talos {other} has it: is the version right?"));
        } else if let Some(meant) = nearest(&entry.key, shape.fields.iter().map(|field| field.name.as_str()))
        {
            diagnostic = diagnostic.hint(format!("did you mean `{meant}`?"));
        }
        self.mistake(diagnostic, entry.key_span, "not a field here");
    }

    /// The nearest version in which the struct has the field.
    fn version_with(&self, shape: &Struct, field: &str) -> Option<Contract> {
        let has = |contract: &Contract| {
            let known = Model::of(*contract).structs.get(&shape.name);
            known.is_some_and(|known| known.field(field).is_some())
        };
        let later = Contract::ALL.into_iter().filter(|contract| *contract > self.contract).find(has);
        later.or_else(|| {
            Contract::ALL.into_iter().rev().filter(|contract| *contract < self.contract).find(has)
        })
    }
}
