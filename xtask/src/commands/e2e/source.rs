//! Where components and their objects are described.

use std::collections::BTreeMap;

use catalogue::Workspace;
use plan::Strictness;
use prove::Failing;

use super::session::Session;
use crate::args::Global;
use crate::commands::session::with_session;

/// The file of the unit that a bundle comes from, from the root of the workspace; empty when there is none.
pub(super) fn of(workspace: &Workspace, bundle: &str) -> String {
    let unit = unit_of(bundle);
    let files = ["component.yaml", "app.yaml"].map(|file| format!("{unit}/{file}"));
    files.into_iter().find(|file| workspace.path(file).is_file()).unwrap_or_default()
}

/// The templates and files that objects come from, by unit and object.
#[derive(Default)]
pub(super) struct Origins(BTreeMap<String, BTreeMap<String, String>>);

impl Origins {
    /// What the build of a workspace knows; nothing when it cannot be asked, because the lack of a hint must not hide
    /// what failed.
    pub(super) fn of(workspace: &Workspace, session: &Session<'_>) -> Self {
        let global = Global { workspace: Some(workspace.root().to_owned()), ..session.global.clone() };
        let cluster = &session.spec.name;
        let known = with_session(&global, session.printer, cluster, Strictness::Lenient, plan::origins);
        Self(known.unwrap_or_default())
    }

    /// What is wrong with an object of a bundle, and where that object comes from.
    pub(super) fn tell(&self, bundle: &str, failing: &Failing) -> String {
        let origin = self.0.get(unit_of(bundle)).and_then(|unit| unit.get(&failing.object.to_string()));
        origin.map_or_else(|| failing.to_string(), |origin| format!("{failing} (from `{origin}`)"))
    }
}

fn unit_of(bundle: &str) -> &str {
    bundle.trim_end_matches("/crds")
}
