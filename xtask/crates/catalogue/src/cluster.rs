//! `hosts/<cluster>/cluster.yaml`.

use std::collections::BTreeMap;

use diag::SourceRef;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use yaml::Document;

use crate::Delivery;

/// A cluster with the file that describes it.
#[derive(Clone, Debug)]
pub struct Cluster {
    /// What the file says.
    pub spec: ClusterSpec,
    /// The file.
    pub source: SourceRef,
    /// The parsed file, for places.
    pub document: Document,
}

/// A whole cluster: what it is called, what it is for, and which units it is made of.
#[derive(Clone, Debug, Deserialize, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ClusterSpec {
    /// Its name, which is the name of its directory.
    pub name: String,
    /// What it is, in a sentence.
    pub description: String,
    /// The layer `environment/<environment>` of every unit.
    pub environment: String,
    /// The layer `role/<role>` of every unit.
    pub role: String,
    /// What selectors see, besides `name`, `environment` and `role`.
    #[serde(default)]
    pub labels: BTreeMap<String, String>,
    /// Who applies its releases.
    pub engines: Vec<Engine>,
    /// The Kubernetes it runs.
    pub kubernetes: Kubernetes,
    /// Where its API answers.
    #[serde(default)]
    pub endpoint: Option<String>,
    /// Its address ranges.
    #[serde(default)]
    pub networks: Option<Networks>,
    /// Where its releases are published, `oci://host/path`.
    pub registry: String,
    /// How its engines get at them.
    #[serde(default)]
    pub delivery: Delivery,
    /// Which version of a pin to take where `inputs.lock` holds several.
    #[serde(default)]
    pub versions: BTreeMap<String, String>,
    /// What units of this cluster need besides what they say themselves.
    #[serde(default)]
    pub needs: BTreeMap<String, Vec<String>>,
    /// The units that are part of it; units whose `clusters` selector matches join by themselves.
    pub units: Vec<String>,
}

/// A `GitOps` controller that consumes releases.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Engine {
    /// Flux, <https://fluxcd.io>.
    Flux,
    /// Argo CD, <https://argo-cd.readthedocs.io>.
    Argocd,
}

/// The Kubernetes of a cluster.
#[derive(Clone, Debug, Deserialize, JsonSchema, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Kubernetes {
    /// Its version, `1.34.1`.
    pub version: String,
    /// APIs beyond Kubernetes' own that charts may find (`.Capabilities.APIVersions`): `group/version` or
    /// `group/version/Kind`. Each must be served by a CRD of the cluster.
    #[serde(default)]
    pub apis: Vec<String>,
}

/// Address ranges of a cluster, as CIDR.
#[derive(Clone, Debug, Deserialize, JsonSchema, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Networks {
    /// The machines.
    pub machines: String,
    /// The pods.
    pub pods: String,
    /// The services.
    pub services: String,
}

impl ClusterSpec {
    /// Every label that a selector sees.
    pub fn labels(&self) -> BTreeMap<String, String> {
        let mut labels = self.labels.clone();
        labels.insert("name".to_owned(), self.name.clone());
        labels.insert("environment".to_owned(), self.environment.clone());
        labels.insert("role".to_owned(), self.role.clone());
        labels
    }
}
