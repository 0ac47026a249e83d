//! `images/<name>.yaml`: what an image is made of.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use diag::{Diagnostic, Source};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ContainerError;

/// An image that is built here.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Description {
    /// What it is for.
    pub kind: ImageKind,
    /// What a person should know.
    pub description: String,
    /// Upstream references that it can stand in for: `registry.k8s.io/pause:3.10`.
    #[serde(default)]
    pub provides: Vec<String>,
    /// Pinned trees of files, put there first.
    #[serde(default)]
    pub trees: Vec<Tree>,
    /// Debian packages, every one by name: dependencies are not followed.
    #[serde(default)]
    pub packages: Vec<String>,
    /// Go programs.
    #[serde(default)]
    pub programs: Vec<Program>,
    /// Symbolic links by their path.
    #[serde(default)]
    pub links: BTreeMap<String, String>,
    /// Paths that are taken out of what trees and packages brought, with everything below.
    #[serde(default)]
    pub remove: Vec<String>,
    /// Empty directories, with their mode in octal.
    #[serde(default)]
    pub directories: BTreeMap<String, String>,
    /// How it starts.
    #[serde(default)]
    pub start: Start,
}

/// What an image is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ImageKind {
    /// A container of a workload.
    Container,
    /// A machine of a cluster of containers.
    Node,
}

/// A pinned tree.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Tree {
    /// Name of the pin, of kind `package`.
    pub pin: String,
    /// Paths of it whose files may be executed.
    #[serde(default)]
    pub executable: Vec<String>,
}

/// A Go program.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Program {
    /// The directory below `images/programs` that has `go.mod` and `go.sum`.
    pub module: String,
    /// The package that is its `main`.
    pub package: String,
    /// Where it goes in the image.
    pub path: String,
    /// Values of variables that the linker sets, by `package.name`.
    #[serde(default)]
    pub variables: BTreeMap<String, String>,
}

/// How an image starts.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Start {
    /// The program and its first arguments.
    #[serde(default)]
    pub entrypoint: Vec<String>,
    /// Further arguments, which a user of the image replaces.
    #[serde(default)]
    pub command: Vec<String>,
    /// Who it runs as.
    #[serde(default)]
    pub user: Option<String>,
    /// Where it starts.
    #[serde(default)]
    pub directory: Option<String>,
    /// Variables.
    #[serde(default)]
    pub environment: BTreeMap<String, String>,
    /// The signal that ends it, when it is not TERM.
    #[serde(default)]
    pub stop_signal: Option<String>,
}

/// Reads one description.
pub fn parse(name: &str, text: String) -> Result<Description, Vec<Diagnostic>> {
    let source = Arc::new(Source { name: name.to_owned(), text });
    catalogue::decode::<Description>(&source).map(|(description, _)| description)
}

/// The descriptions in `directory` (`images/` of a workspace) that this crate builds, by name; all mistakes at once.
pub fn find(directory: &Path) -> Result<BTreeMap<String, Description>, ContainerError> {
    let failed = |source| ContainerError::Io { action: "read", path: directory.to_owned(), source };
    let mut found = BTreeMap::new();
    let mut mistakes = Vec::new();
    for entry in fs::read_dir(directory).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()?.strip_suffix(".yaml")) else {
            continue;
        };
        let text = fs::read_to_string(&path).map_err(|source| ContainerError::Io {
            action: "read",
            path: path.clone(),
            source,
        })?;
        if !is_ours(&text) {
            continue;
        }
        match parse(&format!("images/{name}.yaml"), text) {
            Ok(description) => {
                found.insert(name.to_owned(), description);
            }
            Err(more) => mistakes.extend(more),
        }
    }
    if mistakes.is_empty() { Ok(found) } else { Err(ContainerError::Described(mistakes)) }
}

/// Whether a description is of a container or node; images of machines are described elsewhere.
fn is_ours(text: &str) -> bool {
    text.lines().any(|line| matches!(line.trim_end(), "kind: container" | "kind: node"))
}

#[cfg(test)]
mod tests;
