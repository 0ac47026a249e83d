//! What a run needs of the machines it happens on.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::KindError;

/// What is wanted.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The cluster; its machines are named after it.
    pub cluster: String,
    /// Image of a node, as the container engine knows it.
    pub node_image: String,
    /// Image of the registry.
    pub registry_image: String,
    /// Name of the registry inside of the cluster's network, and its port: `registry.lab.internal:5000`.
    pub registry: String,
    /// Addresses of the machines, in CIDR notation.
    pub machines: String,
    /// Addresses of pods.
    pub pods: String,
    /// Addresses of services.
    pub services: String,
    /// Machines that are no control plane.
    pub workers: usize,
    /// Hosts of images that the registry stands in for.
    pub mirrored: Vec<String>,
    /// Arguments of the API server beyond the usual ones: name and value.
    pub api_server: BTreeMap<String, String>,
}

/// What is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Running {
    /// Text of the file that leads to the cluster.
    pub kubeconfig: String,
    /// Name of the first machine as a node of the cluster.
    pub node: String,
    /// `host:port` of the registry as this machine reaches it.
    pub registry: String,
}

/// Directories on the first machine that volumes can be made of; anybody may write there.
pub const VOLUMES: [&str; 4] =
    ["/var/local/volumes/1", "/var/local/volumes/2", "/var/local/volumes/3", "/var/local/volumes/4"];

/// What can be done to machines while they work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The registry stops answering; its connections stay open.
    RegistryDown,
    /// The registry answers again.
    RegistryUp,
    /// The first machine restarts.
    NodeRestart,
    /// The API server on the first machine ends; the machine starts another.
    ApiServerKilled,
    /// Machines and registry are parted.
    NetworkCut,
    /// They meet again.
    NetworkJoined,
}

/// Makes machines.
pub trait Driver {
    /// Where the registry keeps what it serves, in the layout of the distribution project's own: what lies there before
    /// it starts need not be pushed.
    fn shelf(&self) -> PathBuf;
    /// Starts the registry, before there is a cluster; gives its `host:port`.
    fn registry(&self, plan: &Plan) -> Result<String, KindError>;
    /// Starts the cluster and waits until its API answers.
    fn cluster(&self, plan: &Plan) -> Result<Running, KindError>;
    /// Makes images of the registry known to every machine by other names, each name with its image: names that ask for a
    /// digest which an image built here cannot have.
    fn rename(&self, plan: &Plan, images: &BTreeMap<String, String>) -> Result<(), KindError>;
    /// Runs a program in a container of the first machine, by its identity in the machine's runtime; gives what it prints.
    fn inside(&self, plan: &Plan, container: &str, command: &[String]) -> Result<String, KindError>;
    /// Does something to the machines.
    fn fault(&self, plan: &Plan, fault: Fault) -> Result<(), KindError>;
    /// The end of what the machines wrote, for a report.
    fn logs(&self, plan: &Plan) -> Result<String, KindError>;
    /// The program that opens a shell on the first machine, with its arguments and variables.
    fn shell(&self, plan: &Plan) -> (PathBuf, Vec<String>, Vec<(String, String)>);
    /// Removes everything of this and former runs. Nothing to remove is fine.
    fn sweep(&self) -> Result<(), KindError>;
}
