//! Selectors choose clusters as Kubernetes chooses objects.
#![allow(clippy::unwrap_used, reason = "a test")]

use std::collections::BTreeMap;
use std::sync::Arc;

use catalogue::{Selector, decode};
use diag::Source;

fn selector(text: &str) -> Selector {
    let source = Arc::new(Source { name: "selector.yaml".to_owned(), text: text.to_owned() });
    decode::<Selector>(&source).unwrap().0
}

#[test]
fn every_part_must_hold() {
    let labels: BTreeMap<String, String> = [("name", "lab"), ("role", "hub"), ("empty", "")]
        .into_iter()
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .collect();
    let cases = [
        ("{}", true),
        ("matchLabels: {role: hub}", true),
        ("matchLabels: {role: hub, name: lab}", true),
        ("matchLabels: {role: hub, name: other}", false),
        ("matchLabels: {absent: \"\"}", false),
        ("matchLabels: {empty: \"\"}", true),
        ("matchExpressions: [{key: role, operator: In, values: [edge, hub]}]", true),
        ("matchExpressions: [{key: role, operator: In, values: [edge]}]", false),
        ("matchExpressions: [{key: absent, operator: In, values: [x]}]", false),
        ("matchExpressions: [{key: role, operator: NotIn, values: [edge]}]", true),
        ("matchExpressions: [{key: role, operator: NotIn, values: [hub]}]", false),
        // As in Kubernetes: an absent label has none of the values.
        ("matchExpressions: [{key: absent, operator: NotIn, values: [x]}]", true),
        ("matchExpressions: [{key: empty, operator: Exists}]", true),
        ("matchExpressions: [{key: absent, operator: Exists}]", false),
        ("matchExpressions: [{key: absent, operator: DoesNotExist}]", true),
        ("matchExpressions: [{key: empty, operator: DoesNotExist}]", false),
        ("{matchLabels: {role: hub}, matchExpressions: [{key: name, operator: In, values: [other]}]}", false),
        (
            "matchExpressions: [{key: name, operator: Exists}, {key: role, operator: NotIn, values: [hub]}]",
            false,
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(selector(text).matches(&labels), expected, "{text}");
    }
}
