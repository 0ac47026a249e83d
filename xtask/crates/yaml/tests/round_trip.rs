//! What is written is read again as it was, and no text makes the reader panic.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::BTreeMap;

use diag::Source;
use proptest::prelude::*;
use serde_json::Value as Json;
use yaml::{Document, Duplicates, Node, Value, emit, emit_ordered, parse_stream};

/// Pieces that mean something to some reader, put together at random.
fn text() -> impl Strategy<Value = String> {
    let known = [
        "a",
        "yes",
        "0",
        "12",
        "-",
        "- ",
        ": ",
        ":",
        "#",
        " #",
        " ",
        "\n",
        "\n\n",
        "\t",
        "\r",
        "{{",
        "[",
        "]",
        "{",
        "}",
        "'",
        "\"",
        "\\",
        "|",
        ">",
        "%",
        "@",
        "`",
        "!",
        "&",
        "*",
        "? ",
        "=",
        "<<",
        "~",
        "null",
        ".",
        "e",
        "x",
        "0x",
        "_",
        "---",
        "...",
        "ä",
        "\u{a0}",
        "\u{85}",
        "\u{2028}",
        "\u{feff}",
        "😀",
        "\u{1}",
        "\u{7f}",
        "T",
        ",",
        "2001-01-01",
        "\u{ffff}",
    ];
    let pieced =
        prop::collection::vec(prop::sample::select(known.to_vec()), 0..7).prop_map(|pieces| pieces.concat());
    let long = (990..1100_usize).prop_map(|length| "k".repeat(length));
    prop_oneof![10 => pieced, 2 => any::<String>(), 1 => long]
}

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::Int),
        (i64::MAX as u64 + 1..).prop_map(Value::Uint),
        any::<f64>()
            .prop_filter("JSON has no other floats", |number| number.is_finite())
            .prop_map(Value::Float),
        text().prop_map(Value::String),
        text().prop_map(Value::String),
    ]
}

fn tree() -> impl Strategy<Value = Node> {
    scalar().prop_map(Node::new).prop_recursive(4, 40, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Node::seq),
            prop::collection::vec((text(), inner), 0..5).prop_map(Node::map),
        ]
    })
}

fn read(text: &str) -> Vec<Document> {
    parse_stream(&Source::shared("x", text), Duplicates::Refuse).unwrap_or_else(|mistakes| {
        panic!("{text:?}: {}", diag::render(&mistakes[0], diag::Paint::Plain, 120));
    })
}

fn sorted(json: &Json) -> Json {
    match json {
        Json::Array(items) => items.iter().map(sorted).collect(),
        Json::Object(entries) => {
            let entries: BTreeMap<&String, &Json> = entries.iter().collect();
            entries.into_iter().map(|(key, value)| (key.clone(), sorted(value))).collect()
        }
        _ => json.clone(),
    }
}

fn config() -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2000) }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn what_is_written_is_read_again(node in tree()) {
        for text in [emit(&node), emit_ordered(&node)] {
            let documents = read(&text);
            prop_assert_eq!(documents.len(), 1, "{}", text);
            prop_assert!(documents[0].root.same(&node), "{}\n{:?}", text, documents[0].root);
        }
        prop_assert_eq!(emit(&read(&emit(&node))[0].root), emit(&node));
    }

    #[test]
    fn documents_follow_each_other(nodes in prop::collection::vec(tree(), 1..4)) {
        let texts: Vec<String> = nodes.iter().map(emit).collect();
        let text = format!("---\n{}", texts.join("---\n"));
        let documents = read(&text);
        prop_assert_eq!(documents.len(), nodes.len(), "{}", text);
        for (document, node) in documents.iter().zip(&nodes) {
            prop_assert!(document.root.same(node), "{}", text);
        }
    }

    #[test]
    fn json_comes_back(node in tree()) {
        prop_assert!(Node::from_json(&node.to_json()).same(&node));
        prop_assert_eq!(sorted(&node.to_json()).to_string(), yaml::canonical_json(&node));
    }

    #[test]
    fn no_text_makes_it_panic(text in prop_oneof![text(), prop::collection::vec(text(), 0..12).prop_map(|parts| parts.join("\n"))]) {
        let source = Source::shared("x", text);
        let outcome = parse_stream(&source, Duplicates::Refuse);
        for mistake in outcome.err().unwrap_or_default() {
            prop_assert!(!diag::render(&mistake, diag::Paint::Plain, 80).is_empty());
        }
    }
}
