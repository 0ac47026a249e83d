//! What a cluster has used, as its kubelets count.
//!
//! Source: the summary API, <https://kubernetes.io/docs/reference/instrumentation/node-metrics/>.

use api::{ApiError, Client};
use serde::Serialize;
use serde_json::Value;

/// What the machines of one run have used.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Resources {
    /// The engine that applied the releases.
    pub engine: String,
    /// Processor time of all machines since their start, in milliseconds.
    pub processor: u64,
    /// Memory that they cannot do without, in bytes.
    pub memory: u64,
    /// What came over the network, mostly images and bundles, in bytes.
    pub received: u64,
    /// The pods of the engine.
    pub pods: Vec<PodUse>,
}

/// Bytes in a mebibyte.
const MIB: u64 = 1 << 20;

impl Resources {
    /// It on one line.
    pub fn line(&self) -> String {
        let pods: Vec<String> = self.pods.iter().map(PodUse::line).collect();
        format!(
            "{}: machines used {} s of processor time and {} MiB of memory, and received {} MiB; {}",
            self.engine,
            self.processor / 1000,
            self.memory / MIB,
            self.received / MIB,
            pods.join(", ")
        )
    }
}

impl PodUse {
    fn line(&self) -> String {
        format!(
            "{} {}.{} s, {} MiB",
            self.name,
            self.processor / 1000,
            self.processor % 1000 / 100,
            self.memory / MIB
        )
    }
}

/// What one pod has used.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PodUse {
    /// Its name.
    pub name: String,
    /// Processor time since its start, in milliseconds.
    pub processor: u64,
    /// Memory that it cannot do without, in bytes.
    pub memory: u64,
}

/// Asks every machine; the pods are those of the engine's namespace.
pub fn resources(client: &Client, engine: &str, namespace: &str) -> Result<Resources, ApiError> {
    let mut used = Resources { engine: engine.to_owned(), ..Resources::default() };
    for node in client.list("v1", "Node", None, "")? {
        let name = node.pointer("/metadata/name").and_then(Value::as_str).unwrap_or_default();
        let path = format!("/api/v1/nodes/{name}/proxy/stats/summary");
        add(&mut used, &client.get_raw(&path)?.unwrap_or_default(), namespace);
    }
    used.pods.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(used)
}

/// Adds what one machine says.
fn add(used: &mut Resources, summary: &Value, namespace: &str) {
    let number = |of: &Value, pointer: &str| of.pointer(pointer).and_then(Value::as_u64).unwrap_or(0);
    let milliseconds = |of: &Value, pointer: &str| number(of, pointer) / 1_000_000;
    used.processor += milliseconds(summary, "/node/cpu/usageCoreNanoSeconds");
    used.memory += number(summary, "/node/memory/workingSetBytes");
    used.received += number(summary, "/node/network/rxBytes");
    for pod in summary.get("pods").and_then(Value::as_array).into_iter().flatten() {
        if pod.pointer("/podRef/namespace").and_then(Value::as_str) == Some(namespace) {
            let name = pod.pointer("/podRef/name").and_then(Value::as_str).unwrap_or_default();
            used.pods.push(PodUse {
                name: name.to_owned(),
                processor: milliseconds(pod, "/cpu/usageCoreNanoSeconds"),
                memory: number(pod, "/memory/workingSetBytes"),
            });
        }
    }
}

#[cfg(test)]
mod tests;
