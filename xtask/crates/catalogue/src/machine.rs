//! `hosts/<cluster>/machines/<name>.yaml`.

use std::collections::BTreeMap;

use diag::{SourceRef, Span};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use yaml::Document;

use crate::disk::{Disk, Install};
use crate::interface::Interface;

/// A machine with the file that describes it.
#[derive(Clone, Debug)]
pub struct Machine {
    /// What the file says.
    pub spec: MachineSpec,
    /// The file.
    pub source: SourceRef,
    /// The parsed file, for places.
    pub document: Document,
}

/// A machine of a cluster: what it is for, where it is reached, what it is installed on.
#[derive(Clone, Debug, Deserialize, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MachineSpec {
    /// Its name, which is the name of its file and its host name.
    pub name: String,
    /// What it is, in a sentence.
    #[serde(default)]
    pub description: Option<String>,
    /// What it is for.
    pub role: MachineRole,
    /// Where it is reached.
    pub address: String,
    /// Why it is not in use. An offline machine keeps its name and address, but gets no configuration.
    #[serde(default)]
    pub offline: Option<String>,
    /// Its processor.
    #[serde(default)]
    pub architecture: Architecture,
    /// Its image, a file below `images/`; the one of the cluster unless given.
    #[serde(default)]
    pub image: Option<String>,
    /// What its system is installed on.
    #[serde(default)]
    pub install: Option<Install>,
    /// The disks that it has.
    #[serde(default)]
    pub disks: Vec<Disk>,
    /// Its network interfaces; the first one is the one that `address` belongs to, unless another one says so.
    #[serde(default)]
    pub interfaces: Vec<Interface>,
    /// Labels of its node.
    #[serde(default)]
    pub labels: BTreeMap<String, String>,
    /// Annotations of its node.
    #[serde(default)]
    pub annotations: BTreeMap<String, String>,
    /// Taints of its node.
    #[serde(default)]
    pub taints: Vec<Taint>,
    /// Patches of `patches/optional/` that it takes, by name.
    #[serde(default)]
    pub patches: Vec<String>,
}

/// What a machine is for.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum MachineRole {
    /// It runs the API server and etcd.
    ControlPlane,
    /// It runs workloads.
    Worker,
}

impl MachineRole {
    /// As files and directories write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::ControlPlane => "control-plane",
            Self::Worker => "worker",
        }
    }
}

/// A processor, as Go and OCI call it.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Architecture {
    /// x86-64.
    #[default]
    Amd64,
    /// `AArch64`.
    Arm64,
}

/// What keeps pods off a node, as Kubernetes has it.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Taint {
    /// Its name.
    pub key: String,
    /// Its value.
    #[serde(default)]
    pub value: String,
    /// What happens to pods that do not tolerate it.
    pub effect: TaintEffect,
}

/// What a taint does.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub enum TaintEffect {
    /// New pods go elsewhere.
    NoSchedule,
    /// New pods go elsewhere if they can.
    PreferNoSchedule,
    /// Running pods have to leave, too.
    NoExecute,
}

impl TaintEffect {
    /// As Kubernetes writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::NoSchedule => "NoSchedule",
            Self::PreferNoSchedule => "PreferNoSchedule",
            Self::NoExecute => "NoExecute",
        }
    }
}

impl Machine {
    /// Where something of its file stands; the nearest thing around it when it is not there.
    pub fn place(&self, path: &[&str]) -> Span {
        crate::cluster::place(&self.document, path)
    }

    /// Whether it is in use.
    pub fn is_online(&self) -> bool {
        self.spec.offline.is_none()
    }
}
