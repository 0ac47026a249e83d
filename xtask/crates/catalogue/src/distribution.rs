//! What makes a cluster of machines: Talos Linux, kubeadm, k3s, k3d, or another cluster.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Talos Linux, <https://www.talos.dev>.
#[derive(Clone, Debug, Deserialize, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Talos {
    /// Its version, `1.11.3`.
    pub version: String,
    /// The image of machines that name none, a file below `images/`.
    #[serde(default)]
    pub image: Option<String>,
    /// Whether workloads may run on control planes.
    #[serde(default)]
    pub schedulable_control_planes: bool,
    /// Who gives pods their network.
    #[serde(default)]
    pub cni: Cni,
    /// Further names and addresses that the certificates of the API servers are valid for.
    #[serde(default)]
    pub cert_sans: Vec<String>,
    /// The domain of services.
    #[serde(default = "cluster_local")]
    pub domain: String,
}

/// Who gives pods their network.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Cni {
    /// Flannel, which comes with the distribution.
    #[default]
    Flannel,
    /// A unit of the cluster.
    None,
}

/// kubeadm, <https://kubernetes.io/docs/reference/setup-tools/kubeadm/>.
#[derive(Clone, Debug, Deserialize, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Kubeadm {
    /// The socket of the container runtime.
    #[serde(default = "containerd")]
    pub cri_socket: String,
    /// Phases of `kubeadm init` to leave out, `addon/kube-proxy` where something else does its work.
    #[serde(default)]
    pub skip_phases: Vec<String>,
    /// Further names and addresses that the certificates of the API servers are valid for.
    #[serde(default)]
    pub cert_sans: Vec<String>,
    /// The domain of services.
    #[serde(default = "cluster_local")]
    pub domain: String,
    /// Where etcd keeps its data.
    #[serde(default = "etcd_directory")]
    pub etcd_directory: String,
    /// Arguments of etcd.
    #[serde(default)]
    pub etcd: BTreeMap<String, String>,
    /// Arguments of the API servers.
    #[serde(default)]
    pub api_server: BTreeMap<String, String>,
    /// Arguments of the controller managers.
    #[serde(default)]
    pub controller_manager: BTreeMap<String, String>,
    /// Arguments of the schedulers.
    #[serde(default)]
    pub scheduler: BTreeMap<String, String>,
    /// Fields of the `KubeletConfiguration` of every machine.
    #[serde(default)]
    pub kubelet: serde_json::Map<String, serde_json::Value>,
}

/// k3s, <https://docs.k3s.io>.
#[derive(Clone, Debug, Deserialize, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct K3s {
    /// Its version, `v1.34.1+k3s1`.
    pub version: String,
    /// Parts that come with it and are left out: `traefik`, `servicelb`, `local-storage`, `metrics-server`.
    #[serde(default)]
    pub disable: Vec<String>,
    /// Further names and addresses that the certificates of the API servers are valid for.
    #[serde(default)]
    pub cert_sans: Vec<String>,
    /// The domain of services.
    #[serde(default = "cluster_local")]
    pub domain: String,
    /// Registries to ask in place of others: the host of an image, and where to look for it.
    #[serde(default)]
    pub mirrors: BTreeMap<String, Vec<String>>,
}

/// k3d, <https://k3d.io>: k3s in containers.
#[derive(Clone, Debug, Deserialize, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct K3d {
    /// The k3s image of its containers, with a tag.
    pub image: String,
    /// How many control planes.
    pub servers: u16,
    /// How many workers.
    #[serde(default)]
    pub agents: u16,
    /// Ports of the computer that it runs on: `80:80@loadbalancer`.
    #[serde(default)]
    pub ports: Vec<String>,
    /// Parts that come with k3s and are left out.
    #[serde(default)]
    pub disable: Vec<String>,
    /// Registries to ask in place of others: the host of an image, and where to look for it.
    #[serde(default)]
    pub mirrors: BTreeMap<String, Vec<String>>,
}

/// vcluster, <https://www.vcluster.com>: a cluster inside another one. It has no machines.
#[derive(Clone, Debug, Deserialize, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Vcluster {
    /// The cluster that it runs in.
    pub host: String,
    /// Its namespace there.
    pub namespace: String,
}

fn cluster_local() -> String {
    "cluster.local".to_owned()
}

fn containerd() -> String {
    "unix:///run/containerd/containerd.sock".to_owned()
}

fn etcd_directory() -> String {
    "/var/lib/etcd".to_owned()
}
