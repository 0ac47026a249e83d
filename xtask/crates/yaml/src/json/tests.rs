use serde_json::json;

use crate::{Node, Value, canonical_json};

#[test]
fn json_goes_both_ways() {
    let json = json!({"b": [1, -1, u64::MAX, 0.5, null, true], "a": {"é": "\u{1}\"\\\n"}});
    let node = Node::from_json(&json);
    assert_eq!(node.to_json(), json);
    assert!(Node::from_json(&node.to_json()).same(&node));
}

#[test]
fn canonical_json_is_sorted_and_dense() {
    let node = Node::from_json(&json!({"b": [1, 0.5, null], "a": {"é": "\u{1}\"\\\n\u{7f}", "Z": true}}));
    let expected = "{\"a\":{\"Z\":true,\"é\":\"\\u0001\\\"\\\\\\n\u{7f}\"},\"b\":[1,0.5,null]}";
    assert_eq!(canonical_json(&node), expected);
    assert_eq!(serde_json::from_str::<serde_json::Value>(expected).unwrap(), node.to_json());
    assert_eq!(canonical_json(&Node::new(Value::Float(f64::INFINITY))), "null");
}
