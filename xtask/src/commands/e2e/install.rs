//! What is applied by hand: the engine, and the objects that make it follow.

use std::thread;
use std::time::{Duration, Instant};

use api::{ApiError, Client, Reference};
use deliver::{Engine, Follow, Place, root_objects};
use serde_json::{Value, json};

use super::wanted::Wanted;
use crate::error::CliError;

/// How long an object may be refused for a reason that passes, and a controller take to start.
const PATIENCE: Duration = Duration::from_mins(3);
/// How long the machines' own name server may take; a release may bring a better one.
const NAMES: Duration = Duration::from_secs(30);
/// Between two tries.
const PAUSE: Duration = Duration::from_millis(250);

/// Applies definitions of custom resources.
pub(super) fn definitions(client: &Client, wanted: &Wanted) -> Result<(), CliError> {
    let names = wanted.definitions();
    for object in names.iter().filter_map(|name| wanted.objects.get(name)).flatten() {
        patiently(|| client.apply(object))?;
    }
    Ok(())
}

/// Applies the bundles that make an engine, straight from the store, and waits for its controllers.
pub(super) fn engine(
    client: &Client,
    wanted: &Wanted,
    engine: Engine,
    registry: &str,
) -> Result<(), CliError> {
    let mut deployments = Vec::new();
    for name in wanted.engine() {
        let mut objects: Vec<&Value> = wanted.objects.get(&name).into_iter().flatten().collect();
        // A namespace goes before what is in it.
        objects.sort_by_key(|object| object.get("kind").and_then(Value::as_str) != Some("Namespace"));
        for object in objects {
            patiently(|| client.apply(object))?;
            let reference = Reference::of(object)?;
            let is_namespace = reference.kind == "Namespace" && reference.name == engine.namespace();
            if is_namespace && engine == Engine::ArgoCd {
                redis_password(client)?;
            }
            if matches!(reference.kind.as_str(), "Deployment" | "StatefulSet") {
                deployments.push(reference);
            }
        }
    }
    if engine == Engine::ArgoCd {
        credentials(client, registry)?;
    }
    let start = Instant::now();
    // An engine that cannot look up the registry's name tries again ever more seldom.
    let names = Reference::new("apps/v1", "Deployment", "kube-system", "coredns");
    while client.get(&names).is_ok_and(|found| found.is_some() && !answers(found.as_ref())) {
        if start.elapsed() > NAMES || process::interrupted() {
            break;
        }
        thread::sleep(PAUSE);
    }
    for reference in deployments {
        while !is_ready(client.get(&reference)?.as_ref()) {
            if start.elapsed() > PATIENCE || process::interrupted() {
                let namespace = reference.namespace.clone().unwrap_or_default();
                let causes = prove::causes(client, &namespace).unwrap_or_default();
                let message = format!("{reference} does not start: {}", causes.join("; "));
                return Err(CliError::environment(&message, "the engine"));
            }
            thread::sleep(PAUSE);
        }
    }
    Ok(())
}

/// The password that a pod of Redis makes otherwise; who needs it and starts sooner waits for a quarter of a minute.
fn redis_password(client: &Client) -> Result<(), CliError> {
    let secret = json!({
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "argocd-redis", "namespace": Engine::ArgoCd.namespace()},
        "stringData": {"auth": "a-cluster-for-one-run"},
    });
    patiently(|| client.apply(&secret)).map(|_| ())
}

/// What no bundle may hold: the key by which Argo CD signs, and that this registry speaks plain HTTP.
fn credentials(client: &Client, registry: &str) -> Result<(), CliError> {
    let namespace = Engine::ArgoCd.namespace();
    let secret = Reference::new("v1", "Secret", namespace, "argocd-secret");
    // It protects nothing: the web server that logs people in is not part of the installation.
    patiently(|| {
        client.merge(&secret, &json!({"stringData": {"server.secretkey": "a cluster for one run"}}))
    })?;
    let credentials = json!({
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {
            "name": "registry",
            "namespace": namespace,
            "labels": {"argocd.argoproj.io/secret-type": "repo-creds"},
        },
        "stringData": {"type": "oci", "url": registry, "insecureOCIForceHttp": "true"},
    });
    patiently(|| client.apply(&credentials)).map(|_| ())
}

/// Applies the objects that make an engine follow a place.
pub(super) fn root(client: &Client, place: &Place, follow: &Follow, engine: Engine) -> Result<(), CliError> {
    for (name, text) in root_objects(place, follow, engine) {
        let source = std::sync::Arc::new(diag::Source { name, text });
        let document = yaml::parse_one(&source, yaml::Duplicates::Refuse).map_err(CliError::inputs)?;
        let object = document.root.to_json();
        patiently(|| client.apply(&object))?;
    }
    Ok(())
}

impl Wanted {
    /// The namespaces that a bundle's objects are in.
    pub(super) fn namespaces(&self, name: &str) -> Vec<String> {
        let objects = self.objects.get(name).into_iter().flatten();
        let mut found: Vec<String> = objects
            .filter_map(|object| Some(object.pointer("/metadata/namespace")?.as_str()?.to_owned()))
            .collect();
        found.sort();
        found.dedup();
        found
    }
}

/// Tries again what fails for a reason that passes: a kind whose definition is new, a server that starts.
pub(super) fn patiently<T>(mut call: impl FnMut() -> Result<T, ApiError>) -> Result<T, CliError> {
    let start = Instant::now();
    loop {
        match call() {
            Err(error) if error.is_passing() && start.elapsed() < PATIENCE && !process::interrupted() => {
                thread::sleep(PAUSE);
            }
            done => return done.map_err(CliError::from),
        }
    }
}

/// Whether at least one of its pods does.
fn answers(object: Option<&Value>) -> bool {
    object.and_then(|object| object.pointer("/status/readyReplicas")?.as_i64()).unwrap_or(0) > 0
}

fn is_ready(object: Option<&Value>) -> bool {
    let number = |pointer: &str| object.and_then(|object| object.pointer(pointer)?.as_i64());
    let wanted = number("/spec/replicas").unwrap_or(1);
    number("/status/readyReplicas").unwrap_or(0) >= wanted
        && number("/status/observedGeneration") >= number("/metadata/generation")
}
