//! Where the objects of a unit come from.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One source of objects.
#[derive(Clone, Debug, Deserialize, JsonSchema, Serialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
pub enum Source {
    /// A Helm chart.
    Helm(HelmSource),
    /// Plain objects, from files of the unit or from a pin.
    Manifests(ManifestsSource),
    /// A kustomization.
    Kustomize(KustomizeSource),
}

/// A Helm chart and the values it gets: exactly one of `chart` and `path`.
#[derive(Clone, Debug, Deserialize, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct HelmSource {
    /// The pin of the chart.
    #[serde(default)]
    pub chart: Option<String>,
    /// A chart of the unit's own: a directory or a packaged chart, relative to the unit.
    #[serde(default)]
    pub path: Option<String>,
    /// The release name; the last part of the unit's name unless given.
    #[serde(default)]
    pub release: Option<String>,
    /// The directory of the value layers, relative to the unit; the unit's own directory unless given.
    #[serde(default)]
    pub values: Option<String>,
    /// The version of the pin; the cluster's `versions` go before it.
    #[serde(default)]
    pub version: Option<String>,
}

/// Plain objects: exactly one of `path` and `pin`.
#[derive(Clone, Debug, Deserialize, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ManifestsSource {
    /// A file or directory of the unit, with layers below it.
    #[serde(default)]
    pub path: Option<String>,
    /// A pin of manifests.
    #[serde(default)]
    pub pin: Option<String>,
    /// The version of the pin; the cluster's `versions` go before it.
    #[serde(default)]
    pub version: Option<String>,
    /// Files of the pin to take, as patterns with `*`; all `*.yaml` and `*.yml` unless given.
    #[serde(default)]
    pub include: Vec<String>,
    /// Files of the pin to leave out.
    #[serde(default)]
    pub exclude: Vec<String>,
}

/// A kustomization with overlays per cluster and environment.
#[derive(Clone, Debug, Deserialize, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct KustomizeSource {
    /// The directory, relative to the unit. Below it the overlay is the first of `cluster/<cluster>`,
    /// `<environment>`, `base` and the directory itself that has a `kustomization.yaml`.
    #[serde(default = "here")]
    pub path: String,
    /// Pins that appear as directories, by path relative to `path`.
    #[serde(default)]
    pub pins: BTreeMap<String, String>,
}

fn here() -> String {
    ".".to_owned()
}
