//! When custom resources are ready.
//!
//! Flux takes an object without conditions for healthy, which a custom resource is until its controller has seen it
//! first. Argo CD brings checks of its own for these kinds.
//!
//! Source: <https://fluxcd.io/flux/cheatsheets/cel-healthchecks/>.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::HealthCheck;

/// Groups and kinds whose controllers say `Ready` once all is well.
const TELLING: [(&str, &[&str]); 3] = [
    ("cert-manager.io", &["Certificate", "ClusterIssuer", "Issuer"]),
    ("external-secrets.io", &["ClusterSecretStore", "ExternalSecret", "SecretStore"]),
    ("postgresql.cnpg.io", &["Cluster"]),
];
/// Whether it has been said.
const READY: &str =
    "has(status.conditions) && status.conditions.exists(c, c.type == 'Ready' && c.status == 'True')";

/// `healthCheckExprs` of a Kustomization with these objects, one for each kind.
pub(super) fn expressions(objects: &[HealthCheck]) -> Vec<Value> {
    let tells = |object: &&HealthCheck| {
        let group = object.api_version.split('/').next().unwrap_or_default();
        TELLING.iter().any(|(telling, kinds)| *telling == group && kinds.contains(&object.kind.as_str()))
    };
    let kinds: BTreeSet<(&str, &str)> =
        objects.iter().filter(tells).map(|object| (&*object.api_version, &*object.kind)).collect();
    let expression =
        |(version, kind): (&str, &str)| json!({"apiVersion": version, "kind": kind, "current": READY});
    kinds.into_iter().map(expression).collect()
}
