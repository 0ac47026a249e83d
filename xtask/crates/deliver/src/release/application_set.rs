//! Argo CD: one `ApplicationSet` that makes the applications of all bundles, and updates them wave by wave.
//!
//! API: `argoproj.io/v1alpha1`. The list generator carries what was selected when the release was built; nothing is
//! looked up in a cluster. Waves are steps of a `RollingSync`: a step begins when every application of the one before
//! is healthy at its new revision, which needs `--enable-progressive-syncs` of the controller.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::argocd::{FINALIZER, SERVER};
use super::{Place, ReleaseBundle, object_name};
use crate::Engine;
use crate::api_version::ARGO_CD;

/// Label of an application: the step in which it is updated.
const WAVE: &str = "cargo-xtask/wave";

/// What pruning and healing are is text of YAML, since fields of a template are strings.
fn patch() -> String {
    format!(
        "metadata:
  finalizers: {{{{ if eq .prune \"true\" }}}}[{FINALIZER}]{{{{ else }}}}[]{{{{ end }}}}
spec:
  syncPolicy:
    automated:
      prune: {{{{ .prune }}}}
      selfHeal: {{{{ .heal }}}}
"
    )
}

pub(super) fn application_set(place: &Place, bundles: &BTreeMap<String, &ReleaseBundle>) -> Value {
    let elements: Vec<Value> = bundles.iter().map(|(name, bundle)| element(place, name, bundle)).collect();
    let waves: BTreeSet<i32> = bundles.values().map(|bundle| bundle.wave).collect();
    let step = |wave: &i32| {
        let expression = json!({"key": WAVE, "operator": "In", "values": [wave.to_string()]});
        json!({"matchExpressions": [expression]})
    };
    json!({
        "apiVersion": ARGO_CD,
        "kind": "ApplicationSet",
        "metadata": {"name": object_name(&place.cluster), "namespace": Engine::ArgoCd.namespace()},
        "spec": {
            "goTemplate": true,
            "goTemplateOptions": ["missingkey=error"],
            "generators": [{"list": {"elements": elements}}],
            "strategy": {
                "type": "RollingSync",
                "rollingSync": {"steps": waves.iter().map(step).collect::<Vec<_>>()},
            },
            "template": template(place),
            "templatePatch": patch(),
        },
    })
}

fn element(place: &Place, name: &str, bundle: &ReleaseBundle) -> Value {
    let installs = bundle.installs;
    json!({
        "name": name,
        "repository": place.address(&bundle.name),
        "digest": bundle.digest.to_string(),
        "namespace": bundle.namespace,
        "wave": bundle.wave.to_string(),
        // Never prune what would take all custom resources, or the engine itself, with it.
        "prune": (!bundle.crds && installs.is_none()).to_string(),
        "heal": (installs != Some(Engine::ArgoCd)).to_string(),
    })
}

fn template(place: &Place) -> Value {
    json!({
        "metadata": {
            "name": "{{ .name }}",
            "namespace": Engine::ArgoCd.namespace(),
            "labels": {WAVE: "{{ .wave }}"},
        },
        "spec": {
            "project": object_name(&place.cluster),
            "destination": {"server": SERVER, "namespace": "{{ .namespace }}"},
            "source": {"repoURL": "{{ .repository }}", "targetRevision": "{{ .digest }}", "path": "."},
            "syncPolicy": {
                "syncOptions": ["ServerSideApply=true"],
                "retry": {"limit": 10, "backoff": {"duration": "5s", "factor": 2, "maxDuration": "1m"}},
            },
        },
    })
}
