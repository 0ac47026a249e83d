//! Layers: the same file four times, from general to particular.
//!
//! `values.yaml` ← `role/<role>.yaml` ← `environment/<environment>.yaml` ← `cluster/<cluster>.yaml`. Only the layers
//! that exist take part; a later one wins.

use crate::cluster::ClusterSpec;
use crate::workspace::{Workspace, WorkspaceError};
use diag::SourceRef;

/// A layer that exists.
#[derive(Clone, Debug)]
pub struct LayerFile {
    /// What it is called in messages: `values`, `role hub`, `environment staging`, `cluster lab`.
    pub layer: String,
    /// The file.
    pub source: SourceRef,
}

/// The value layers below a directory, in the order in which they apply.
pub fn layer_files(
    workspace: &Workspace,
    directory: &str,
    cluster: &ClusterSpec,
) -> Result<Vec<LayerFile>, WorkspaceError> {
    let mut layers = Vec::new();
    let candidates = [
        ("values".to_owned(), format!("{directory}/values.yaml")),
        (format!("role {}", cluster.role), format!("{directory}/role/{}.yaml", cluster.role)),
        (
            format!("environment {}", cluster.environment),
            format!("{directory}/environment/{}.yaml", cluster.environment),
        ),
        (format!("cluster {}", cluster.name), format!("{directory}/cluster/{}.yaml", cluster.name)),
    ];
    for (layer, path) in candidates {
        if workspace.is_file(&path) {
            layers.push(LayerFile { layer, source: workspace.text(&path)? });
        }
    }
    Ok(layers)
}

/// The directories of a layered tree of manifests, in the order in which they apply, the base first.
pub fn layer_directories(workspace: &Workspace, directory: &str, cluster: &ClusterSpec) -> Vec<String> {
    [
        directory.to_owned(),
        format!("{directory}/role/{}", cluster.role),
        format!("{directory}/environment/{}", cluster.environment),
        format!("{directory}/cluster/{}", cluster.name),
    ]
    .into_iter()
    .filter(|path| workspace.is_directory(path))
    .collect()
}
