//! What of a cluster is simulated: machines that are not there, and components that cannot run on the one that is.
//!
//! Bundles are what they are in production. The API server changes what they ask for on its way in: by policies
//! (`MutatingAdmissionPolicy`, Kubernetes 1.34) pods of simulated components go to simulated machines, whose kubelet KWOK
//! plays, and all others to the real one. KWOK also gives custom resources the status that their operator would give.

mod machine;
mod policy;
mod simulation;
mod stage;
mod volume;

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

pub use machine::{SimulatedMachine, machine};
pub use policy::{marked, policies};
pub use simulation::Simulation;
pub use stage::stages;
pub use volume::volumes;

/// Label of every node: `true` when it is simulated, `false` when it is not.
pub const LABEL: &str = "xtask.dev/simulated";
/// Kinds that make pods.
const WORKLOADS: [&str; 6] = ["CronJob", "DaemonSet", "Deployment", "Job", "Pod", "StatefulSet"];

/// What is simulated, in `tests/e2e/<cluster>.yaml`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Simulated {
    /// Components that are real; all others are simulated. The engine has to be one of them.
    #[serde(default)]
    pub real: Vec<String>,
    /// Images of real components that nobody can build, each with the one of another version that stands in for it.
    #[serde(default)]
    pub stand_ins: BTreeMap<String, String>,
    /// What every simulated machine has, by the name of the resource: `cpu`, `memory`, `pods`.
    #[serde(default)]
    pub capacity: BTreeMap<String, String>,
    /// Kinds that a simulated operator looks after.
    #[serde(default)]
    pub status: Vec<Status>,
}

/// The status that objects of a kind get.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Status {
    /// `<group>/<version>`.
    pub api_version: String,
    /// The kind.
    pub kind: String,
    /// Types of conditions that are true.
    #[serde(default)]
    pub conditions: Vec<String>,
    /// Whether these conditions are about each parent (`status.parents`), as routes of the Gateway API have it.
    #[serde(default)]
    pub parents: bool,
}

impl Simulated {
    /// Whether the pods of a bundle run.
    pub fn is_real(&self, bundle: &str) -> bool {
        self.real.iter().any(|unit| unit == bundle.trim_end_matches("/crds"))
    }

    /// What `namespace/name` the workloads of real components have.
    pub fn workloads(&self, objects: &BTreeMap<String, Vec<Value>>) -> BTreeSet<String> {
        let real = objects.iter().filter(|(bundle, _)| self.is_real(bundle));
        let workloads =
            real.flat_map(|(_, objects)| objects).filter(|object| WORKLOADS.contains(&text(object, "/kind")));
        workloads
            .map(|object| {
                format!("{}/{}", text(object, "/metadata/namespace"), text(object, "/metadata/name"))
            })
            .collect()
    }

    /// The statuses of kinds that a release has; KWOK does not start for one that is not defined.
    pub fn used(&self, simulation: &Simulation) -> Vec<Status> {
        let is_used = |status: &&Status| simulation.statuses.contains(&status.full());
        self.status.iter().filter(is_used).cloned().collect()
    }

    /// What is simulated of a release; `machines` are the names of its nodes.
    pub fn of(&self, objects: &BTreeMap<String, Vec<Value>>, machines: BTreeSet<String>) -> Simulation {
        let mut simulation =
            Simulation { machines, other_versions: self.stand_ins.clone(), ..Simulation::default() };
        let looked_after: BTreeSet<String> = self.status.iter().map(Status::full).collect();
        for (bundle, objects) in objects {
            let (mut has_pods, simulated) = (false, !self.is_real(bundle));
            for object in objects {
                let (kind, name) = (text(object, "/kind"), text(object, "/metadata/name"));
                let full = format!("{} {kind}", text(object, "/apiVersion"));
                match kind {
                    "MutatingWebhookConfiguration" | "ValidatingWebhookConfiguration" => {
                        simulation.webhooks.insert(format!("{kind}/{name}"));
                    }
                    "APIService" if simulated && object.pointer("/spec/service").is_some() => {
                        simulation.apis.insert(name.to_owned());
                    }
                    kind if WORKLOADS.contains(&kind) => has_pods = true,
                    _ if looked_after.contains(&full) => {
                        simulation.statuses.insert(full);
                    }
                    _ => {}
                }
            }
            if simulated && has_pods {
                simulation.components.insert(bundle.clone());
            }
            if simulated {
                let claims = volumes(objects).into_iter();
                simulation.claims.extend(claims.map(|volume| {
                    let of = |field| text(&volume, field).to_owned();
                    format!("{}/{}", of("/spec/claimRef/namespace"), of("/spec/claimRef/name"))
                }));
            }
        }
        simulation
    }
}

impl Status {
    /// Version and kind.
    fn full(&self) -> String {
        format!("{} {}", self.api_version, self.kind)
    }
}

fn text<'a>(object: &'a Value, pointer: &str) -> &'a str {
    object.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests;
