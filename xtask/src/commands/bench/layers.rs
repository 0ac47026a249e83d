//! A cluster of small components in layers, of which each needs all of the one before.
//!
//! Each is one `ConfigMap`, healthy as soon as it is there: what is measured is the engine.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use catalogue::Workspace;

use crate::copy::copy;
use crate::error::CliError;

/// Name of the cluster.
pub(super) const CLUSTER: &str = "layers";
/// How many layers there are.
pub(super) const LAYERS: usize = 5;
/// How many components there are in all.
pub(super) const COMPONENTS: usize = LAYERS * WIDTH;
/// Name of the change to one of them.
pub(super) const CHANGE: &str = "another value";
/// Where they lie.
pub(super) const AREA: &str = "platform/layers/";
/// The one that changes: nobody waits for it.
pub(super) const CHANGED: &str = "platform/layers/small-5-1";

/// How many components are in a layer.
const WIDTH: usize = 4;
/// What the cluster needs of the checkout.
const PARTS: [&str; 5] =
    ["Cargo.toml", "inputs.lock", "images", "platform/gitops", "platform/core/namespaces"];

const HEAD: &str = "name: layers
description: Small components in layers.
environment: staging
role: hub
engines: [flux, argocd]
kubernetes: {version: 1.34.1}
endpoint: https://10.5.0.10:6443
networks: {machines: 10.5.0.0/24, pods: 10.244.0.0/16, services: 10.96.0.0/12}
registry: oci://registry.lab.internal:5000/layers
units:
  - platform/core/namespaces
  - platform/gitops/flux
  - platform/gitops/argo-cd
";

/// Writes the workspace.
pub(super) fn write(checkout: &Workspace, directory: &Path) -> Result<(), CliError> {
    let failed = |error: std::io::Error| CliError::environment(&error, &directory.display().to_string());
    for part in PARTS {
        copy(&checkout.path(part), &directory.join(part)).map_err(failed)?;
    }
    let put = |path: &str, text: &str| {
        let path = directory.join(path);
        fs::create_dir_all(path.parent().unwrap_or(directory))?;
        fs::write(path, text)
    };
    let mut cluster = HEAD.to_owned();
    for layer in 1..=LAYERS {
        let before: Vec<String> =
            (1..=WIDTH).filter(|_| layer > 1).map(|number| unit(layer - 1, number)).collect();
        for number in 1..=WIDTH {
            let unit = unit(layer, number);
            // Writing to a text does not fail.
            let _ = writeln!(cluster, "  - {unit}");
            put(&format!("{unit}/component.yaml"), &component(&before)).map_err(failed)?;
            put(&format!("{unit}/manifests/object.yaml"), &object(layer, number)).map_err(failed)?;
        }
    }
    put(&format!("hosts/{CLUSTER}/cluster.yaml"), &cluster).map_err(failed)?;
    put(&format!("tests/e2e/{CLUSTER}.yaml"), &change()).map_err(failed)
}

fn unit(layer: usize, number: usize) -> String {
    format!("{AREA}small-{layer}-{number}")
}

fn component(needs: &[String]) -> String {
    format!(
        "description: One of many.\nnamespace: default\nsources: [{{manifests: {{path: manifests}}}}]\nneeds: [{}]\n",
        needs.join(", ")
    )
}

fn object(layer: usize, number: usize) -> String {
    format!(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: small-{layer}-{number}, namespace: default}}\ndata: {{value: first}}\n"
    )
}

fn change() -> String {
    format!(
        "assertions: []\nchanges:\n  - name: {CHANGE}\n    edits:\n      - {{file: {CHANGED}/manifests/object.yaml, from: first, to: second}}\n    changed: [{CHANGED}]\n"
    )
}
