//! Where the chart of a unit comes from: a pin, or files of the unit itself.

use archive::{Tree, unpack};
use catalogue::{Unit, Workspace};
use diag::Diagnostic;
use hashing::Digest;
use inputs::{Fetcher, Pin};
use store::Store;
use yaml::Node;

use crate::charts::pinned_tree;
use crate::error::PlanError;

/// A chart that a unit names.
pub(crate) enum ChartSource<'a> {
    /// A pin of `inputs.lock`.
    Pinned(&'a Pin),
    /// A directory or archive of the checkout.
    Local(LocalChart),
}

/// A chart of the checkout.
pub(crate) struct LocalChart {
    /// Relative to the workspace.
    path: String,
    version: String,
    files: Tree,
}

impl ChartSource<'_> {
    /// What messages call it.
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Pinned(pin) => &pin.name,
            Self::Local(chart) => &chart.path,
        }
    }

    pub(crate) fn version(&self) -> &str {
        match self {
            Self::Pinned(pin) => &pin.version,
            Self::Local(chart) => &chart.version,
        }
    }

    /// The digest of its content; none while the lock does not know it.
    pub(crate) fn digest(&self) -> Option<Digest> {
        match self {
            Self::Pinned(pin) => pin.digest.digest(),
            Self::Local(chart) => Some(chart.files.digest()),
        }
    }

    /// The version that the chart must say of itself. That of a checkout says what its author wants.
    pub(crate) fn imposed_version(&self) -> Option<&str> {
        match self {
            Self::Pinned(pin) => Some(&pin.version),
            Self::Local(_) => None,
        }
    }

    /// Its files.
    pub(crate) fn files(&self, fetcher: &Fetcher<'_>, store: &Store) -> Result<Tree, PlanError> {
        match self {
            Self::Pinned(pin) => pinned_tree(pin, fetcher, store),
            Self::Local(chart) => Ok(chart.files.clone()),
        }
    }
}

/// Reads a chart of the checkout; `place` makes a message about the source that names it.
pub(crate) fn read(
    workspace: &Workspace,
    unit: &Unit,
    path: String,
    place: &dyn Fn(String) -> Diagnostic,
) -> Result<LocalChart, PlanError> {
    let files = if workspace.is_file(&path) {
        unpack::any(&workspace.read(&path)?, unpack::Limits::default())
            .map_err(|error| {
                place(format!("`{path}` cannot be unpacked: {error}"))
                    .hint("`path` names a directory, or what `helm package` makes of one")
            })?
            .strip_top()
    } else {
        directory(workspace, unit, &path)?
    };
    let Some(chart) = files.get("Chart.yaml") else {
        let message = format!("unit `{}`: `{path}` is no chart: it has no `Chart.yaml`", unit.name);
        return Err(place(message).hint("`path` names the directory that has it, or a package of it").into());
    };
    let text = String::from_utf8_lossy(&chart.content).into_owned();
    let name = format!("{path}/Chart.yaml");
    let document =
        yaml::parse_one(&std::sync::Arc::new(diag::Source { name, text }), yaml::Duplicates::LastWins)?;
    let version = document.root.get("version").and_then(Node::as_str).map(str::to_owned);
    let version = version.ok_or_else(|| {
        place(format!("unit `{}`: `{path}/Chart.yaml` has no `version`", unit.name))
            .hint("Helm wants one: `version: 0.1.0`")
    })?;
    Ok(LocalChart { path, version, files })
}

fn directory(workspace: &Workspace, unit: &Unit, path: &str) -> Result<Tree, PlanError> {
    let mut files = Tree::new();
    for file in workspace.files(path)? {
        let relative = file.strip_prefix(&format!("{path}/")).unwrap_or(&file).to_owned();
        files
            .insert(&relative, false, workspace.read(&file)?)
            .map_err(|error| Diagnostic::error(format!("unit `{}`: {error}", unit.name)))?;
    }
    Ok(files)
}
