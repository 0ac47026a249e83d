//! Volumes for claims of simulated pods: a simulated provisioner makes none, and a pod is not scheduled without.

use serde_json::{Value, json};

use super::text;

/// A volume for each claim of a bundle, and for each that its stateful sets make; bound to it beforehand, so that neither
/// class nor provisioner matters.
pub fn volumes(objects: &[Value]) -> Vec<Value> {
    let mut found = Vec::new();
    for object in objects {
        let (namespace, name) = (text(object, "/metadata/namespace"), text(object, "/metadata/name"));
        match text(object, "/kind") {
            "PersistentVolumeClaim" => found.push(volume(namespace, name, object)),
            "StatefulSet" => {
                let replicas = object.pointer("/spec/replicas").and_then(Value::as_u64).unwrap_or(1);
                let templates = object.pointer("/spec/volumeClaimTemplates").and_then(Value::as_array);
                for template in templates.into_iter().flatten() {
                    let claim = text(template, "/metadata/name");
                    let numbers = 0..replicas;
                    found.extend(
                        numbers
                            .map(|number| volume(namespace, &format!("{claim}-{name}-{number}"), template)),
                    );
                }
            }
            _ => {}
        }
    }
    found
}

fn volume(namespace: &str, name: &str, claim: &Value) -> Value {
    let of = |pointer: &str, usual: Value| claim.pointer(pointer).cloned().unwrap_or(usual);
    let mut volume = json!({
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": {"name": format!("simulated-{namespace}-{name}")},
        "spec": {
            "accessModes": of("/spec/accessModes", json!(["ReadWriteOnce"])),
            "capacity": {"storage": of("/spec/resources/requests/storage", json!("1Gi"))},
            "claimRef": {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "namespace": namespace, "name": name},
            "hostPath": {"path": "/nowhere"},
            "persistentVolumeReclaimPolicy": "Retain",
            "volumeMode": of("/spec/volumeMode", json!("Filesystem")),
        },
    });
    // One without gets that of the cluster's default class, which is not known here.
    if let Some(class) = claim.pointer("/spec/storageClassName") {
        volume["spec"]["storageClassName"] = class.clone();
    }
    volume
}
