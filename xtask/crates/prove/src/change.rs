//! What is done to a cluster that has converged.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::Assertion;

/// Another release, or the first one again.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// What a person would call it.
    pub name: String,
    /// Whether the edits of all changes before are taken back first.
    #[serde(default)]
    pub reset: bool,
    /// What is edited in a copy of the workspace. Edits stay for the changes that follow.
    #[serde(default)]
    pub edits: Vec<Edit>,
    /// Whether the channel goes back to the first release, in place of an edit.
    #[serde(default)]
    pub rollback: bool,
    /// The bundles that are others than before, or gone; without it nobody looks.
    #[serde(default)]
    pub changed: Option<Vec<String>>,
    /// What goes wrong around the cluster while the engine is at work.
    #[serde(default)]
    pub fault: Option<Trouble>,
    /// Set when there can be no such release: what the build says. Nothing is published then.
    #[serde(default)]
    pub refused: Option<String>,
    /// Set when the new release cannot work.
    #[serde(default)]
    pub broken: Option<Broken>,
    /// What must be true then.
    #[serde(default)]
    pub assertions: Vec<Assertion>,
}

/// What goes wrong around a cluster; what is away comes back after 20 seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Trouble {
    /// The registry does not answer.
    RegistryDown,
    /// Machines and registry are parted.
    NetworkCut,
    /// The engine's controllers end.
    ControllersKilled,
    /// The API server ends, and starts again.
    ApiServerKilled,
    /// The first machine restarts.
    MachineRestarted,
}

/// One text in place of another.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Edit {
    /// The file, from the root of the workspace.
    pub file: String,
    /// The text that goes; empty to add at the end, or to make the file.
    #[serde(default)]
    pub from: String,
    /// The text that comes.
    #[serde(default)]
    pub to: String,
}

/// How a release that cannot work shows.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Broken {
    /// The component that does not get healthy, or what those that do not depend on.
    pub component: String,
    /// What the reason that is told holds.
    pub cause: String,
    /// How soon it is told, in seconds.
    #[serde(default = "minute")]
    pub within: u64,
}

fn minute() -> u64 {
    60
}

impl Edit {
    /// The text of the file afterwards; nothing when it has not the text that goes.
    pub fn apply(&self, text: &str) -> Option<String> {
        if self.from.is_empty() {
            return Some(format!("{text}{}", self.to));
        }
        text.contains(&self.from).then(|| text.replacen(&self.from, &self.to, 1))
    }
}
