//! `component.yaml` and `app.yaml`: one unit.

use diag::{SourceRef, Span};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use yaml::Document;

use crate::cluster::Engine;
use crate::selector::Selector;
use crate::source::{KustomizeSource, Source};

/// A unit with the file that describes it.
#[derive(Clone, Debug)]
pub struct Unit {
    /// Its directory below the workspace, which is its name.
    pub name: String,
    /// Component or app.
    pub kind: UnitKind,
    /// What the file says.
    pub spec: UnitSpec,
    /// The file.
    pub source: SourceRef,
    /// The parsed file, for places.
    pub document: Document,
}

/// The two kinds of units that render to objects.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum UnitKind {
    /// A cluster service, below `platform/`.
    Component,
    /// A workload, below `apps/`.
    App,
}

/// One component or app: where its objects come from and how they are shaped.
#[derive(Clone, Debug, Deserialize, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UnitSpec {
    /// What it is, in a sentence.
    pub description: String,
    /// Where its namespaced objects live.
    pub namespace: String,
    /// What its bundle's version begins with, `x.y.z`; the version of its first pin unless given.
    #[serde(default)]
    pub version: Option<String>,
    /// The clusters it joins without being listed.
    #[serde(default)]
    pub clusters: Option<Selector>,
    /// Where its objects come from, in order; an app without sources is a kustomization.
    #[serde(default)]
    pub sources: Vec<Source>,
    /// Units that must be healthy before it.
    #[serde(default)]
    pub needs: Vec<String>,
    /// What happens to Helm hooks of the kinds install and upgrade.
    #[serde(default)]
    pub hooks: Option<Hooks>,
    /// Rendered objects that are left out.
    #[serde(default)]
    pub drop: Vec<Drop>,
    /// Changes to rendered objects.
    #[serde(default)]
    pub patches: Vec<Patch>,
    /// Further namespaces that its objects may live in.
    #[serde(default)]
    pub allow_namespaces: Vec<String>,
    /// Further fields that hold image references.
    #[serde(default)]
    pub images: Vec<ImageField>,
    /// The earliest wave it may start in.
    #[serde(default)]
    pub wave: Option<i32>,
    /// The engine that it installs: an engine never prunes itself.
    #[serde(default)]
    pub installs: Option<Engine>,
    /// Further objects whose health counts.
    #[serde(default)]
    pub health: Vec<Health>,
}

/// One decision for all hooks, or one for each.
#[derive(Clone, Debug, Deserialize, JsonSchema, Serialize)]
#[serde(untagged)]
pub enum Hooks {
    /// The same for every hook.
    All(HookPolicy),
    /// Hook by hook.
    Each(Vec<HookRule>),
}

/// What happens to a hook.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum HookPolicy {
    /// It is left out.
    Drop,
    /// It becomes an ordinary object; a Job's name gets a suffix of its content, since Jobs cannot be changed.
    Keep,
}

/// The decision for one hook.
#[derive(Clone, Debug, Deserialize, JsonSchema, Serialize)]
#[serde(deny_unknown_fields)]
pub struct HookRule {
    /// Its kind.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// What happens to it.
    pub policy: HookPolicy,
}

/// Names one rendered object.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ObjectRef {
    /// Its kind.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Its namespace, where the unit has the same name in several.
    #[serde(default)]
    pub namespace: Option<String>,
}

/// An object that is left out.
#[derive(Clone, Debug, Deserialize, JsonSchema, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Drop {
    /// Its kind.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Its namespace, where the unit has the same name in several.
    #[serde(default)]
    pub namespace: Option<String>,
    /// Why.
    pub reason: String,
}

/// A change to one rendered object: a merge patch (RFC 7386), operations (RFC 6902), or one and then the others.
#[derive(Clone, Debug, Deserialize, JsonSchema, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Patch {
    /// The object.
    pub target: ObjectRef,
    /// What is merged into it; `null` deletes.
    #[serde(default)]
    pub merge: Option<Value>,
    /// What is done to it, for lists, which a merge would replace.
    #[serde(default)]
    pub json: Vec<Value>,
}

/// A field that holds an image reference.
#[derive(Clone, Debug, Deserialize, JsonSchema, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ImageField {
    /// Dotted path, `spec.imageName`.
    pub path: String,
    /// Kinds that have it.
    pub kinds: Vec<String>,
}

/// An object whose health counts for its unit.
#[derive(Clone, Debug, Deserialize, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Health {
    /// Its API version.
    pub api_version: String,
    /// Its kind.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Its namespace.
    #[serde(default)]
    pub namespace: Option<String>,
}

impl Unit {
    /// The last part of the name: `metallb`.
    pub fn short_name(&self) -> &str {
        self.name.rsplit('/').next().unwrap_or(&self.name)
    }

    /// The sources, with the kustomization that an app without any stands for.
    pub fn sources(&self) -> Vec<Source> {
        if self.spec.sources.is_empty() {
            return vec![Source::Kustomize(KustomizeSource {
                path: ".".to_owned(),
                pins: std::collections::BTreeMap::new(),
            })];
        }
        self.spec.sources.clone()
    }

    /// A path of the unit, relative to the workspace.
    pub fn path(&self, relative: &str) -> String {
        match relative.trim_start_matches("./") {
            "" | "." => self.name.clone(),
            relative => format!("{}/{}", self.name, relative.trim_end_matches('/')),
        }
    }

    /// Where a field of the file stands, or the start of the file.
    pub fn place(&self, path: &[&str]) -> Span {
        self.document.root.at(path).map_or(self.document.root.span, |node| node.span)
    }
}

impl Drop {
    /// The object it names.
    pub fn target(&self) -> ObjectRef {
        ObjectRef { kind: self.kind.clone(), name: self.name.clone(), namespace: self.namespace.clone() }
    }
}
