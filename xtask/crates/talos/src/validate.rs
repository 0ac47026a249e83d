//! What `talosctl validate` says of a configuration.
//!
//! The complaints are those of the library, one for one, in words of our own and with the place of the value. Source:
//! `v1alpha1_validation.go` and the `Validate` of each document in Talos 1.10 to 1.14.

mod bond;
mod checker;
mod cluster;
mod conflicts;
mod documents;
mod forms;
mod install;
mod interfaces;
mod kubernetes;
mod labels;
mod links;
mod machine;
mod resolver;
mod services;
mod volumes;
mod whole;

use diag::{Diagnostic, Span};

use crate::{Config, Contract, Sources};
use checker::Checker;

/// What a machine runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// A machine that Talos is installed on.
    Metal,
    /// A machine whose disk comes with Talos on it.
    Cloud,
    /// A container.
    Container,
}

impl Mode {
    fn name(self) -> &'static str {
        match self {
            Self::Metal => "metal",
            Self::Cloud => "cloud",
            Self::Container => "container",
        }
    }
}

/// Something that is wrong, or odd, with a configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint {
    /// Whether Talos takes the configuration all the same.
    pub warning: bool,
    /// Kind and name of the document; empty for the root document.
    pub document: String,
    /// What is wrong: lower case start, no final period, literals in backticks.
    pub message: String,
    /// The value in its text, by [`Sources::locate`]; empty when code made it or it is absent.
    pub span: Span,
}

impl Complaint {
    /// The complaint with its place.
    pub fn diagnostic(&self, sources: &Sources) -> Diagnostic {
        let message = if self.document.is_empty() {
            self.message.clone()
        } else {
            format!("{}: {}", self.document, self.message)
        };
        let diagnostic = if self.warning { Diagnostic::warning(message) } else { Diagnostic::error(message) };
        match sources.locate(self.span) {
            Some((source, span)) => diagnostic.at(source, span, ""),
            None => diagnostic,
        }
    }
}

/// Everything that the library says of the configuration, errors and warnings; with `strict`, warnings of the root
/// document are errors.
pub fn validate(config: &Config, mode: Mode, strict: bool) -> Vec<Complaint> {
    let mut checker = Checker::new(config);
    if let Some(root) = config.root() {
        machine::check(&mut checker, root, mode);
        if strict {
            checker.complaints.iter_mut().for_each(|complaint| complaint.warning = false);
        }
    }
    for document in config.documents().iter().filter(|document| !document.kind().is_empty()) {
        checker.document = document.title();
        documents::check(&mut checker, document);
    }
    if let Some(root) = config.root() {
        conflicts::check(&mut checker, root);
    }
    if config.contract() >= Contract::V1_14 {
        whole::check(&mut checker, mode);
    }
    checker.complaints
}

#[cfg(test)]
mod tests;
