//! Nodes that are not there.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::LABEL;

/// What is known of a machine that is to be simulated.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SimulatedMachine {
    /// Its name.
    pub name: String,
    /// Its address.
    pub address: String,
    /// `amd64`, `arm64`.
    pub architecture: String,
    /// Whether it runs the control plane.
    pub control_plane: bool,
    /// Its labels.
    pub labels: BTreeMap<String, String>,
    /// Its taints: key, value, effect.
    pub taints: Vec<(String, String, String)>,
}

/// The node of a machine, as a kubelet registers it.
pub fn machine(machine: &SimulatedMachine, capacity: &BTreeMap<String, String>) -> Value {
    let mut labels: Map<String, Value> =
        machine.labels.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
    let usual = [
        ("kubernetes.io/arch", machine.architecture.as_str()),
        ("kubernetes.io/hostname", &machine.name),
        ("kubernetes.io/os", "linux"),
        (LABEL, "true"),
    ];
    labels.extend(usual.map(|(name, value)| (name.to_owned(), json!(value))));
    if machine.control_plane {
        labels.insert("node-role.kubernetes.io/control-plane".to_owned(), json!(""));
    }
    let taints: Vec<Value> = machine
        .taints
        .iter()
        .map(|(key, value, effect)| json!({"key": key, "value": value, "effect": effect}))
        .collect();
    json!({
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": machine.name, "labels": labels},
        "spec": {"taints": taints},
        "status": {
            "addresses": [
                {"type": "InternalIP", "address": machine.address},
                {"type": "Hostname", "address": machine.name},
            ],
            "allocatable": capacity,
            "capacity": capacity,
            "nodeInfo": {"architecture": machine.architecture, "operatingSystem": "linux"},
        },
    })
}
