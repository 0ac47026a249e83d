//! How the engines of a cluster get at its releases.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How the engines of a cluster get at its releases; `delivery` of `cluster.yaml`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Delivery {
    /// The Secret of type `kubernetes.io/dockerconfigjson` in `flux-system` by which Flux logs in to the registry. Argo
    /// CD finds its logins by the address of the registry (a Secret labelled `repo-creds`).
    #[serde(default)]
    pub pull_secret: Option<String>,
    /// A file beside `cluster.yaml` with the public key that signs its releases. Flux then applies no release that the
    /// key did not sign; bundles are pinned by the release. Argo CD does not verify OCI artifacts.
    #[serde(default)]
    pub public_key: Option<String>,
    /// What Argo CD is given.
    #[serde(default)]
    pub argocd: ArgocdObjects,
}

/// What Argo CD is given.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ArgocdObjects {
    /// An `Application` for each bundle below that of the release (app of apps), ordered by sync waves.
    #[default]
    Applications,
    /// One `ApplicationSet` that makes them and updates them wave by wave; its controller needs
    /// `--enable-progressive-syncs`.
    ApplicationSet,
}
