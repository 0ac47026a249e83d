//! Argo CD: an `Application` for each bundle, and the `AppProject` they are in.
//!
//! API: `argoproj.io/v1alpha1`. Waves gate the applications only where the health of `Application` objects is
//! defined in `argocd-cm`, which Argo CD leaves out by default.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use yaml::Node;

use super::application_set::application_set;
use super::{Follow, Place, ReleaseBundle, ReleaseSpec, object_name};
use crate::Engine;
use crate::api_version::ARGO_CD;

/// The cluster that Argo CD itself runs in.
pub(super) const SERVER: &str = "https://kubernetes.default.svc";
/// What makes the deletion of an application delete its objects.
pub(super) const FINALIZER: &str = "resources-finalizer.argocd.argoproj.io";
const WAVE: &str = "argocd.argoproj.io/sync-wave";
/// The wave of the project: before any that a unit may ask for.
const FIRST: &str = "-1000";

pub(super) fn objects(
    spec: &ReleaseSpec,
    bundles: &BTreeMap<String, &ReleaseBundle>,
) -> Vec<(String, String)> {
    let place = Place::of(spec);
    let mut files = vec![(format!("{}.appproject.yaml", spec.cluster), emit(&project(&place)))];
    if spec.application_set {
        let set = application_set(&place, bundles);
        files.push((format!("{}.applicationset.yaml", spec.cluster), emit(&set)));
        return files;
    }
    for (name, bundle) in bundles {
        files.push((format!("{name}.application.yaml"), emit(&bundle_application(&place, name, bundle))));
    }
    files
}

pub(super) fn root(place: &Place, follow: &Follow) -> Vec<(String, String)> {
    let release = format!("releases/{}", place.cluster);
    let name = object_name(&release);
    // The release holds the same project; but its own application needs one before anything of it is applied.
    let application = Application {
        name: &name,
        artifact: &release,
        follow: follow.clone(),
        path: "argocd",
        namespace: Engine::ArgoCd.namespace(),
        wave: 0,
        prune: true,
        heal: true,
    };
    vec![
        (format!("{}.appproject.yaml", place.cluster), emit(&project(place))),
        (format!("{name}.application.yaml"), emit(&application.object(place))),
    ]
}

fn project(place: &Place) -> Value {
    json!({
        "apiVersion": ARGO_CD,
        "kind": "AppProject",
        "metadata": {
            "name": object_name(&place.cluster),
            "namespace": Engine::ArgoCd.namespace(),
            "annotations": {WAVE: FIRST},
        },
        "spec": {
            "description": format!("bundles of cluster {}", place.cluster),
            // A single `*` does not match the `/` in names of bundles.
            "sourceRepos": [place.address("**")],
            "destinations": [{"server": SERVER, "namespace": "*"}],
            "clusterResourceWhitelist": [{"group": "*", "kind": "*"}],
        },
    })
}

fn bundle_application(place: &Place, name: &str, bundle: &ReleaseBundle) -> Value {
    Application {
        name,
        artifact: &bundle.name,
        follow: Follow::Digest(bundle.digest),
        path: ".",
        namespace: &bundle.namespace,
        wave: bundle.wave,
        // Never prune what would take all custom resources, or the engine itself, with it.
        prune: !bundle.crds && bundle.installs.is_none(),
        heal: bundle.installs != Some(Engine::ArgoCd),
    }
    .object(place)
}

struct Application<'a> {
    name: &'a str,
    artifact: &'a str,
    follow: Follow,
    path: &'a str,
    namespace: &'a str,
    wave: i32,
    prune: bool,
    heal: bool,
}

impl Application<'_> {
    fn object(&self, place: &Place) -> Value {
        let revision = match &self.follow {
            Follow::Digest(digest) => digest.to_string(),
            Follow::Channel(channel) => channel.clone(),
        };
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
            "apiVersion": ARGO_CD,
            "kind": "Application",
            "metadata": metadata,
            "spec": {
                "project": object_name(&place.cluster),
                "destination": destination,
                "source": {
                    "repoURL": place.address(self.artifact),
                    "targetRevision": revision,
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
