//! One Kubernetes object and where it came from.

use diag::{Diagnostic, SourceRef, Span};
use yaml::{Node, Value};

/// An object with its origin.
#[derive(Clone, Debug)]
pub(crate) struct Object {
    /// The object.
    pub(crate) node: Node,
    /// Where it came from.
    pub(crate) origin: Origin,
}

/// Where an object came from.
#[derive(Clone, Debug)]
pub(crate) struct Origin {
    /// The text that the node's spans point into.
    pub(crate) source: SourceRef,
    /// What a person looks for: the template of a chart, or the file.
    pub(crate) template: String,
    /// Whether `source` is a file of the workspace.
    pub(crate) is_workspace_file: bool,
}

/// What makes an object one and the same: group, kind, namespace and name.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct Identity {
    pub(crate) group: String,
    pub(crate) kind: String,
    pub(crate) namespace: String,
    pub(crate) name: String,
}

impl Object {
    pub(crate) fn text(&self, path: &[&str]) -> &str {
        self.node.at(path).and_then(Node::as_str).unwrap_or_default()
    }

    pub(crate) fn api_version(&self) -> &str {
        self.text(&["apiVersion"])
    }

    pub(crate) fn group(&self) -> &str {
        self.group_version().0
    }

    /// Group and version; the core group is empty.
    pub(crate) fn group_version(&self) -> (&str, &str) {
        self.api_version().split_once('/').unwrap_or(("", self.api_version()))
    }

    pub(crate) fn kind(&self) -> &str {
        self.text(&["kind"])
    }

    pub(crate) fn name(&self) -> &str {
        self.text(&["metadata", "name"])
    }

    pub(crate) fn namespace(&self) -> Option<&str> {
        self.node.at(&["metadata", "namespace"]).and_then(Node::as_str).filter(|name| !name.is_empty())
    }

    pub(crate) fn identity(&self) -> Identity {
        Identity {
            group: self.group().to_owned(),
            kind: self.kind().to_owned(),
            namespace: self.namespace().unwrap_or_default().to_owned(),
            name: self.name().to_owned(),
        }
    }

    /// `Deployment cert-manager/webhook`, for messages.
    pub(crate) fn title(&self) -> String {
        match self.namespace() {
            Some(namespace) => format!("{} {namespace}/{}", self.kind(), self.name()),
            None => format!("{} {}", self.kind(), self.name()),
        }
    }

    pub(crate) fn is_crd(&self) -> bool {
        self.group() == "apiextensions.k8s.io" && self.kind() == "CustomResourceDefinition"
    }

    pub(crate) fn metadata_mut(&mut self) -> Option<&mut yaml::Map> {
        let Value::Map(map) = &mut self.node.value else { return None };
        match &mut map.get_mut("metadata")?.value {
            Value::Map(metadata) => Some(metadata),
            _ => None,
        }
    }

    /// An error about this object at one of its fields; the object itself when the field has no place.
    pub(crate) fn error(&self, unit: &str, path: &[&str], message: &str, label: &str) -> Diagnostic {
        let span = self.node.at(path).map(|node| node.span).filter(|span| span.end > span.start);
        self.error_at(unit, span, message, label)
    }

    /// The same with a span that is known already.
    pub(crate) fn error_at(&self, unit: &str, span: Option<Span>, message: &str, label: &str) -> Diagnostic {
        let span = span.unwrap_or(Span { start: self.node.span.start, end: self.node.span.start });
        let diagnostic = Diagnostic::error(format!("unit `{unit}`, {}: {message}", self.title())).at(
            &self.origin.source,
            span,
            label,
        );
        if self.origin.is_workspace_file {
            return diagnostic;
        }
        diagnostic.with_note(format!("rendered from `{}`", self.origin.template))
    }
}
