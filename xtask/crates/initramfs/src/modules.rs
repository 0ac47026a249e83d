//! Indexes over the modules of the release and of extensions, as a layer of their own.
//!
//! Every layer has its own `usr/lib/modules`, and mounting puts them over each other: whose `modules.dep` came first
//! would hide all others. So one more layer holds the indexes over everything. It is the last one of the list, below
//! the extensions and over the release's own root.

use filetree::{Node, Tree};
use kmod::{Kernel, Module, index, is_module};
use quirks::Quirks;

use crate::error::ExtensionError;
use crate::extension::Extension;
use crate::manifest::Manifest;

/// The name of the extension, of its version, and of the file of its layer.
const NAME: &str = "modules.dep";
/// Directories that lead out of the tree to the sources of the kernel.
const SOURCES: [&str; 2] = ["build", "source"];

/// The file of the layer of [`modules`] in the initramfs.
pub fn modules_layer_name() -> String {
    format!("{NAME}.sqsh")
}

/// An extension with the indexes over all modules; nothing when no extension has modules.
///
/// `release` is what the release's root has below [`Quirks::modules_path`], with whole paths; `extensions` are in the
/// order of their layers. A module of a later one replaces one of the same path, as in Talos' imager.
pub fn modules(
    release: &Tree,
    extensions: &[&Extension],
    quirks: Quirks,
) -> Result<Option<Extension>, ExtensionError> {
    let directory = quirks.modules_path();
    let with: Vec<&&Extension> =
        extensions.iter().filter(|extension| !extension.kernels(quirks).is_empty()).collect();
    let Some(first) = with.first() else { return Ok(None) };
    let kernel = only_kernel(release, directory, &first.manifest.name)?;
    let mut all = release.below(&format!("{directory}/{kernel}"));
    for extension in with {
        extension.check_kernel(quirks, &kernel)?;
        let name = &extension.manifest.name;
        let tree = |source| ExtensionError::Tree { name: name.clone(), source };
        all.merge(extension.root.below(&format!("{directory}/{kernel}"))).map_err(tree)?;
    }
    let tree = |source| ExtensionError::Tree { name: NAME.to_owned(), source };
    let mut root = Tree::new();
    for (path, node) in indexes(&all)?.iter() {
        root.insert(&format!("{directory}/{kernel}/{path}"), node.clone()).map_err(tree)?;
    }
    let manifest = Manifest {
        name: NAME.to_owned(),
        version: kernel,
        author: "Talos Machinery".to_owned(),
        description: "Combined modules.dep for all extensions".to_owned(),
        ..Manifest::default()
    };
    Ok(Some(Extension { manifest, root }))
}

/// The kernel that the release has modules for.
fn only_kernel(release: &Tree, directory: &str, name: &str) -> Result<String, ExtensionError> {
    let below = release.below(directory);
    let mut kernels = below.iter().filter(|(path, node)| node.is_directory() && !path.contains('/'));
    match (kernels.next(), kernels.next()) {
        (Some((kernel, _)), None) => Ok(kernel.to_owned()),
        (None, _) => {
            Err(ExtensionError::NoModules { name: name.to_owned(), directory: directory.to_owned() })
        }
        (Some((first, _)), Some((second, _))) => {
            Err(ExtensionError::Kernels { first: first.to_owned(), second: second.to_owned() })
        }
    }
}

/// The files `modules.*` of a kernel, those made anew among them.
fn indexes(all: &Tree) -> Result<Tree, ExtensionError> {
    let files = || all.iter().filter_map(|(path, node)| Some((path, node.bytes()?)));
    let list = |name: &str| all.get(name).and_then(Node::bytes);
    let is_source = |path: &str| path.split('/').any(|part| SOURCES.contains(&part));
    let modules = files().filter(|(path, _)| is_module(path) && !is_source(path));
    let modules: Result<Vec<Module>, _> = modules.map(|(path, bytes)| Module::read(path, bytes)).collect();
    let kernel = Kernel {
        order: list("modules.order"),
        builtin: list("modules.builtin"),
        builtin_info: list("modules.builtin.modinfo"),
    };
    let tree = |source| ExtensionError::Tree { name: NAME.to_owned(), source };
    let mut made = Tree::new();
    let kept = all
        .iter()
        .filter(|(path, node)| path.starts_with("modules.") && !path.contains('/') && !node.is_directory());
    for (path, node) in kept {
        made.insert(path, node.clone()).map_err(tree)?;
    }
    for (name, content) in index(modules?, &kernel)? {
        made.insert(name, Node::file(0o644, content)).map_err(tree)?;
    }
    Ok(made)
}
