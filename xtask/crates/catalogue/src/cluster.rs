//! `hosts/<cluster>/cluster.yaml`.

use std::collections::BTreeMap;

use diag::{SourceRef, Span};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use yaml::Document;

use crate::distribution::{K3d, K3s, Kubeadm, Talos, Vcluster};
use crate::networks::Networks;
use crate::secrets_from::SecretsFrom;

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

impl Cluster {
    /// Where something of its file stands; the nearest thing around it when it is not there.
    pub fn place(&self, path: &[&str]) -> Span {
        place(&self.document, path)
    }
}

/// Where something of a document stands; the nearest thing around it when it is not there.
pub(crate) fn place(document: &Document, path: &[&str]) -> Span {
    let found = (0..=path.len()).rev().find_map(|length| document.root.at(path.get(..length)?));
    found.map_or_else(Span::default, |node| node.span)
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
    /// The Talos Linux of its machines; at most one of `talos`, `kubeadm`, `k3s`, `k3d` and `vcluster` is there.
    #[serde(default)]
    pub talos: Option<Talos>,
    /// How kubeadm makes it of machines with a Linux of their own.
    #[serde(default)]
    pub kubeadm: Option<Kubeadm>,
    /// The k3s of its machines.
    #[serde(default)]
    pub k3s: Option<K3s>,
    /// The containers that k3d runs its machines as.
    #[serde(default)]
    pub k3d: Option<K3d>,
    /// The cluster that it runs in.
    #[serde(default)]
    pub vcluster: Option<Vcluster>,
    /// Where the secrets of its machines come from; `secrets.sops.yaml` beside this file unless given.
    #[serde(default)]
    pub secrets: Option<SecretsFrom>,
    /// Where its releases are published, `oci://host/path`.
    pub registry: String,
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
