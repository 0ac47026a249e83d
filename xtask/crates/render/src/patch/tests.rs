use std::sync::Arc;

use catalogue::Patch;
use diag::Source;
use serde_json::{Value, json};
use yaml::{Duplicates, Node};

use super::apply;

fn patched(patch: &Value) -> Result<Value, String> {
    let mut whole = patch.clone();
    whole["target"] = json!({"kind": "Deployment", "name": "site"});
    let patch: Patch = serde_json::from_value(whole).unwrap();
    let mut node = Node::from_json(&json!({
        "spec": {"replicas": 1, "containers": [{"name": "a"}, {"name": "b", "args": ["x"]}]},
    }));
    apply(&patch, &mut node).map(|()| node.to_json())
}

#[test]
fn operations_reach_into_lists_and_come_after_the_merge() {
    let patch = json!({
        "merge": {"spec": {"replicas": 2}},
        "json": [
            {"op": "test", "path": "/spec/replicas", "value": 2},
            {"op": "add", "path": "/spec/containers/1/args/-", "value": "y"},
            {"op": "remove", "path": "/spec/containers/0"},
        ],
    });
    let expected = json!({"spec": {"replicas": 2, "containers": [{"name": "b", "args": ["x", "y"]}]}});
    assert_eq!(patched(&patch).unwrap(), expected);
}

#[test]
fn a_merge_alone_replaces_lists() {
    let patch = json!({"merge": {"spec": {"replicas": null, "containers": []}}});
    assert_eq!(patched(&patch).unwrap(), json!({"spec": {"containers": []}}));
}

#[test]
fn what_cannot_be_done_is_told() {
    for (operation, told) in [
        (
            json!({"op": "test", "path": "/spec/replicas", "value": 3}),
            "operation 0 at `/spec/replicas`: value did not match",
        ),
        (
            json!({"op": "replace", "path": "/spec/containers/7/name", "value": "c"}),
            "/spec/containers/7/name",
        ),
        (json!({"op": "remove", "path": "spec"}), "slash"),
        (json!({"op": "add"}), "path"),
    ] {
        let error = patched(&json!({"json": [operation]})).unwrap_err();
        assert!(error.contains(told), "{operation}: {error}");
    }
    assert!(patched(&json!({})).unwrap_err().contains("neither"));
}

#[test]
fn what_operations_leave_alone_keeps_its_place() {
    let text = "spec:\n  replicas: 1\n  containers:\n  - name: a\n  - name: b\n    args: [x]\n  - name: c\n"
        .to_owned();
    let source = Arc::new(Source { name: "site.yaml".to_owned(), text: text.clone() });
    let mut node = yaml::parse_one(&source, Duplicates::Refuse).unwrap().root;
    let patch = json!({
        "target": {"kind": "Deployment", "name": "site"},
        "json": [
            {"op": "remove", "path": "/spec/containers/0"},
            {"op": "add", "path": "/spec/containers/0/args/-", "value": "y"},
            {"op": "add", "path": "/spec/containers/-", "value": {"name": "d"}},
            {"op": "replace", "path": "/spec/replicas", "value": 2},
        ],
    });
    apply(&serde_json::from_value(patch).unwrap(), &mut node).unwrap();
    let place = |path: &[&str]| {
        let span = node.at(path).unwrap().span;
        &text[span.start as usize..span.end as usize]
    };
    assert_eq!(place(&["spec", "containers", "1", "name"]), "c");
    // What is new, or another than before, was read from nowhere.
    for path in [&["spec", "replicas"][..], &["spec", "containers", "2", "name"]] {
        assert_eq!(place(path), "", "{path:?}");
    }
    assert_eq!(node.at(&["spec", "containers", "0", "name"]).unwrap().as_str(), Some("b"));
}
