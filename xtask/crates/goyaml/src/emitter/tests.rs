//! Texts that the library writes, made by running it.

use crate::{Value, natural_order, quoting_drifts, write};

fn map<const N: usize>(entries: [(&str, Value); N]) -> Value {
    Value::Map(entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
}

#[test]
fn structures() {
    let list = Value::texts(&["a", "b"]);
    let cases = [
        (map([]), "{}\n"),
        (map([("a", map([]))]), "a: {}\n"),
        (map([("a", list.clone())]), "a:\n    - a\n    - b\n"),
        (
            map([("a", Value::List(vec![map([("k", Value::Int(1)), ("l", list.clone())])]))]),
            "a:\n    - k: 1\n      l:\n        - a\n        - b\n",
        ),
        (map([("a", Value::List(vec![list]))]), "a:\n    - - a\n      - b\n"),
        (map([("a", Value::Bool(true)), ("b", Value::Null)]), "a: true\nb: null\n"),
    ];
    for (value, expected) in cases {
        assert_eq!(write(&value), expected);
    }
}

#[test]
fn strings() {
    let cases = [
        ("console=tty0", "console=tty0"),
        ("", "\"\""),
        ("true", "\"true\""),
        ("yes", "'yes'"),
        ("1:20", "'1:20'"),
        ("<<", "'<<'"),
        ("012", "\"012\""),
        ("1_000", "\"1_000\""),
        ("2024-01-01", "\"2024-01-01\""),
        ("-console", "-console"),
        ("- x", "'- x'"),
        ("a: b", "'a: b'"),
        ("a #b", "'a #b'"),
        ("it's", "it's"),
        ("'", "''''"),
        ("a\tb", "\"a\\tb\""),
        ("{\"a\":1}", "'{\"a\":1}'"),
        ("a\nb\n", "|\n    a\n    b"),
        ("a\nb", "|-\n    a\n    b"),
        ("a\n\n", "|+\n    a\n"),
        (" a\nb\n", "|4\n     a\n    b"),
        ("a \nb\n", "\"a \\nb\\n\""),
        ("\n", "\"\\n\""),
        ("\u{1f600}", "\"\\U0001F600\""),
        ("ä", "ä"),
    ];
    for (text, expected) in cases {
        assert_eq!(write(&map([("k", Value::text(text))])), format!("k: {expected}\n"), "{text:?}");
    }
}

#[test]
fn drifting() {
    for text in ["yes", "n", "1:20", "<<", "\na"] {
        assert!(quoting_drifts(text), "{text}");
    }
    for text in ["yess", "true", "1:2:x", "a\n", "1:99"] {
        assert!(!quoting_drifts(text), "{text}");
    }
}

#[test]
fn keys() {
    let mut keys = ["b2", "b10", "a", "A", "1", "b", "_", "b2a"];
    keys.sort_by(|left, right| natural_order(left, right));
    assert_eq!(keys, ["_", "1", "A", "a", "b", "b2", "b2a", "b10"]);
}
