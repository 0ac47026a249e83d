//! Configurations as `talosctl gen config` makes them.
//!
//! Source: `pkg/machinery/config/generate` of Talos 1.10 to 1.14, and the contracts of each version.

mod cluster;
mod documents;
mod machine;
mod node;

use std::collections::BTreeMap;

use crate::leaf::Url;
use crate::{Config, Contract, Error, SecretsBundle};

/// What all machines of a cluster have in common.
#[derive(Clone, Debug)]
pub struct Cluster {
    /// The name of the cluster.
    pub name: String,
    /// The URL of the Kubernetes API: `https://192.168.8.20:6443`.
    pub endpoint: String,
    /// The version of Talos.
    pub contract: Contract,
    /// The version of Kubernetes without `v`; empty for none, then no image is named.
    pub kubernetes: String,
    /// The networks of pods; empty for Talos' own choice.
    pub pod_subnets: Vec<String>,
    /// The networks of services; empty for Talos' own choice.
    pub service_subnets: Vec<String>,
    /// The domain of services; empty for `cluster.local`.
    pub dns_domain: String,
    /// The network plugin; `None` for Talos' own choice, flannel.
    pub cni: Option<Cni>,
    /// More names and addresses in certificates of the API servers and machines.
    pub additional_sans: Vec<String>,
    /// Whether pods run on control plane machines.
    pub allow_scheduling_on_control_planes: bool,
    /// Whether members find each other by the discovery service.
    pub discovery: bool,
    /// The port of the API server on its machine; `None` for Talos' own choice.
    pub local_api_server_port: Option<u16>,
    /// The port of the local load balancer for the API; `Some(0)` turns it off, `None` for Talos' own choice.
    pub kube_prism_port: Option<u16>,
    /// Mirrors by registry.
    pub registry_mirrors: BTreeMap<String, Vec<String>>,
}

/// A network plugin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cni {
    /// `flannel`, `custom` or `none`.
    pub name: String,
    /// Manifests of a custom one.
    pub urls: Vec<String>,
}

/// What a machine does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// It runs etcd and the API server.
    ControlPlane,
    /// It runs pods.
    Worker,
}

/// What is a machine's own.
#[derive(Clone, Debug)]
pub struct Machine {
    /// What it does.
    pub role: Role,
    /// The disk that Talos is installed on; empty for none.
    pub install_disk: String,
    /// The image that installs it; empty for none.
    pub install_image: String,
    /// More arguments of the kernel.
    pub extra_kernel_args: Vec<String>,
    /// Settings of the kernel.
    pub sysctls: BTreeMap<String, String>,
}

impl Cluster {
    /// A cluster with Talos' own choices.
    pub fn new(name: impl Into<String>, endpoint: impl Into<String>, contract: Contract) -> Self {
        Self {
            name: name.into(),
            endpoint: endpoint.into(),
            contract,
            kubernetes: String::new(),
            pod_subnets: Vec::new(),
            service_subnets: Vec::new(),
            dns_domain: String::new(),
            cni: None,
            additional_sans: Vec::new(),
            allow_scheduling_on_control_planes: false,
            discovery: true,
            local_api_server_port: None,
            kube_prism_port: None,
            registry_mirrors: BTreeMap::new(),
        }
    }
}

impl Machine {
    /// A machine with Talos' own choices.
    pub fn new(role: Role) -> Self {
        Self {
            role,
            install_disk: String::new(),
            install_image: String::new(),
            extra_kernel_args: Vec::new(),
            sysctls: BTreeMap::new(),
        }
    }
}

/// The configuration of a machine. With [`SecretsBundle::placeholders`] it holds no secret.
///
/// # Errors
///
/// When the endpoint or a mirror is no URL.
pub fn generate(cluster: &Cluster, machine: &Machine, secrets: &SecretsBundle) -> Result<Config, Error> {
    let endpoint = url(&cluster.endpoint)?;
    let input = Input { cluster, machine, secrets, endpoint: &endpoint };
    let documents = input.documents()?;
    Ok(Config::new(cluster.contract, documents))
}

fn url(text: &str) -> Result<Url, Error> {
    Url::parse(text).map_err(|reason| Error::Endpoint { endpoint: text.to_owned(), reason })
}

/// What the parts of a configuration are made from.
struct Input<'a> {
    cluster: &'a Cluster,
    machine: &'a Machine,
    secrets: &'a SecretsBundle,
    endpoint: &'a Url,
}

impl Input<'_> {
    fn is_control_plane(&self) -> bool {
        self.machine.role == Role::ControlPlane
    }

    fn contract(&self) -> Contract {
        self.cluster.contract
    }

    /// An image of Kubernetes; empty when there is no version.
    fn image(&self, name: &str) -> String {
        if self.cluster.kubernetes.is_empty() {
            return String::new();
        }
        format!("{name}:v{}", self.cluster.kubernetes)
    }
}
