//! No secret is ever packaged.

use diag::Diagnostic;
use yaml::Node;

use crate::object::Object;

/// Refuses a `Secret` that holds data, and any object that SOPS has encrypted.
pub(crate) fn check(unit: &str, object: &Object, mistakes: &mut Vec<Diagnostic>) {
    if object.node.get("sops").is_some() {
        let message =
            "is encrypted by SOPS, which Argo CD cannot read and a bundle for both engines must not hold";
        let diagnostic = object.error(unit, &["sops"], message, "encrypted here");
        mistakes.push(diagnostic.hint("describe it by an ExternalSecret, or keep it outside of bundles"));
        return;
    }
    if object.kind() != "Secret" || !object.group().is_empty() {
        return;
    }
    for field in ["data", "stringData"] {
        let filled = object.node.get(field).and_then(Node::as_map).is_some_and(|map| !map.is_empty());
        if filled {
            let message = format!("holds values in `{field}`; a Secret with data is never packaged");
            mistakes.push(
                object
                    .error(unit, &[field], &message, "these would be readable by everybody")
                    .hint(way_out(object)),
            );
        }
    }
}

fn way_out(object: &Object) -> String {
    let name = object.name();
    format!(
        "point the chart at an existing Secret and let an ExternalSecret make it:\n\
         apiVersion: external-secrets.io/v1\n\
         kind: ExternalSecret\n\
         metadata: {{name: {name}}}\n\
         spec: {{secretStoreRef: {{kind: ClusterSecretStore, name: …}}, target: {{name: {name}}}, data: […]}}\n\
         or leave it out: `drop: [{{kind: Secret, name: {name}, reason: …}}]`"
    )
}
