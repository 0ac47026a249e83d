//! The configuration of each machine, as the program that makes the cluster reads it.

use diag::Diagnostic;
use talos::{SecretsBundle, Sources};
use yaml::{Node, Value};

use crate::distribution::Distribution;
use crate::fill::{FillError, fill};
use crate::fleet::Fleet;
use crate::{k3d, k3s, kubeadm, origin, talos_machine};

/// A file for a machine. It holds no secret: where one belongs, a text `secret:<field of the bundle>` stands for it.
#[derive(Clone, Debug)]
pub struct Configuration {
    /// The name of the machine; of the cluster, when one file is for all of it.
    pub machine: String,
    /// What the file is called.
    pub file: String,
    pub(crate) content: Content,
}

#[derive(Clone, Debug)]
pub(crate) enum Content {
    /// With the texts that its values come from.
    Talos {
        config: Box<talos::Config>,
        sources: Sources,
    },
    Documents(Vec<Node>),
}

/// A value of a configuration and the file that set it.
#[derive(Clone, Debug, PartialEq)]
pub struct Setting {
    /// The document, by its kind and name; empty where there are no kinds.
    pub document: String,
    /// The keys above the value, separated by dots.
    pub field: String,
    /// The value.
    pub value: Node,
    /// `file:line` of what a person wrote; nothing when nobody did.
    pub origin: Option<String>,
}

impl Configuration {
    /// Its documents, as trees.
    pub fn documents(&self) -> Vec<Node> {
        match &self.content {
            Content::Talos { config, .. } => config.to_nodes(),
            Content::Documents(documents) => documents.clone(),
        }
    }

    /// The text of the file, with placeholders.
    pub fn to_yaml(&self) -> String {
        match &self.content {
            Content::Talos { config, .. } => config.to_yaml(),
            Content::Documents(documents) => text(documents),
        }
    }

    /// The text of the file with secrets in it. Who asks for it answers for where it goes.
    pub fn with_secrets(&self, secrets: &SecretsBundle) -> Result<String, FillError> {
        match &self.content {
            Content::Talos { config, .. } => Ok(talos::fill(config, secrets)?.to_yaml()),
            Content::Documents(documents) => {
                let mut filled = documents.clone();
                for document in &mut filled {
                    fill(document, secrets)?;
                }
                Ok(text(&filled))
            }
        }
    }

    /// What `talosctl validate --mode metal` says of it; nothing of files for other programs.
    pub fn complaints(&self) -> Vec<Diagnostic> {
        let Content::Talos { config, sources } = &self.content else { return Vec::new() };
        let complaints = talos::validate(config, talos::Mode::Metal, false);
        let named = complaints.iter().map(|complaint| {
            let mut diagnostic = complaint.diagnostic(sources);
            diagnostic.message = format!("machine `{}`: {}", self.machine, diagnostic.message);
            diagnostic
        });
        named.collect()
    }

    /// Every value with the file and line that set it.
    pub fn settings(&self, fleet: &Fleet) -> Vec<Setting> {
        let machine = fleet.machines.get(&self.machine);
        let described = |file: &str| {
            file == fleet.cluster.source.name || machine.is_some_and(|machine| machine.source.name == file)
        };
        let origin = |kind: &str, path: &[String], node: &Node| {
            let patched = match &self.content {
                Content::Talos { sources, .. } => {
                    let found = sources.locate(node.span).filter(|(source, _)| !described(&source.name));
                    found.map(|(source, span)| origin::line(source, span))
                }
                Content::Documents(_) => origin::patched(fleet, machine, kind, path),
            };
            patched.or_else(|| origin::described(fleet, machine, kind, path))
        };
        let mut settings = Vec::new();
        for document in self.documents() {
            let [kind, name] =
                ["kind", "name"].map(|key| document.get(key).and_then(Node::as_str).unwrap_or_default());
            leaves(&document, &mut Vec::new(), &mut |path, node| {
                settings.push(Setting {
                    document: format!("{kind} {name}").trim().to_owned(),
                    field: path.join("."),
                    value: node.clone(),
                    origin: origin(kind, path, node),
                });
            });
        }
        settings
    }
}

/// Every value that holds no other one.
fn leaves(node: &Node, path: &mut Vec<String>, visit: &mut dyn FnMut(&[String], &Node)) {
    match &node.value {
        Value::Map(map) if !map.is_empty() => {
            for entry in map {
                path.push(entry.key.clone());
                leaves(&entry.value, path, visit);
                path.pop();
            }
        }
        Value::Seq(items) if !items.is_empty() => {
            for (index, item) in items.iter().enumerate() {
                path.push(index.to_string());
                leaves(item, path, visit);
                path.pop();
            }
        }
        _ => visit(path, node),
    }
}

fn text(documents: &[Node]) -> String {
    let texts: Vec<String> = documents.iter().map(yaml::emit_ordered).collect();
    texts.join("---\n")
}

/// The configurations of the machines in use, in the order of their names.
pub fn configurations(fleet: &Fleet) -> Result<Vec<Configuration>, Vec<Diagnostic>> {
    match fleet.distribution() {
        Some(Distribution::Talos(talos)) => talos_machine::configurations(fleet, talos),
        Some(Distribution::Kubeadm(kubeadm)) => kubeadm::configurations(fleet, kubeadm),
        Some(Distribution::K3s(k3s)) => k3s::configurations(fleet, k3s),
        Some(Distribution::K3d(k3d)) => k3d::configurations(fleet, k3d).map(|one| vec![one]),
        Some(Distribution::Vcluster(_)) | None => Ok(Vec::new()),
    }
}
