//! Flux: an `OCIRepository` and a `Kustomization` for each bundle.
//!
//! APIs: `source.toolkit.fluxcd.io/v1`, `kustomize.toolkit.fluxcd.io/v1`.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use yaml::Node;

use super::{Follow, HealthCheck, Place, ReleaseBundle, ReleaseSpec, object_name, readiness};
use crate::Engine;
use crate::api_version::{FLUX_KUSTOMIZATION, FLUX_SOURCE};

/// How often drift is looked for. A digest never changes, so nothing is gained by asking the registry often.
const INTERVAL: &str = "1h";
/// How often a channel is asked for.
const POLL: &str = "1m";
/// When it tries again what the API server refused: a webhook that is ready may not have its certificate yet, or no way may
/// lead to it.
const RETRY: &str = "5s";
/// How long a bundle may take to be healthy: charts pull images and run migrations.
const TIMEOUT: &str = "10m";

pub(super) fn objects(
    spec: &ReleaseSpec,
    bundles: &BTreeMap<String, &ReleaseBundle>,
) -> Vec<(String, String)> {
    let place = Place::of(spec);
    let mut files = Vec::new();
    for (name, bundle) in bundles {
        let source = repository(&place, name, &bundle.name, &Follow::Digest(bundle.digest));
        let mut depends_on: Vec<_> = bundle.depends_on.iter().map(|name| object_name(name)).collect();
        depends_on.sort();
        depends_on.dedup();
        let depends_on: Vec<_> = depends_on.iter().map(|name| dependency(name, bundles)).collect();
        // Never prune what would take all custom resources, or the engine itself, with it.
        let prune = !bundle.crds && bundle.installs.is_none();
        let mut kustomization = kustomization(name, "./", prune);
        if let Some(fields) = kustomization.pointer_mut("/spec").and_then(Value::as_object_mut) {
            if !depends_on.is_empty() {
                fields.insert("dependsOn".to_owned(), Value::Array(depends_on));
            }
            let expressions = readiness::expressions(&bundle.objects);
            if !bundle.crds && !expressions.is_empty() {
                fields.insert("healthCheckExprs".to_owned(), Value::Array(expressions));
            }
            if !bundle.health.is_empty() {
                fields.insert("wait".to_owned(), json!(false));
                fields.insert("healthChecks".to_owned(), health(bundle));
            }
        }
        files.push((format!("{name}.ocirepository.yaml"), emit(&source)));
        files.push((format!("{name}.kustomization.yaml"), emit(&kustomization)));
    }
    files
}

/// Another bundle that must be applied and healthy *as this release has it* (`readyExpr`, Flux 2.7).
///
/// Flux's own check asks whether the other one is ready, which it still is for the digest before while it has not looked
/// at the new one; and which it is not while it looks at the same digest once more, as it does whenever a bundle comes
/// that depends on it. So the last attempt that ended counts (`status.history`, newest first), unless it failed since.
fn dependency(name: &str, bundles: &BTreeMap<String, &ReleaseBundle>) -> Value {
    let Some(bundle) = bundles.get(name) else { return json!({"name": name}) };
    let expression = format!(
        "has(dep.status.history) && size(dep.status.history) > 0 && \
         dep.status.history[0].lastReconciledStatus == 'ReconciliationSucceeded' && \
         has(dep.status.history[0].metadata) && has(dep.status.history[0].metadata.revision) && \
         dep.status.history[0].metadata.revision.endsWith('{}') && \
         has(dep.status.observedGeneration) && dep.metadata.generation == dep.status.observedGeneration && \
         has(dep.status.conditions) && \
         !dep.status.conditions.exists(c, c.type == 'Ready' && c.status == 'False')",
        bundle.digest
    );
    json!({"name": name, "readyExpr": expression})
}

pub(super) fn root(place: &Place, follow: &Follow) -> Vec<(String, String)> {
    let release = format!("releases/{}", place.cluster);
    let name = object_name(&release);
    let mut source = repository(place, &name, &release, follow);
    let mut files = Vec::new();
    if let Some(key) = &place.public_key {
        let keys = format!("{name}-keys");
        if let Some(fields) = source.pointer_mut("/spec").and_then(Value::as_object_mut) {
            fields.insert("verify".to_owned(), json!({"provider": "cosign", "secretRef": {"name": keys}}));
        }
        files.push((format!("{keys}.secret.yaml"), emit(&public_keys(&keys, key))));
    }
    files.push((format!("{name}.ocirepository.yaml"), emit(&source)));
    files.push((format!("{name}.kustomization.yaml"), emit(&kustomization(&name, "./flux", true))));
    files
}

/// Flux wants public keys in a Secret, under names that end in `.pub`.
fn public_keys(name: &str, key: &str) -> Value {
    json!({
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": name, "namespace": Engine::Flux.namespace()},
        "stringData": {"cosign.pub": key},
    })
}

fn repository(place: &Place, name: &str, artifact: &str, follow: &Follow) -> Value {
    let (interval, reference) = match follow {
        Follow::Digest(digest) => (INTERVAL, json!({"digest": digest.to_string()})),
        Follow::Channel(channel) => (POLL, json!({"tag": channel})),
    };
    let mut fields = json!({"interval": interval, "url": place.address(artifact), "ref": reference});
    if let Some(fields) = fields.as_object_mut() {
        if place.insecure {
            fields.insert("insecure".to_owned(), json!(true));
        }
        if let Some(secret) = &place.pull_secret {
            fields.insert("secretRef".to_owned(), json!({"name": secret}));
        }
    }
    json!({
        "apiVersion": FLUX_SOURCE,
        "kind": "OCIRepository",
        "metadata": {"name": name, "namespace": Engine::Flux.namespace()},
        "spec": fields,
    })
}

fn kustomization(name: &str, path: &str, prune: bool) -> Value {
    json!({
        "apiVersion": FLUX_KUSTOMIZATION,
        "kind": "Kustomization",
        "metadata": {"name": name, "namespace": Engine::Flux.namespace()},
        "spec": {
            "interval": INTERVAL,
            "retryInterval": RETRY,
            "timeout": TIMEOUT,
            "path": path,
            "prune": prune,
            "wait": true,
            "sourceRef": {"kind": "OCIRepository", "name": name},
        },
    })
}

fn health(bundle: &ReleaseBundle) -> Value {
    let mut checks: Vec<_> = bundle.objects.iter().chain(&bundle.health).collect();
    checks.sort();
    checks.dedup();
    Value::Array(checks.into_iter().map(HealthCheck::to_json).collect())
}

fn emit(object: &Value) -> String {
    yaml::emit(&Node::from_json(object))
}
