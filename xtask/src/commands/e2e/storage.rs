//! Volumes for claims that name no class.

use api::Client;
use kind::VOLUMES;
use serde_json::{Value, json};

use super::install::patiently;
use crate::error::CliError;

/// Annotation of the class that claims without one get.
const DEFAULT: &str = "storageclass.kubernetes.io/is-default-class";
/// The class that is made here.
const CLASS: &str = "standard";

/// What a class names whose volumes somebody makes by hand.
const BY_HAND: &str = "kubernetes.io/no-provisioner";

/// Makes a default class with a few volumes on the first machine, unless the cluster has one that makes volumes itself.
pub(super) fn offer(client: &Client, node: &str) -> Result<(), CliError> {
    let classes = patiently(|| client.list("storage.k8s.io/v1", "StorageClass", None, ""))?;
    let is_default = |class: &Value| {
        let annotations = class.pointer("/metadata/annotations");
        annotations.and_then(|all| all.get(DEFAULT)).and_then(Value::as_str) == Some("true")
            && class.get("provisioner").and_then(Value::as_str) != Some(BY_HAND)
    };
    if classes.iter().any(is_default) {
        return Ok(());
    }
    patiently(|| client.apply(&class()))?;
    for (number, path) in VOLUMES.iter().enumerate() {
        patiently(|| client.apply(&volume(number + 1, path, node)))?;
    }
    Ok(())
}

fn class() -> Value {
    json!({
        "apiVersion": "storage.k8s.io/v1",
        "kind": "StorageClass",
        "metadata": {"name": CLASS, "annotations": {DEFAULT: "true"}},
        "provisioner": BY_HAND,
        "volumeBindingMode": "WaitForFirstConsumer",
    })
}

/// A local volume: unlike one of the sort `hostPath` it is given to the group of the pod that uses it.
fn volume(number: usize, path: &str, node: &str) -> Value {
    let here = json!({"key": "kubernetes.io/hostname", "operator": "In", "values": [node]});
    json!({
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": {"name": format!("{CLASS}-{number}")},
        "spec": {
            "accessModes": ["ReadWriteOnce"],
            "capacity": {"storage": "10Gi"},
            "local": {"path": path},
            "nodeAffinity": {"required": {"nodeSelectorTerms": [{"matchExpressions": [here]}]}},
            "storageClassName": CLASS,
        },
    })
}
