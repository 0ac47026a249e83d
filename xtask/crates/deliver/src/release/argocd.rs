//! Argo CD: an `Application` for each bundle, and the `AppProject` they are in.
//!
//! API: `argoproj.io/v1alpha1`. Waves gate the applications only where the health of `Application` objects is
//! defined in `argocd-cm`, which Argo CD leaves out by default.

use std::collections::BTreeMap;

use hashing::Digest;
use serde_json::{Value, json};
use yaml::Node;

use super::{ReleaseBundle, ReleaseSpec, address, object_name};
use crate::Engine;

/// The cluster that Argo CD itself runs in.
const SERVER: &str = "https://kubernetes.default.svc";
/// What makes the deletion of an application delete its objects.
const FINALIZER: &str = "resources-finalizer.argocd.argoproj.io";
const WAVE: &str = "argocd.argoproj.io/sync-wave";

pub(super) fn objects(
    spec: &ReleaseSpec,
    bundles: &BTreeMap<String, &ReleaseBundle>,
) -> Vec<(String, String)> {
    let mut files = vec![(format!("{}.appproject.yaml", spec.cluster), emit(&project(spec)))];
    for (name, bundle) in bundles {
        files.push((format!("{name}.application.yaml"), emit(&bundle_application(spec, name, bundle))));
    }
    files
}

pub(super) fn root(spec: &ReleaseSpec, digest: &Digest) -> Vec<(String, String)> {
    let release = format!("releases/{}", spec.cluster);
    let name = object_name(&release);
    // The release holds the same project; but its own application needs one before anything of it is applied.
    let application = Application {
        name: &name,
        artifact: &release,
        digest,
        path: "argocd",
        namespace: Engine::ArgoCd.namespace(),
        wave: 0,
        prune: true,
        heal: true,
    };
    vec![
        (format!("{}.appproject.yaml", spec.cluster), emit(&project(spec))),
        (format!("{name}.application.yaml"), emit(&application.object(spec))),
    ]
}

fn project(spec: &ReleaseSpec) -> Value {
    let wave = spec.bundles.iter().map(|bundle| bundle.wave).min().unwrap_or(0).saturating_sub(1);
    json!({
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "AppProject",
        "metadata": {
            "name": object_name(&spec.cluster),
            "namespace": Engine::ArgoCd.namespace(),
            "annotations": {WAVE: wave.to_string()},
        },
        "spec": {
            "description": format!("bundles of cluster {}", spec.cluster),
            // A single `*` does not match the `/` in names of bundles.
            "sourceRepos": [address(spec, "**")],
            "destinations": [{"server": SERVER, "namespace": "*"}],
            "clusterResourceWhitelist": [{"group": "*", "kind": "*"}],
        },
    })
}

fn bundle_application(spec: &ReleaseSpec, name: &str, bundle: &ReleaseBundle) -> Value {
    Application {
        name,
        artifact: &bundle.name,
        digest: &bundle.digest,
        path: ".",
        namespace: &bundle.namespace,
        wave: bundle.wave,
        // Never prune what would take all custom resources, or the engine itself, with it.
        prune: !bundle.crds && bundle.installs.is_none(),
        heal: bundle.installs != Some(Engine::ArgoCd),
    }
    .object(spec)
}

struct Application<'a> {
    name: &'a str,
    artifact: &'a str,
    digest: &'a Digest,
    path: &'a str,
    namespace: &'a str,
    wave: i32,
    prune: bool,
    heal: bool,
}

impl Application<'_> {
    fn object(&self, spec: &ReleaseSpec) -> Value {
        let mut metadata = json!({
            "name": self.name,
            "namespace": Engine::ArgoCd.namespace(),
            "annotations": {WAVE: self.wave.to_string()},
        });
        if let (true, Some(fields)) = (self.prune, metadata.as_object_mut()) {
            fields.insert("finalizers".to_owned(), json!([FINALIZER]));
        }
        let mut destination = json!({"server": SERVER});
        if let (false, Some(fields)) = (self.namespace.is_empty(), destination.as_object_mut()) {
            fields.insert("namespace".to_owned(), json!(self.namespace));
        }
        json!({
            "apiVersion": "argoproj.io/v1alpha1",
            "kind": "Application",
            "metadata": metadata,
            "spec": {
                "project": object_name(&spec.cluster),
                "destination": destination,
                "source": {
                    "repoURL": address(spec, self.artifact),
                    "targetRevision": self.digest.to_string(),
                    "path": self.path,
                },
                "syncPolicy": {
                    "automated": {"prune": self.prune, "selfHeal": self.heal},
                    "syncOptions": ["ServerSideApply=true"],
                    // About seven minutes in all: a new revision waits until the retries of the old one end.
                    "retry": {"limit": 10, "backoff": {"duration": "5s", "factor": 2, "maxDuration": "1m"}},
                },
            },
        })
    }
}

fn emit(object: &Value) -> String {
    yaml::emit(&Node::from_json(object))
}
