//! What a pin is for.

use std::fmt;

/// The kinds of inputs, in the order of their names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A Helm chart: a packed file or a tree with `Chart.yaml` at its top.
    Chart,
    /// A container image, named by registry and repository.
    Image,
    /// Kubernetes objects: a YAML file or a tree of them.
    Manifests,
    /// A file or tree that something is built from, such as a Debian package.
    Package,
    /// A description of what objects may look like.
    Schema,
    /// A program that this project runs.
    Tool,
}

impl Kind {
    /// All kinds, in the order of their names.
    pub const ALL: [Self; 6] =
        [Self::Chart, Self::Image, Self::Manifests, Self::Package, Self::Schema, Self::Tool];

    /// The kind's name, as the lock has it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Chart => "chart",
            Self::Image => "image",
            Self::Manifests => "manifests",
            Self::Package => "package",
            Self::Schema => "schema",
            Self::Tool => "tool",
        }
    }

    /// The kind of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
