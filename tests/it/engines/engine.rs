//! What the engines are asked for and what they answer.

use std::path::Path;

use serde_json::{Value, json};
use yaml::Node;

use crate::go::Engines;

/// An engine.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Engine {
    Flux,
    ArgoCd,
}

/// Where an artifact lies, and the directory in it that is read.
pub(crate) struct Place<'a> {
    pub(crate) url: &'a str,
    pub(crate) digest: &'a str,
    pub(crate) path: &'a str,
}

/// What an engine gives for one delivery.
pub(crate) struct Read {
    /// The name of the Kustomization or Application.
    pub(crate) name: String,
    /// What would be applied, or what the engine says in its place.
    pub(crate) objects: Result<Vec<Node>, String>,
}

impl Engine {
    pub(crate) const ALL: [Self; 2] = [Self::Flux, Self::ArgoCd];

    /// The directory of a release that is for this engine, and the name of its program.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Flux => "flux",
            Self::ArgoCd => "argocd",
        }
    }

    /// A delivery as somebody writes it by hand to start with a release.
    pub(crate) fn delivery(self, name: &str, place: &Place<'_>) -> Value {
        match self {
            Self::Flux => json!({
                "source": {
                    "apiVersion": "source.toolkit.fluxcd.io/v1",
                    "kind": "OCIRepository",
                    "metadata": {"name": name, "namespace": "flux-system"},
                    "spec": {"interval": "1h", "url": place.url, "ref": {"digest": place.digest}},
                },
                "kustomization": {
                    "apiVersion": "kustomize.toolkit.fluxcd.io/v1",
                    "kind": "Kustomization",
                    "metadata": {"name": name, "namespace": "flux-system"},
                    "spec": {
                        "interval": "1h",
                        "path": place.path,
                        "prune": true,
                        "sourceRef": {"kind": "OCIRepository", "name": name},
                    },
                },
            }),
            Self::ArgoCd => json!({
                "apiVersion": "argoproj.io/v1alpha1",
                "kind": "Application",
                "metadata": {"name": name, "namespace": "argocd"},
                "spec": {
                    "project": "default",
                    "destination": {"server": "https://kubernetes.default.svc", "namespace": "elsewhere"},
                    "source": {"repoURL": place.url, "targetRevision": place.digest, "path": place.path},
                },
            }),
        }
    }

    /// The deliveries among the objects of a release.
    pub(crate) fn deliveries(self, release: &[Node]) -> Vec<Value> {
        let of_kind = |kind: &str| -> Vec<Value> {
            release.iter().map(Node::to_json).filter(|object| object["kind"] == kind).collect()
        };
        match self {
            Self::ArgoCd => of_kind("Application"),
            Self::Flux => {
                let sources = of_kind("OCIRepository");
                let source = |name: &Value| sources.iter().find(|source| source["metadata"]["name"] == *name);
                let kustomizations = of_kind("Kustomization").into_iter();
                kustomizations
                    .map(|kustomization| {
                        let source = source(&kustomization["spec"]["sourceRef"]["name"]);
                        json!({"source": source.unwrap(), "kustomization": kustomization})
                    })
                    .collect()
            }
        }
    }

    /// Repository and digest that a delivery names.
    pub(crate) fn address(self, delivery: &Value) -> (String, String) {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        match self {
            Self::Flux => {
                let spec = &delivery["source"]["spec"];
                (text(&spec["url"]), text(&spec["ref"]["digest"]))
            }
            Self::ArgoCd => {
                let source = &delivery["spec"]["source"];
                (text(&source["repoURL"]), text(&source["targetRevision"]))
            }
        }
    }

    /// Reads deliveries with the engine's code.
    pub(crate) fn read(
        self,
        engines: &Engines,
        proxy: &str,
        deliveries: Vec<Value>,
        scratch: &Path,
    ) -> Vec<Read> {
        let lines = engines.read(self.name(), proxy, &Value::Array(deliveries), scratch);
        lines
            .iter()
            .map(|line| {
                let error = line["error"].as_str().unwrap();
                let objects = line["objects"].as_array().map_or(&[][..], Vec::as_slice);
                let objects = objects.iter().map(Node::from_json).collect();
                let objects = if error.is_empty() { Ok(objects) } else { Err(error.to_owned()) };
                Read { name: line["name"].as_str().unwrap().to_owned(), objects }
            })
            .collect()
    }
}
