//! What was simulated, for a report.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

/// What was simulated, for a report.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Simulation {
    /// Components whose pods only look as if they ran.
    pub components: BTreeSet<String>,
    /// Nodes that are not there.
    pub machines: BTreeSet<String>,
    /// Webhooks that nobody calls: `ValidatingWebhookConfiguration/x`.
    pub webhooks: BTreeSet<String>,
    /// Aggregated APIs that nobody serves.
    pub apis: BTreeSet<String>,
    /// Kinds that got their status from nobody who looked at them.
    pub statuses: BTreeSet<String>,
    /// Claims whose volume was made by hand.
    pub claims: BTreeSet<String>,
    /// Images of another version than the release names, by the name that it gives them.
    pub other_versions: BTreeMap<String, String>,
}

impl Simulation {
    /// It in words, one line for each thing.
    pub fn lines(&self) -> Vec<String> {
        let list = |names: &BTreeSet<String>| names.iter().cloned().collect::<Vec<_>>().join(", ");
        let told = [
            ("simulated machines", &self.machines),
            ("simulated components", &self.components),
            ("webhooks that nobody calls", &self.webhooks),
            ("aggregated APIs that nobody serves", &self.apis),
            ("kinds with a status from nobody who looked", &self.statuses),
            ("claims with a volume made by hand", &self.claims),
        ];
        let lines = told.into_iter().filter(|(_, names)| !names.is_empty());
        let lines = lines.map(|(what, names)| format!("{what} ({}): {}", names.len(), list(names)));
        let others = self.other_versions.iter();
        lines.chain(others.map(|(asked, got)| format!("another version: {got} for {asked}"))).collect()
    }
}
