//! A machine's configuration: its documents.

mod load;
mod together;

use std::fmt;

use yaml::Node;

pub(crate) use load::read_document;

use crate::shape::{Kind, Model};
use crate::{Contract, emit, write};

/// A machine's configuration for a version of Talos.
#[derive(Clone, PartialEq)]
pub struct Config {
    contract: Contract,
    pub(crate) documents: Vec<Document>,
}

/// One document of a configuration.
#[derive(Clone, PartialEq)]
pub struct Document {
    pub(crate) api_version: String,
    /// Empty for the root document.
    pub(crate) kind: String,
    /// Of kinds that may occur several times.
    pub(crate) name: String,
    /// In normal form when the kind is known, as it was read otherwise.
    pub(crate) root: Node,
}

impl Document {
    /// `kind` of the document; empty for the root document, which has none.
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// The name that tells documents of one kind apart; empty when there is none.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it is called in messages.
    pub(crate) fn title(&self) -> String {
        match (self.kind.as_str(), self.name.as_str()) {
            ("", _) => "the document of machine and cluster".to_owned(),
            (kind, "") => kind.to_owned(),
            (kind, name) => format!("{kind}/{name}"),
        }
    }
}

impl Config {
    /// The root document comes first, wherever it stood.
    pub(crate) fn new(contract: Contract, mut documents: Vec<Document>) -> Self {
        documents.sort_by_key(|document| !document.kind.is_empty());
        Self { contract, documents }
    }

    /// The version it is for.
    pub fn contract(&self) -> Contract {
        self.contract
    }

    /// Its documents in the order in which they are written.
    pub fn documents(&self) -> &[Document] {
        &self.documents
    }

    /// Its documents as trees: all fields that the library writes, in its order.
    pub fn to_nodes(&self) -> Vec<Node> {
        self.documents.iter().map(|document| self.node(document, false)).collect()
    }

    /// The configuration as the library writes it without comments, byte for byte.
    pub fn to_yaml(&self) -> String {
        let texts: Vec<String> =
            self.documents.iter().map(|document| emit::emit(&self.node(document, true))).collect();
        texts.join("---\n")
    }

    /// The root document in normal form.
    pub(crate) fn root(&self) -> Option<&Node> {
        self.documents.iter().find(|document| document.kind.is_empty()).map(|document| &document.root)
    }

    /// What the version knows of a document's kind.
    pub(crate) fn kind_of(&self, document: &Document) -> Option<&'static Kind> {
        Model::of(self.contract).kind(&document.kind)
    }

    fn node(&self, document: &Document, bare: bool) -> Node {
        match self.kind_of(document) {
            Some(kind) => write::document(&kind.root, &document.root, bare),
            None => document.root.clone(),
        }
    }
}

/// Without what it says: it may hold secrets.
impl fmt::Debug for Config {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Config(Talos {}, {:?})", self.contract, self.documents)
    }
}

/// Without what it says: it may hold secrets.
impl fmt::Debug for Document {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.title())
    }
}
