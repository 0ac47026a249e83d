//! Names and scopes of kinds.

use std::fmt;

use yaml::Node;

use crate::Violation;

/// A kind in one version of its API.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Kind {
    /// API group; empty for the core group.
    pub group: String,
    /// Version within the group.
    pub version: String,
    /// Name of the kind.
    pub kind: String,
}

/// Where objects of a kind live.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// In a namespace.
    Namespaced,
    /// In the cluster as a whole.
    Cluster,
}

impl Kind {
    /// The kind of these three names.
    pub fn new(group: &str, version: &str, kind: &str) -> Self {
        Self { group: group.to_owned(), version: version.to_owned(), kind: kind.to_owned() }
    }

    /// The kind of an object, or what is wrong with its `apiVersion` and `kind`.
    pub fn of(object: &Node) -> Result<Self, Violation> {
        let text = |field: &str| {
            let Some(node) = object.get(field) else {
                let what = format!("field `{field}` is missing, so this is no Kubernetes object");
                return Err(Violation::new("", object.span, what));
            };
            node.as_str().filter(|text| !text.is_empty()).ok_or_else(|| {
                Violation::new(
                    &format!("/{field}"),
                    node.span,
                    format!("`{field}` must be a string that is not empty"),
                )
            })
        };
        let (api_version, kind) = (text("apiVersion")?, text("kind")?);
        let (group, version) = api_version.rsplit_once('/').unwrap_or(("", api_version));
        Ok(Self::new(group, version, kind))
    }

    /// `<group>/<version>`, or `<version>` for the core group.
    pub fn api_version(&self) -> String {
        if self.group.is_empty() { self.version.clone() } else { format!("{}/{}", self.group, self.version) }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.kind, self.api_version())
    }
}
