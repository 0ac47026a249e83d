//! Where secrets come from.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where the secrets of a cluster come from: exactly one place. Whatever it is, it gives the secrets bundle that
/// `talosctl gen secrets` writes.
#[derive(Clone, Debug, Deserialize, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SecretsFrom {
    /// A file that SOPS encrypted, relative to the directory of the cluster.
    #[serde(default)]
    pub sops: Option<String>,
    /// A program with its arguments that writes them to its standard output, `[op, read, "op://…"]`.
    #[serde(default)]
    pub command: Option<Vec<String>>,
    /// A variable of the environment.
    #[serde(default)]
    pub environment: Option<String>,
    /// A file outside the checkout; `~/` stands for the home of whoever runs the program.
    #[serde(default)]
    pub file: Option<String>,
}
