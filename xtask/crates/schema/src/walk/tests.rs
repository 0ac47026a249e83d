use std::sync::Arc;

use diag::Source;
use proptest::prelude::*;
use serde_json::{Value, json};
use yaml::{Duplicates, Node};

use crate::{Local, NoDefinitions, Rules, Unknown, Violation, validate};

fn node(text: &str) -> Node {
    let source = Arc::new(Source { name: "test.yaml".to_owned(), text: text.to_owned() });
    yaml::parse_stream(&source, Duplicates::Refuse).unwrap().remove(0).root
}

fn said(found: &[Violation]) -> Vec<String> {
    found
        .iter()
        .map(|violation| {
            let hint = violation.hint.as_ref().map(|hint| format!(" ({hint})")).unwrap_or_default();
            format!("{}: {}{hint}", violation.pointer, violation.message)
        })
        .collect()
}

/// One row: schema, document, what is said about it.
type Case<'a> = (Value, &'a str, &'a [&'a str]);

fn run(unknown: Unknown, cases: &[Case<'_>]) {
    for (schema, text, expected) in cases {
        let found = validate(&node(text), schema, &Local(schema), Rules { unknown });
        assert_eq!(said(&found), *expected, "{schema} {text}");
    }
}

#[test]
fn types() {
    run(
        Unknown::ByKeyword,
        &[
            (json!({"type": "string"}), "a", &[]),
            (
                json!({"type": "string"}),
                "8080",
                &[": expected a string, found the integer `8080` (put the value in quotes)"],
            ),
            (
                json!({"type": "string"}),
                "yes",
                &[": expected a string, found the boolean `true` (put the value in quotes)"],
            ),
            (
                json!({"type": "integer"}),
                "'80'",
                &[": expected an integer, found the string `80` (remove the quotes)"],
            ),
            (json!({"type": "integer"}), "1.5", &[": expected an integer, found the number `1.5`"]),
            (json!({"type": "integer"}), "1.0", &[]),
            (json!({"type": "number"}), "1", &[]),
            (
                json!({"type": "array"}),
                "a",
                &[": expected a list, found the string `a` (begin each item with `- `)"],
            ),
            (json!({"type": ["string", "null"]}), "null", &[]),
            (
                json!({"type": ["string", "array"]}),
                "{}",
                &[": expected a string or a list, found a mapping (begin each item with `- `)"],
            ),
            (json!({"type": "string", "nullable": true}), "null", &[]),
            (json!({"type": "string"}), "null", &[": expected a string, found null"]),
            (json!({"type": "object"}), "[]", &[": expected a mapping, found a list"]),
            (json!(true), "[]", &[]),
            (json!(false), "1", &[": nothing may stand here"]),
            (json!({}), "{a: [1]}", &[]),
        ],
    );
}

#[test]
fn bounds() {
    run(
        Unknown::ByKeyword,
        &[
            (json!({"minimum": 1, "maximum": 3}), "1", &[]),
            (json!({"minimum": 1, "maximum": 3}), "4", &[": the integer `4` is more than 3"]),
            (json!({"minimum": 0.5}), "0", &[": the integer `0` is less than 0.5"]),
            (json!({"exclusiveMinimum": 1}), "1", &[": the integer `1` is not more than 1"]),
            (json!({"maximum": 1, "exclusiveMaximum": true}), "1", &[": the integer `1` is not less than 1"]),
            (
                json!({"maximum": 18_446_744_073_709_551_614_u64}),
                "18446744073709551615",
                &[": the integer `18446744073709551615` is more than 18446744073709551614"],
            ),
            (json!({"minLength": 2}), "ä", &[": has 1 characters, at least 2 are needed"]),
            (json!({"maxLength": 1}), "ä", &[]),
            (json!({"maxItems": 1}), "[1, 2]", &[": has 2 items, at most 1 are allowed"]),
            (json!({"minProperties": 1}), "{}", &[": has 0 fields, at least 1 are needed"]),
            (
                json!({"enum": ["Always", "Never"]}),
                "never",
                &[": the string `never` is not allowed here (did you mean `Never`?)"],
            ),
            (json!({"enum": [1, "b"]}), "2", &[": the integer `2` is not allowed here (use `1`, `b`)"]),
            (
                json!({"enum": [1, null, [1, {"a": 2}]]}),
                "[1.0, {a: 2}]",
                &[": a list is not allowed here (use `1`, `null`, `[1,{\"a\":2}]`)"],
            ),
            (json!({"enum": [1, null, [1, {"a": 2}]]}), "[1, {a: 2}]", &[]),
            (json!({"const": 1}), "1.0", &[]),
            (json!({"const": "a"}), "b", &[": expected `a`, found the string `b`"]),
        ],
    );
}

#[test]
fn mappings_and_lists() {
    let schema = json!({
        "properties": {"name": {"type": "string"}, "a/b": {"type": "integer"}},
        "required": ["name"],
        "additionalProperties": false,
    });
    let patterns = json!({"patternProperties": {"^x": {}}, "additionalProperties": false});
    run(
        Unknown::ByKeyword,
        &[
            (schema.clone(), "{name: a, a/b: 1}", &[]),
            (
                schema.clone(),
                "{nmae: a, a/b: x}",
                &[
                    "/nmae: unknown field `nmae` (did you mean `name`?)",
                    ": field `name` is missing",
                    "/a~1b: expected an integer, found the string `x`",
                ],
            ),
            (
                schema,
                "{name: a, other: 1}",
                &["/other: unknown field `other` (the fields are `name`, `a/b`)"],
            ),
            (json!({"properties": {"a": {}}}), "{b: 1}", &[]),
            (
                json!({"additionalProperties": {"type": "string"}}),
                "{b: 1, c: x}",
                &["/b: expected a string, found the integer `1` (put the value in quotes)"],
            ),
            (patterns, "{x1: 1}", &[]),
            (
                json!({"items": {"type": "string"}}),
                "[a, 1]",
                &["/1: expected a string, found the integer `1` (put the value in quotes)"],
            ),
            (
                json!({"items": [{"type": "string"}, {"type": "integer"}]}),
                "[a, b, c]",
                &["/1: expected an integer, found the string `b`"],
            ),
            (
                json!({"uniqueItems": true}),
                "[{a: 1, b: 2}, 1, {b: 2, a: 1}]",
                &["/2: the same item stands at index 0"],
            ),
        ],
    );
}

#[test]
fn combinations() {
    let either = json!({"oneOf": [{"required": ["a"]}, {"required": ["b"]}]});
    run(
        Unknown::ByKeyword,
        &[
            (
                json!({"anyOf": [{"type": "integer"}, {"type": "string"}]}),
                "[]",
                &[": expected an integer or a string, found a list"],
            ),
            (json!({"anyOf": [{"type": "integer"}, {"type": "string"}]}), "a", &[]),
            (
                json!({"allOf": [{"type": "integer"}, {"maximum": 1}]}),
                "2",
                &[": the integer `2` is more than 1"],
            ),
            (either.clone(), "{a: 1}", &[]),
            (either.clone(), "{a: 1, b: 1}", &[": fits 2 forms that exclude each other"]),
            (
                either,
                "{c: 1}",
                &[
                    ": fits none of the 2 forms allowed here (the nearest one fails because: field `a` is missing)",
                ],
            ),
            (json!({"not": {"type": "string"}}), "a", &[": has a form that is ruled out here"]),
            (json!({"not": {"type": "string"}}), "1", &[]),
        ],
    );
}

#[test]
fn references() {
    let tree = json!({
        "$defs": {"tree": {"properties": {"sub": {"items": {"$ref": "#/$defs/tree"}}}, "additionalProperties": false}},
        "$ref": "#/$defs/tree",
    });
    let endless = json!({"definitions": {"a": {"$ref": "#/definitions/a"}}, "$ref": "#/definitions/a"});
    run(
        Unknown::ByKeyword,
        &[
            (tree.clone(), "{sub: [{sub: []}, {}]}", &[]),
            (
                tree,
                "{sub: [{sub: [{sup: 1}]}]}",
                &["/sub/0/sub/0/sup: unknown field `sup` (did you mean `sub`?)"],
            ),
            (
                json!({"$ref": "#/definitions/x"}),
                "1",
                &[": the schema refers to `#/definitions/x`, which does not exist"],
            ),
            (endless, "1", &[": the schema refers to itself without end here"]),
        ],
    );
}

#[test]
fn custom_resources_lose_what_their_schema_does_not_name() {
    let schema = json!({"type": "object", "properties": {
        "open": {"type": "object", "x-kubernetes-preserve-unknown-fields": true, "properties": {"i": {"type": "integer"}}},
        "closed": {"type": "object"},
        "map": {"type": "object", "additionalProperties": {"type": "object", "properties": {"a": {"type": "string"}}}},
        "port": {"x-kubernetes-int-or-string": true},
        "branch": {"type": "object", "properties": {"a": {}}, "anyOf": [{"properties": {"a": {"minLength": 2}}}]},
        "template": {"type": "object", "x-kubernetes-embedded-resource": true, "properties": {"spec": {"type": "object"}}},
        "needed": {"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}}},
        "nulls": {"type": "array", "items": {"type": "string"}},
    }});
    run(
        Unknown::Refuse,
        &[
            (schema.clone(), "{open: {x: 1, i: 1}, map: {k: {a: b}, l: null}, port: http}", &[]),
            (schema.clone(), "{open: {i: x}}", &["/open/i: expected an integer, found the string `x`"]),
            (schema.clone(), "{closed: {x: 1}}", &["/closed/x: unknown field `x` (no field may stand here)"]),
            (schema.clone(), "{map: {k: {b: c}}}", &["/map/k/b: unknown field `b` (did you mean `a`?)"]),
            (
                schema.clone(),
                "{port: true}",
                &[
                    "/port: expected an integer or a string, found the boolean `true` (put the value in quotes)",
                ],
            ),
            (schema.clone(), "{branch: {a: xx}}", &[]),
            (
                schema.clone(),
                "{template: {apiVersion: v1, kind: x, metadata: {labels: {}}, spec: null}}",
                &[],
            ),
            (
                schema.clone(),
                "{template: {apiVersion: v1, kind: x, status: {}}}",
                &[
                    "/template: field `metadata` is missing",
                    "/template/status: unknown field `status` (the fields are `spec`, `apiVersion`, `kind`, `metadata`)",
                ],
            ),
            (schema.clone(), "{port: null, closed: null}", &[]),
            (schema.clone(), "{needed: {a: null}}", &["/needed/a: field `a` is null but may not be absent"]),
            (schema.clone(), "{nulls: [a, null]}", &["/nulls/1: expected a string, found null"]),
            (
                schema,
                "{extra: 1}",
                &[
                    "/extra: unknown field `extra` (the fields are `open`, `closed`, `map`, `port`, `branch`, `template`, `needed`, `nulls`)",
                ],
            ),
        ],
    );
}

#[test]
fn lists_that_are_merged_by_key() {
    let schema = json!({"type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["port", "protocol"],
        "items": {"type": "object", "properties": {"port": {"type": "integer"}, "protocol": {"type": "string", "default": "TCP"}}}});
    run(
        Unknown::Refuse,
        &[
            (schema.clone(), "[{port: 53}, {port: 53, protocol: UDP}]", &[]),
            (
                schema,
                "[{port: 53}, {port: 54}, {port: 53, protocol: TCP}]",
                &["/2: the item at index 0 has the same `port`, `protocol`"],
            ),
            (json!({"x-kubernetes-list-type": "set"}), "[a, b, a]", &["/2: the same item stands at index 0"]),
            (json!({"x-kubernetes-list-type": "atomic"}), "[a, a]", &[]),
        ],
    );
}

#[test]
fn places_point_at_what_is_wrong() {
    let text = "spec:\n  replicsa: 1\n  name: 7\n";
    let schema = json!({"properties": {"spec": {"required": ["a"], "additionalProperties": false,
        "properties": {"replicas": {}, "name": {"type": "string"}}}}});
    let found = validate(&node(text), &schema, &NoDefinitions, Rules { unknown: Unknown::ByKeyword });
    let places: Vec<_> = found
        .iter()
        .map(|violation| &text[violation.span.start as usize..violation.span.end as usize])
        .collect();
    assert_eq!(places, ["replicsa", "replicsa", "7"], "{found:?}");
}

fn any_json() -> impl Strategy<Value = Value> {
    let words = [
        "type",
        "object",
        "string",
        "properties",
        "items",
        "$ref",
        "#",
        "required",
        "anyOf",
        "a",
        "not",
        "enum",
    ];
    let word = prop::sample::select(words.to_vec());
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        word.clone().prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 40, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
            prop::collection::vec((word.clone(), inner), 0..6).prop_map(|fields| Value::Object(
                fields.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
            )),
        ]
    })
}

proptest! {
    #[test]
    fn no_schema_and_no_tree_make_it_panic(schema in any_json(), tree in any_json()) {
        for unknown in [Unknown::Refuse, Unknown::ByKeyword] {
            let _ = validate(&Node::from_json(&tree), &schema, &Local(&schema), Rules { unknown });
        }
    }

    #[test]
    fn every_pointer_leads_to_a_node_or_to_where_it_is_missing(schema in any_json(), tree in any_json()) {
        let tree = Node::from_json(&tree);
        for violation in validate(&tree, &schema, &NoDefinitions, Rules { unknown: Unknown::Refuse }) {
            prop_assert!(tree.pointer(&violation.pointer).is_some(), "{violation:?}");
        }
    }
}
