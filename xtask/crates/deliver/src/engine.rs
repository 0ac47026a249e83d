//! The `GitOps` controllers that consume releases.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A `GitOps` controller. Its text is `flux` or `argocd`, also as the name of its directory in a release.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Engine {
    /// Argo CD, 3.1 or later.
    ArgoCd,
    /// Flux, 2.6 or later.
    Flux,
}

impl Engine {
    /// Both, in the order of their names.
    pub const ALL: [Self; 2] = [Self::ArgoCd, Self::Flux];

    /// The name in data, messages and paths.
    pub fn name(self) -> &'static str {
        match self {
            Self::ArgoCd => "argocd",
            Self::Flux => "flux",
        }
    }

    /// The namespace that its delivery objects live in.
    pub fn namespace(self) -> &'static str {
        match self {
            Self::ArgoCd => "argocd",
            Self::Flux => "flux-system",
        }
    }
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Text that names no engine.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no engine: use `flux` or `argocd`")]
pub struct UnknownEngine(String);

impl FromStr for Engine {
    type Err = UnknownEngine;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|engine| engine.name() == text)
            .ok_or_else(|| UnknownEngine(text.to_owned()))
    }
}
