use serde_json::json;
use yaml::Node;

use crate::{Kubernetes, Scope};

/// An `OpenAPI` document in the shape of the real one.
fn kubernetes() -> Kubernetes {
    let meta = "#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";
    let quantity = "#/definitions/io.k8s.apimachinery.pkg.api.resource.Quantity";
    let gvk = |group: &str, kind: &str| json!({"group": group, "version": "v1", "kind": kind});
    let post = |group: &str, kind: &str| json!({"get": {}, "post": {"x-kubernetes-action": "post", "x-kubernetes-group-version-kind": gvk(group, kind)}});
    let text = json!({"swagger": "2.0", "info": {"title": "x"}, "definitions": {
        "io.k8s.api.core.v1.Box": {
            "type": "object",
            "required": ["spec"],
            "properties": {
                "apiVersion": {"type": "string"},
                "kind": {"type": "string"},
                "metadata": {"$ref": meta},
                "spec": {"type": "object", "required": ["size"], "properties": {
                    "size": {"$ref": quantity},
                    "replicas": {"type": "integer", "format": "int32"},
                    "raw": {"$ref": "#/definitions/Raw"},
                    "port": {"$ref": "#/definitions/io.k8s.apimachinery.pkg.util.intstr.IntOrString"},
                    "ports": {"type": "array", "items": {"type": "object", "properties": {"port": {"type": "integer"}, "protocol": {"type": "string"}}},
                        "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["port", "protocol"]},
                }},
            },
            "x-kubernetes-group-version-kind": [gvk("", "Box")],
        },
        "io.k8s.api.apps.v1.Shelf": {"type": "object", "x-kubernetes-group-version-kind": [gvk("apps", "Shelf")]},
        "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta": {"type": "object", "properties": {
            "name": {"type": "string"},
            "labels": {"type": "object", "additionalProperties": {"type": "string"}},
            "creationTimestamp": {"type": "string", "format": "date-time"},
        }},
        "io.k8s.apimachinery.pkg.api.resource.Quantity": {"type": "string"},
        "io.k8s.apimachinery.pkg.util.intstr.IntOrString": {"type": "string", "format": "int-or-string"},
        "Raw": {"type": "object"},
    }, "paths": {
        "/api/v1/namespaces/{namespace}/boxes": post("", "Box"),
        "/api/v1/boxes": {"get": {}},
        "/apis/apps/v1/shelves": post("apps", "Shelf"),
        "/api/v1/namespaces/{namespace}/boxes/{name}/exec":
            {"post": {"x-kubernetes-action": "connect", "x-kubernetes-group-version-kind": gvk("", "BoxOptions")}},
        "/version/": {"get": {}},
    }});
    Kubernetes::parse(text.to_string().as_bytes()).unwrap()
}

fn said(object: &serde_json::Value) -> Vec<String> {
    let found = kubernetes().validate(&Node::from_json(object));
    found.into_iter().map(|violation| format!("{}: {}", violation.pointer, violation.message)).collect()
}

#[test]
fn scopes_come_from_the_paths() {
    let kubernetes = kubernetes();
    assert_eq!(kubernetes.scope("", "v1", "Box"), Some(Scope::Namespaced));
    assert_eq!(kubernetes.scope("apps", "v1", "Shelf"), Some(Scope::Cluster));
    assert_eq!(kubernetes.scope("", "v1", "BoxOptions"), None);
    assert!(!kubernetes.knows("apps", "v1", "Box"));
    assert_eq!(kubernetes.api_versions().into_iter().collect::<Vec<_>>(), ["apps/v1", "v1"]);
}

#[test]
fn objects_are_read_as_go_decodes_them() {
    let with = |spec: serde_json::Value| json!({"apiVersion": "v1", "kind": "Box", "metadata": {"name": "a"}, "spec": spec});
    let cases = [
        (with(json!({"size": "1Gi", "port": 80, "raw": {"any": [1]}})), vec![]),
        (with(json!({"size": 2, "replicas": null})), vec![]),
        (with(json!({"size": 1.5})), vec![]),
        (
            with(json!({"size": true})),
            vec!["/spec/size: expected a quantity such as `100m` or `2Gi`, found the boolean `true`"],
        ),
        (
            with(json!({"size": 1, "port": 1.5})),
            vec!["/spec/port: expected an integer or a string, found the number `1.5`"],
        ),
        (
            with(json!({"size": 1, "replicas": 1.0})),
            vec!["/spec/replicas: expected an integer, found the number `1.0`"],
        ),
        (
            with(json!({"size": 1, "replicas": 3_000_000_000_u64})),
            vec!["/spec/replicas: the integer `3000000000` does not fit 32 bits"],
        ),
        (with(json!({"size": 1, "replica": 1})), vec!["/spec/replica: unknown field `replica`"]),
        (
            with(
                json!({"ports": [{"port": 1}, {"port": 1, "protocol": "UDP"}, {"port": 1, "protocol": "TCP"}], "size": 1}),
            ),
            vec!["/spec/ports/2: the item at index 0 has the same `port`, `protocol`"],
        ),
        (json!({"apiVersion": "v1", "kind": "Box", "metadata": null}), vec![": field `spec` is missing"]),
        (
            json!({"apiVersion": "v1", "kind": "Box", "spec": null}),
            vec!["/spec: field `spec` is null but may not be absent"],
        ),
        (json!({"kind": "Box"}), vec![": field `apiVersion` is missing, so this is no Kubernetes object"]),
        (json!({"apiVersion": "v1", "kind": 1}), vec!["/kind: `kind` must be a string that is not empty"]),
        (json!([]), vec![": field `apiVersion` is missing, so this is no Kubernetes object"]),
    ];
    for (object, expected) in cases {
        assert_eq!(said(&object), expected, "{object}");
    }
}

#[test]
fn unknown_kinds_come_with_a_hint() {
    let kubernetes = kubernetes();
    let hint = |api_version: &str, kind: &str| {
        let object = Node::from_json(&json!({"apiVersion": api_version, "kind": kind}));
        kubernetes.validate(&object).remove(0).hint.unwrap_or_default()
    };
    assert_eq!(hint("apps/v1beta1", "Shelf"), "this kind is served as `apps/v1`");
    assert_eq!(hint("v1", "Bxo"), "did you mean `Box`?");
    assert_eq!(hint("example.org/v1", "Thing"), "");
}

#[test]
fn metadata_of_any_kind_is_object_metadata() {
    let object = Node::from_json(&json!({"metadata": {"labels": {"a": 1, "b": null}, "nam": "x"}}));
    let found: Vec<_> =
        kubernetes().validate_metadata(&object).into_iter().map(|found| found.pointer).collect();
    assert_eq!(found, ["/metadata/labels/a", "/metadata/nam"]);
}

#[test]
fn what_is_no_openapi_document_is_refused() {
    for bytes in [
        b"".as_slice(),
        b"{}",
        b"\xff",
        br#"{"definitions":{},"paths":{}}"#,
        br#"{"definitions":[],"paths":{}}"#,
    ] {
        assert!(Kubernetes::parse(bytes).is_err());
    }
}
