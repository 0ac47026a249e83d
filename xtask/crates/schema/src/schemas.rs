//! Built-in and custom kinds together: all that a cluster knows.

use yaml::Node;

use crate::{Crds, Kind, Kubernetes, Scope, Violation};

/// All the kinds of a cluster.
#[derive(Clone, Copy, Debug)]
pub struct Schemas<'a> {
    /// The built-in kinds of its Kubernetes version.
    pub kubernetes: &'a Kubernetes,
    /// Its custom kinds.
    pub crds: &'a Crds,
}

impl Schemas<'_> {
    /// Where objects of this kind live.
    pub fn scope(&self, group: &str, version: &str, kind: &str) -> Option<Scope> {
        self.kubernetes.scope(group, version, kind).or_else(|| self.crds.scope(group, version, kind))
    }

    /// Whether the cluster serves this kind.
    pub fn knows(&self, group: &str, version: &str, kind: &str) -> bool {
        self.scope(group, version, kind).is_some()
    }

    /// Everything in `object` that the server would refuse or drop, in source order. An unknown kind is one violation.
    pub fn validate(&self, object: &Node) -> Vec<Violation> {
        let kind = match Kind::of(object) {
            Ok(kind) => kind,
            Err(violation) => return vec![violation],
        };
        let Kind { group, version, kind: name } = &kind;
        if self.kubernetes.knows(group, version, name) {
            return self.kubernetes.validate(object);
        }
        if !self.crds.knows(group, version, name) {
            let custom = self.crds.unknown(object, &kind);
            return vec![if custom.hint.is_some() { custom } else { self.kubernetes.unknown(object, &kind) }];
        }
        let mut found = self.kubernetes.validate_metadata(object);
        found.extend(self.crds.validate(object));
        found.sort_by_key(|violation| violation.span.start);
        found
    }
}
