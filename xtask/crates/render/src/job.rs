//! The description of one rendering, complete.

use std::path::PathBuf;

use catalogue::{Drop, Hooks, ImageField, Patch};
use diag::SourceRef;
use hashing::Digest;

use crate::purity::Impurity;

/// One unit for one cluster, with every input at hand.
#[derive(Clone, Debug)]
pub struct Job {
    /// The unit.
    pub unit: String,
    /// The file that describes the unit, for messages.
    pub description: SourceRef,
    /// Where its namespaced objects live.
    pub namespace: String,
    /// Where else they may live.
    pub allow_namespaces: Vec<String>,
    /// `1.34.1`.
    pub kubernetes_version: String,
    /// Further API versions that charts may find.
    pub apis: Vec<String>,
    /// Where the objects come from, in order.
    pub sources: Vec<JobSource>,
    /// What happens to hooks.
    pub hooks: Option<Hooks>,
    /// Objects that are left out.
    pub drop: Vec<Drop>,
    /// Changes to objects.
    pub patches: Vec<Patch>,
    /// Further fields that hold image references.
    pub images: Vec<ImageField>,
}

/// One source with its inputs.
#[derive(Clone, Debug)]
pub enum JobSource {
    /// A chart.
    Helm {
        /// What it is called: the pin.
        chart: String,
        /// Its unpacked tree.
        directory: PathBuf,
        /// The digest of that tree.
        digest: Digest,
        /// Calls in it whose results differ from run to run.
        impurities: Vec<Impurity>,
        /// Conditions that no value may turn on, since the chart lacks what they enable.
        absent: Vec<String>,
        /// The release name.
        release: String,
        /// Value files, the base first.
        values: Vec<JobLayer>,
    },
    /// Files of the workspace: the base and its layers.
    Manifests {
        /// The files of each layer, the base first.
        layers: Vec<Vec<SourceRef>>,
    },
    /// Files of a pin.
    Pinned {
        /// The pin.
        pin: String,
        /// Its digest.
        digest: Digest,
        /// The chosen files.
        files: Vec<SourceRef>,
    },
    /// A kustomization.
    Kustomize {
        /// Relative to the directory of all files.
        overlay: String,
        /// Every file: of the workspace, and pins mounted among them.
        files: archive::Tree,
    },
}

/// A value file.
#[derive(Clone, Debug)]
pub struct JobLayer {
    /// What it is called in messages.
    pub layer: String,
    /// The file.
    pub source: SourceRef,
}
