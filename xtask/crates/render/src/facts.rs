//! What later steps must know of rendered objects without parsing them.

use serde::{Deserialize, Serialize};

/// Everything about a rendered unit but the objects themselves.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct UnitFacts {
    /// CRDs, by file name.
    pub crds: Vec<CrdFacts>,
    /// Other objects, by file name.
    pub objects: Vec<ObjectFacts>,
    /// What was left out or changed and a person may ask about.
    pub notes: Vec<String>,
}

/// One object.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ObjectFacts {
    /// Its file in the bundle.
    pub file: String,
    /// Its API version.
    pub api_version: String,
    /// Its kind.
    pub kind: String,
    /// Its namespace.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// Its name.
    pub name: String,
    /// Whether Kubernetes itself does not know the kind.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub custom: bool,
    /// Its image references.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub images: Vec<ImageUse>,
    /// Where it came from.
    pub origin: OriginFacts,
}

/// One place that names an image.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct ImageUse {
    /// JSON pointer into the object.
    pub pointer: String,
    /// As rendered.
    pub reference: String,
}

/// Where an object came from.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum OriginFacts {
    /// A file of the workspace.
    File(String),
    /// A template of a chart or a file of a pin.
    Template(String),
}

impl OriginFacts {
    /// Its name, whichever it is.
    pub fn name(&self) -> &str {
        let (Self::File(name) | Self::Template(name)) = self;
        name
    }
}

/// One CRD.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct CrdFacts {
    /// Its file in the bundle.
    pub file: String,
    /// Its name, `<plural>.<group>`.
    pub name: String,
    /// The group it serves.
    pub group: String,
    /// The kind it serves.
    pub kind: String,
    /// The served versions.
    pub versions: Vec<String>,
    /// Whether its objects live in namespaces.
    pub namespaced: bool,
}
