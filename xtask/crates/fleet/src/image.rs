//! What a fleet has to know of an image: the system extensions in it.

use catalogue::Workspace;
use diag::Diagnostic;
use yaml::{Duplicates, Node};

/// A machine image, `images/<name>.yaml`.
#[derive(Clone, Debug, Default)]
pub struct Image {
    /// The names of its system extensions, without the account that publishes them.
    pub extensions: Vec<String>,
}

impl Image {
    /// Reads the extensions of an image; nothing when there is no such file.
    pub(crate) fn load(workspace: &Workspace, name: &str) -> Result<Option<Self>, Vec<Diagnostic>> {
        let path = format!("images/{name}.yaml");
        if !workspace.is_file(&path) {
            return Ok(None);
        }
        let source = workspace.text(&path).map_err(|error| vec![Diagnostic::from(&error)])?;
        let document = yaml::parse_one(&source, Duplicates::Refuse)?;
        let list = document.root.get("extensions").and_then(Node::as_seq).unwrap_or_default();
        let names = list.iter().filter_map(|node| node.as_str().or_else(|| node.get("name")?.as_str()));
        let short = |name: &str| name.rsplit('/').next().unwrap_or(name).to_owned();
        Ok(Some(Self { extensions: names.map(short).collect() }))
    }
}
