//! Where patches are, and which of them a machine takes.
//!
//! ```text
//! hosts/<cluster>/patches/all/*.yaml             every machine
//!                         control-plane/*.yaml   every control plane
//!                         worker/*.yaml          every worker
//!                         optional/<name>.yaml   machines that name it under `patches`
//!                         machine/<name>/*.yaml  one machine
//! ```
//!
//! They apply in this order, within a directory in the order of their names.

use std::fmt;

use catalogue::{Machine, MachineRole, Workspace};
use diag::{Diagnostic, SourceRef, nearest};
use yaml::{Document, Duplicates};

/// Which machines take a patch.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Layer {
    /// All of them.
    All,
    /// Those of a role.
    Role(MachineRole),
    /// Those that name it.
    Optional(String),
    /// One.
    Machine(String),
}

/// A file of patches.
#[derive(Clone, Debug)]
pub struct PatchFile {
    /// Who takes it.
    pub layer: Layer,
    /// The file.
    pub source: SourceRef,
    /// What it holds: documents to merge, or one list of operations (RFC 6902).
    pub documents: Vec<Document>,
}

impl PatchFile {
    /// Its path, relative to the workspace.
    pub fn path(&self) -> &str {
        &self.source.name
    }
}

impl Layer {
    /// Whether a machine takes it.
    pub fn applies_to(&self, machine: &Machine) -> bool {
        match self {
            Self::All => true,
            Self::Role(role) => *role == machine.spec.role,
            Self::Optional(name) => machine.spec.patches.contains(name),
            Self::Machine(name) => *name == machine.spec.name,
        }
    }
}

impl fmt::Display for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_str("all"),
            Self::Role(role) => f.write_str(role.name()),
            Self::Optional(name) => write!(f, "optional {name}"),
            Self::Machine(name) => write!(f, "machine {name}"),
        }
    }
}

/// Reads all patches of a cluster, in the order in which they apply.
pub(crate) fn load(workspace: &Workspace, cluster: &str) -> Result<Vec<PatchFile>, Vec<Diagnostic>> {
    let top = format!("hosts/{cluster}/patches");
    let (mut files, mut mistakes) = (Vec::new(), Vec::new());
    for directory in names(workspace, &top, &mut mistakes) {
        let path = format!("{top}/{directory}");
        match directory.as_str() {
            "all" => read(workspace, &path, |_| Layer::All, &mut files, &mut mistakes),
            "control-plane" => {
                read(workspace, &path, |_| Layer::Role(MachineRole::ControlPlane), &mut files, &mut mistakes);
            }
            "worker" => {
                read(workspace, &path, |_| Layer::Role(MachineRole::Worker), &mut files, &mut mistakes);
            }
            "optional" => {
                let layer = |name: &str| Layer::Optional(name.to_owned());
                read(workspace, &path, layer, &mut files, &mut mistakes);
            }
            "machine" => {
                for machine in names(workspace, &path, &mut mistakes) {
                    let layer = |_: &str| Layer::Machine(machine.clone());
                    read(workspace, &format!("{path}/{machine}"), layer, &mut files, &mut mistakes);
                }
            }
            other => mistakes.push(unknown(&path, other)),
        }
    }
    files.sort_by(|a, b| (&a.layer, &a.source.name).cmp(&(&b.layer, &b.source.name)));
    if mistakes.is_empty() { Ok(files) } else { Err(mistakes) }
}

fn unknown(path: &str, name: &str) -> Diagnostic {
    let known = ["all", "control-plane", "worker", "optional", "machine"];
    let mistake = Diagnostic::error(format!("`{path}` belongs to no machine"));
    mistake.hint(match nearest(name, known) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "patches are in `all`, `control-plane`, `worker`, `optional` or `machine/<name>`".to_owned(),
    })
}

fn names(workspace: &Workspace, path: &str, mistakes: &mut Vec<Diagnostic>) -> Vec<String> {
    workspace.names(path).unwrap_or_else(|error| {
        mistakes.push(Diagnostic::from(&error));
        Vec::new()
    })
}

fn read(
    workspace: &Workspace,
    directory: &str,
    layer: impl Fn(&str) -> Layer,
    files: &mut Vec<PatchFile>,
    mistakes: &mut Vec<Diagnostic>,
) {
    for file in names(workspace, directory, mistakes) {
        let path = format!("{directory}/{file}");
        let Some(name) = file.strip_suffix(".yaml") else {
            let mistake = Diagnostic::error(format!("`{path}` is no patch"));
            mistakes.push(mistake.hint("call it `<name>.yaml`, or move it elsewhere"));
            continue;
        };
        match read_one(workspace, &path) {
            Ok((source, documents)) => files.push(PatchFile { layer: layer(name), source, documents }),
            Err(found) => mistakes.extend(found),
        }
    }
}

fn read_one(workspace: &Workspace, path: &str) -> Result<(SourceRef, Vec<Document>), Vec<Diagnostic>> {
    let source = workspace.text(path).map_err(|error| vec![Diagnostic::from(&error)])?;
    let mut documents = yaml::parse_stream(&source, Duplicates::Refuse)?;
    documents.retain(|document| !document.root.is_null());
    Ok((source, documents))
}
