//! An extension, read and checked.

use std::collections::BTreeSet;

use filetree::Tree;
use quirks::{Constraint, Quirks};

use crate::error::ExtensionError;
use crate::manifest::Manifest;

/// Where extensions may have files: the list of Talos' own validator.
const ALLOWED: [&str; 11] = [
    "etc/cri/conf.d",
    "etc/vulkan",
    "usr/bin/ldconfig",
    "usr/lib/firmware",
    "usr/lib/ld-linux-aarch64.so.1",
    "usr/lib/ld-linux-x86-64.so.2",
    "usr/lib/modules",
    "usr/lib/udev/rules.d",
    "usr/local",
    "usr/share/egl",
    "usr/share/glvnd",
];

/// A system extension.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Extension {
    /// What it says about itself.
    pub manifest: Manifest,
    /// What it adds to the root file system.
    pub root: Tree,
}

impl Extension {
    /// Reads the flattened content of an extension's image: `manifest.yaml` and `rootfs/`. `name` is what errors call it.
    pub fn read(tree: &Tree, name: &str) -> Result<Self, ExtensionError> {
        let name = || name.to_owned();
        let top = |path: &str| path.split('/').next().unwrap_or_default().to_owned();
        if let Some((path, _)) =
            tree.iter().find(|(path, _)| !matches!(top(path).as_str(), "manifest.yaml" | "rootfs"))
        {
            return Err(ExtensionError::Unexpected { name: name(), path: path.to_owned() });
        }
        let missing = |part| ExtensionError::Missing { name: name(), part };
        let manifest = tree
            .get("manifest.yaml")
            .and_then(filetree::Node::bytes)
            .ok_or_else(|| missing("manifest.yaml"))?;
        if !tree.get("rootfs").is_some_and(filetree::Node::is_directory) {
            return Err(missing("rootfs"));
        }
        let wrong = |detail: String| ExtensionError::Manifest { name: name(), detail };
        let text = std::str::from_utf8(manifest).map_err(|error| wrong(error.to_string()))?;
        let manifest = Manifest::parse(text).map_err(wrong)?;
        Ok(Self { manifest, root: tree.below("rootfs") })
    }

    /// Everything that is wrong with it for a release.
    pub fn problems(&self, quirks: Quirks) -> Vec<ExtensionError> {
        let mut problems: Vec<ExtensionError> = self.incompatibility(quirks).into_iter().collect();
        let older = [quirks.modules_path(), quirks.firmware_path()];
        for (path, node) in self.root.iter() {
            let is_link = matches!(node.kind, filetree::Kind::Link(_));
            if node.mode & 0o002 != 0 && !is_link {
                let (name, path) = (self.manifest.name.clone(), path.to_owned());
                problems.push(ExtensionError::Writable { name, path, mode: node.mode });
            }
            let inside = |root: &str| {
                path.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            };
            if !node.is_directory() && !ALLOWED.iter().chain(&older).any(|root| inside(root)) {
                let allowed = ALLOWED.map(|root| format!("`/{root}`")).join(", ");
                problems.push(ExtensionError::Outside {
                    name: self.manifest.name.clone(),
                    path: path.to_owned(),
                    allowed,
                });
            }
        }
        problems
    }

    fn incompatibility(&self, quirks: Quirks) -> Option<ExtensionError> {
        let name = self.manifest.name.clone();
        match Constraint::parse(&self.manifest.talos) {
            Err(source) => Some(ExtensionError::Constraint { name, source }),
            Ok(constraint) if constraint.matches(quirks.version()) => None,
            Ok(constraint) => Some(ExtensionError::Incompatible {
                name,
                version: self.manifest.version.clone(),
                constraint: constraint.as_str().to_owned(),
                talos: quirks.version(),
            }),
        }
    }

    /// The kernels that it has modules for.
    pub fn kernels(&self, quirks: Quirks) -> BTreeSet<String> {
        let below = self.root.below(quirks.modules_path());
        let kernels = below.iter().filter(|(path, node)| node.is_directory() && !path.contains('/'));
        kernels.map(|(path, _)| path.to_owned()).collect()
    }

    /// An error when it has modules for another kernel than that of the image.
    pub fn check_kernel(&self, quirks: Quirks, kernel: &str) -> Result<(), ExtensionError> {
        match self.kernels(quirks).into_iter().find(|found| found != kernel) {
            None => Ok(()),
            Some(found) => {
                let name = self.manifest.name.clone();
                Err(ExtensionError::Kernel { name, found, kernel: kernel.to_owned() })
            }
        }
    }
}

/// The names that several extensions have.
pub fn check_names(extensions: &[Extension]) -> Vec<ExtensionError> {
    let mut seen = BTreeSet::new();
    let mut twice = BTreeSet::new();
    for extension in extensions {
        if !seen.insert(extension.manifest.name.as_str()) {
            twice.insert(extension.manifest.name.clone());
        }
    }
    twice.into_iter().map(ExtensionError::Twice).collect()
}
