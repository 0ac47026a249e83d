//! Why a component is not healthy: what its pods, jobs and events say, and containers that ended with an error.

use std::collections::BTreeSet;

use api::{ApiError, Client};
use serde_json::Value;

use crate::ended::{Ended, ended};

/// As many complaints as anybody reads.
const MOST: usize = 8;

/// What is wrong in a namespace, the plainest first; nothing when nobody complains.
pub fn causes(client: &Client, namespace: &str) -> Result<Vec<String>, ApiError> {
    let mut found = Vec::new();
    for pod in client.list("v1", "Pod", Some(namespace), "")? {
        found.extend(of_pod(&pod));
        for ended in ended(&pod) {
            let Ended { pod, container, code, .. } = ended;
            let mut told = vec![format!("{pod}/{container}: ended with code {code}")];
            told.extend(ended.words(client, namespace));
            found.push(told.join(": "));
        }
    }
    for event in client.list("v1", "Event", Some(namespace), "")? {
        if text(&event, "/type") == "Warning" {
            let object = text(&event, "/involvedObject/name");
            found.push(format!("{object}: {}: {}", text(&event, "/reason"), text(&event, "/message")));
        }
    }
    let mut told = BTreeSet::new();
    found.retain(|cause| told.insert(cause.clone()));
    found.truncate(MOST);
    Ok(found)
}

/// Complaints of a pod about its containers, and of the scheduler about the pod.
fn of_pod(pod: &Value) -> Vec<String> {
    let name = text(pod, "/metadata/name");
    let mut found = Vec::new();
    for list in ["/status/initContainerStatuses", "/status/containerStatuses"] {
        for status in pod.pointer(list).and_then(Value::as_array).into_iter().flatten() {
            let container = text(status, "/name");
            let reason = text(status, "/state/waiting/reason");
            if !matches!(reason, "" | "ContainerCreating" | "PodInitializing") {
                let message = text(status, "/state/waiting/message");
                found.push(format!("{name}/{container}: {reason}: {message}"));
            }
        }
    }
    for condition in pod.pointer("/status/conditions").and_then(Value::as_array).into_iter().flatten() {
        if text(condition, "/type") == "PodScheduled" && text(condition, "/status") == "False" {
            found.push(format!("{name}: {}", text(condition, "/message")));
        }
    }
    found
}

fn text<'a>(object: &'a Value, pointer: &str) -> &'a str {
    object.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests;
