use serde_json::{Value, json};
use yaml::Node;

use crate::{CrdError, Crds, Scope};

fn crd() -> Value {
    json!({
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "pools.example.org"},
        "spec": {
            "group": "example.org",
            "names": {"kind": "Pool", "plural": "pools"},
            "scope": "Namespaced",
            "versions": [
                {"name": "v1", "served": true, "schema": {"openAPIV3Schema": {"type": "object", "properties": {
                    "metadata": {"type": "object", "properties": {"name": {"type": "string", "maxLength": 3}}},
                    "spec": {"type": "object", "properties": {"addresses": {"type": "array", "items": {"type": "string"}}}},
                }}}},
                {"name": "v2", "served": true},
                {"name": "v1alpha1", "served": false},
            ],
        },
    })
}

fn crds(crd: &Value) -> Crds {
    let mut crds = Crds::new();
    crds.add(&Node::from_json(crd)).unwrap();
    crds
}

fn said(crds: &Crds, object: &Value) -> Vec<String> {
    let found = crds.validate(&Node::from_json(object));
    found.into_iter().map(|violation| format!("{}: {}", violation.pointer, violation.message)).collect()
}

#[test]
fn served_versions_are_known() {
    let crds = crds(&crd());
    assert_eq!(crds.scope("example.org", "v1", "Pool"), Some(Scope::Namespaced));
    assert!(crds.knows("example.org", "v2", "Pool"));
    assert!(!crds.knows("example.org", "v1alpha1", "Pool"));
    assert_eq!(crds.api_versions().into_iter().collect::<Vec<_>>(), ["example.org/v1", "example.org/v2"]);
}

#[test]
fn objects_are_checked_against_their_version() {
    let crds = crds(&crd());
    let pool = |metadata: Value, spec: Value| json!({"apiVersion": "example.org/v1", "kind": "Pool", "metadata": metadata, "spec": spec});
    let cases = [
        (pool(json!({"name": "a", "labels": {"a": "b"}}), json!({"addresses": ["x"]})), vec![]),
        (
            pool(json!({"name": "long"}), json!({})),
            vec!["/metadata/name: has 4 characters, at most 3 are allowed"],
        ),
        (pool(json!({}), json!({"addreses": []})), vec!["/spec/addreses: unknown field `addreses`"]),
        (
            json!({"apiVersion": "example.org/v1", "kind": "Pool", "data": {}}),
            vec!["/data: unknown field `data`"],
        ),
        (json!({"apiVersion": "example.org/v2", "kind": "Pool", "data": {}}), vec![]),
        (
            json!({"apiVersion": "example.org/v3", "kind": "Pool"}),
            vec!["/kind: unknown kind `Pool` of `example.org/v3`"],
        ),
    ];
    for (object, expected) in cases {
        assert_eq!(said(&crds, &object), expected, "{object}");
    }
}

#[test]
fn definitions_that_keep_unknown_fields_check_nothing() {
    let mut keeps = crd();
    keeps["spec"]["preserveUnknownFields"] = json!(true);
    let object = json!({"apiVersion": "example.org/v1", "kind": "Pool", "data": 1});
    assert_eq!(said(&crds(&keeps), &object), Vec::<String>::new());
}

#[test]
fn what_is_no_definition_is_refused() {
    let mut crds = Crds::new();
    let other = json!({"apiVersion": "v1", "kind": "ConfigMap"});
    assert_eq!(crds.add(&Node::from_json(&other)), Err(CrdError::NotACrd));
    for path in ["/spec/group", "/spec/names/kind", "/spec/scope", "/spec/versions", "/spec/versions/0/name"]
    {
        let mut broken = crd();
        *broken.pointer_mut(path).unwrap() = Value::Null;
        let message = crds.add(&Node::from_json(&broken)).unwrap_err().to_string();
        assert!(
            message.starts_with("CustomResourceDefinition `pools.example.org` has no usable `spec."),
            "{message}"
        );
    }
}
