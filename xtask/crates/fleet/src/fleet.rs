//! A cluster with its machines, their patches and images.

use std::collections::{BTreeMap, BTreeSet};

use catalogue::{Cluster, Machine, MachineRole, Workspace};
use diag::Diagnostic;

use crate::distribution::Distribution;
use crate::image::Image;
use crate::patch_files::{self, PatchFile};

/// The machines of a cluster and all that they are made from.
#[derive(Clone, Debug)]
pub struct Fleet {
    /// The cluster.
    pub cluster: Cluster,
    /// Its machines by name.
    pub machines: BTreeMap<String, Machine>,
    /// Its patches in the order in which they apply.
    pub patches: Vec<PatchFile>,
    /// The images that its machines name, as far as there are files of them.
    pub images: BTreeMap<String, Image>,
    /// Whether the workspace describes images at all.
    pub has_images: bool,
    /// The names of all clusters of the workspace.
    pub clusters: Vec<String>,
}

/// Reads the machines of a cluster. What is wrong between files is what [`check`](crate::check) tells.
pub fn load(workspace: &Workspace, cluster: &str) -> Result<Fleet, Vec<Diagnostic>> {
    let cluster = catalogue::load_cluster(workspace, cluster)?;
    let mut mistakes = Vec::new();
    let machines = catalogue::load_machines(workspace, &cluster).unwrap_or_else(|found| {
        mistakes.extend(found);
        BTreeMap::new()
    });
    let patches = patch_files::load(workspace, &cluster.spec.name).unwrap_or_else(|found| {
        mistakes.extend(found);
        Vec::new()
    });
    let default = cluster.spec.talos.as_ref().and_then(|talos| talos.image.as_ref());
    let names: BTreeSet<&String> =
        machines.values().filter_map(|machine| machine.spec.image.as_ref()).chain(default).collect();
    let mut images = BTreeMap::new();
    for name in names {
        match Image::load(workspace, name) {
            Ok(Some(image)) => drop(images.insert(name.clone(), image)),
            Ok(None) => {}
            Err(found) => mistakes.extend(found),
        }
    }
    let has_images = workspace.names("images").is_ok_and(|names| !names.is_empty());
    let clusters = catalogue::clusters(workspace);
    let fleet = Fleet { cluster, machines, patches, images, has_images, clusters };
    if mistakes.is_empty() { Ok(fleet) } else { Err(mistakes) }
}

impl Fleet {
    /// What makes the cluster of its machines; the first one, when a cluster says several by mistake.
    pub fn distribution(&self) -> Option<Distribution<'_>> {
        Distribution::all(&self.cluster.spec).into_iter().next()
    }

    /// The machines in use.
    pub fn online(&self) -> impl Iterator<Item = &Machine> {
        self.machines.values().filter(|machine| machine.is_online())
    }

    /// The control planes in use.
    pub fn control_planes(&self) -> impl Iterator<Item = &Machine> {
        self.online().filter(|machine| machine.spec.role == MachineRole::ControlPlane)
    }

    /// The image of a machine.
    pub fn image_of<'a>(&'a self, machine: &'a Machine) -> Option<&'a str> {
        let default = self.cluster.spec.talos.as_ref().and_then(|talos| talos.image.as_deref());
        machine.spec.image.as_deref().or(default)
    }

    /// The patches that a machine takes, in the order in which they apply.
    pub fn patches_of<'a>(&'a self, machine: &'a Machine) -> impl Iterator<Item = &'a PatchFile> {
        self.patches.iter().filter(move |patch| patch.layer.applies_to(machine))
    }
}
