//! What a workspace describes: clusters, their machines, the units they are made of, and the graph between them.
//!
//! Everything here is read from YAML files below `hosts/`, `platform/` and `apps/`. Each file has a Rust type;
//! the type gives the JSON schema, the schema finds every mistake of a file at once and names its place, and
//! only then is the value built. So an editor, the build and the documentation agree by construction.
//!
//! # Invariants
//!
//! - Nothing here renders, fetches, spawns or writes; files of the workspace are the only thing that is read.
//! - A name of a unit is its directory below the workspace: `platform/network/metallb`, `apps/web/podinfo`.
//! - Whatever is listed is listed in byte order, never in the order of the file system.
//! - Every path that was read can be told again ([`Workspace::walk`]), so that a later run knows what to look at.

mod cluster;
mod decode;
mod delivery;
mod disk;
mod distribution;
mod graph;
mod image;
mod interface;
mod layer;
mod load;
mod load_machines;
mod machine;
mod networks;
mod secrets_from;
mod selector;
mod source;
mod unit;
mod workspace;

pub use cluster::{Cluster, ClusterSpec, Engine, Kubernetes};
pub use decode::{decode, json_schema};
pub use delivery::{ArgocdObjects, Delivery};
pub use disk::{Disk, DiskKind, DiskSelector, Install};
pub use distribution::{Cni, K3d, K3s, Kubeadm, Talos, Vcluster};
pub use graph::{Cycle, Edge, Graph, Reason};
pub use image::{
    Base, DiskLayout, Enroll, Image, ImageKind, ImageOverlay, ImageSpec, LabBase, Loader, Medium, MetaEntry,
    images, load_image,
};
pub use interface::{Bond, Interface, LinkSelector, Route, Vlan};
pub use layer::{LayerFile, layer_directories, layer_files};
pub use load::{Catalogue, clusters, load, load_cluster};
pub use load_machines::load_machines;
pub use machine::{Architecture, Machine, MachineRole, MachineSpec, Taint, TaintEffect};
pub use networks::Networks;
pub use secrets_from::SecretsFrom;
pub use selector::{Expression, Operator, Selector};
pub use source::{HelmSource, KustomizeSource, ManifestsSource, Source};
pub use unit::{
    Drop, Health, HookPolicy, HookRule, Hooks, ImageField, ObjectRef, Patch, Unit, UnitKind, UnitSpec,
};
pub use workspace::{Walked, Workspace, WorkspaceError};
