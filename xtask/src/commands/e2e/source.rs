//! Where a component is described.

use catalogue::Workspace;

/// The file of the unit that a bundle comes from, from the root of the workspace; empty when there is none.
pub(super) fn of(workspace: &Workspace, bundle: &str) -> String {
    let unit = bundle.trim_end_matches("/crds");
    let files = ["component.yaml", "app.yaml"].map(|file| format!("{unit}/{file}"));
    files.into_iter().find(|file| workspace.path(file).is_file()).unwrap_or_default()
}
