use catalogue::Patch;
use serde_json::{Value, json};
use yaml::Node;

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
        (json!({"op": "test", "path": "/spec/replicas", "value": 3}), "value did not match"),
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
