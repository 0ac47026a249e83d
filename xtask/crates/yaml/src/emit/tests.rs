use diag::Source;

use crate::{Duplicates, Node, Value, emit, emit_ordered, parse_one};

fn again(text: &str) -> String {
    emit(&parse_one(&Source::shared("x", text), Duplicates::Refuse).unwrap().root)
}

#[test]
fn writes_block_style_with_sorted_keys() {
    let text = "b: [1, {z: 1, a: [[], {}]}]\na:\n  nested: {\"y\": null, x: 0755}\nc: []\n";
    let expected =
        "a:\n  nested:\n    x: 493\n    \"y\": null\nb:\n- 1\n- a:\n  - []\n  - {}\n  z: 1\nc: []\n";
    assert_eq!(again(text), expected);
    let root = parse_one(&Source::shared("x", "b: 1\na: 2\n"), Duplicates::Refuse).unwrap().root;
    assert_eq!(emit_ordered(&root), "b: 1\na: 2\n");
}

#[test]
fn leaves_alone_what_every_reader_takes_as_text() {
    let plain = [
        "nginx:1.27",
        "a/b@sha256:0",
        "10m",
        "100Mi",
        "/metrics",
        "--flag=x",
        "-l",
        "$(HOST)",
        "50%",
        "10.0.0.0/8",
        "80/TCP",
        "a b",
        "a#b",
        "a:b",
        "yesterday",
        "v1",
        "(x)",
        "über",
        "1h30m",
    ];
    for text in plain {
        assert_eq!(emit(&Node::string(text)), format!("{text}\n"));
    }
}

#[test]
fn quotes_what_some_reader_takes_otherwise() {
    let cases = [
        ("", r#""""#),
        ("y", r#""y""#),
        ("oN", r#""oN""#),
        ("Null", r#""Null""#),
        ("~", r#""~""#),
        ("=", r#""=""#),
        ("<<", r#""<<""#),
        ("0755", r#""0755""#),
        ("1_000", r#""1_000""#),
        ("1.2.3", r#""1.2.3""#),
        ("1e3", r#""1e3""#),
        ("12:30:45", r#""12:30:45""#),
        ("2001-01-01T00:00:00Z", r#""2001-01-01T00:00:00Z""#),
        (".inf", r#"".inf""#),
        ("-", r#""-""#),
        ("---", r#""---""#),
        ("--- x", r#""--- x""#),
        ("- x", r#""- x""#),
        ("? x", r#""? x""#),
        ("a: b", r#""a: b""#),
        ("a:", r#""a:""#),
        ("a #b", r#""a #b""#),
        (" a", r#"" a""#),
        ("a ", r#""a ""#),
        ("*a", r#""*a""#),
        ("{{ x }}", r#""{{ x }}""#),
        (r#"{"a": 1}"#, r#"'{"a": 1}'"#),
        (r#"[it's, "x\y"]"#, r#"'[it''s, "x\y"]'"#),
        ("a\tb", r#""a\tb""#),
        ("a\r\n", r#""a\r\n""#),
        ("\u{1}\u{7f}\u{85}", r#""\x01\x7f\x85""#),
        ("\u{2028}\u{feff}", r#""\u2028\ufeff""#),
    ];
    for (text, expected) in cases {
        assert_eq!(emit(&Node::string(text)), format!("{expected}\n"));
        assert_eq!(emit(&Node::map([(text, Node::null())])), format!("{expected}: null\n"));
    }
}

#[test]
fn text_of_several_lines_is_a_literal_block_where_that_is_exact() {
    let cases = [
        ("a\nb", "|-\n  a\n  b"),
        ("a\nb\n", "|\n  a\n  b"),
        ("a\n\n\n", "|+\n  a\n\n"),
        ("a\n\n  b \n", "|\n  a\n\n    b "),
        (" a\nb\n", "|2\n   a\n  b"),
        ("\ta\nb", "|2-\n  \ta\n  b"),
        ("\na\n", "|2\n\n  a"),
        ("a\n \nb\n", "|\n  a\n   \n  b"),
        (" \na\n", "\" \\na\\n\""),
        ("a\n ", "\"a\\n \""),
        ("\n", "\"\\n\""),
        ("a\r\nb", "\"a\\r\\nb\""),
        ("# a\n--- b\n", "|\n  # a\n  --- b"),
    ];
    for (text, expected) in cases {
        assert_eq!(emit(&Node::map([("k", Node::string(text))])), format!("k: {expected}\n"), "{text:?}");
    }
    assert_eq!(emit(&Node::string("a\nb")), "\"a\\nb\"\n");
}

#[test]
fn floats_have_a_dot_and_a_signed_exponent() {
    let cases = [
        (1.0, "1.0"),
        (-0.0, "-0.0"),
        (0.1, "0.1"),
        (1e21, "1.0e+21"),
        (1.5e300, "1.5e+300"),
        (1e-7, "1.0e-7"),
        (f64::INFINITY, ".inf"),
        (f64::NEG_INFINITY, "-.inf"),
        (f64::NAN, ".nan"),
    ];
    for (number, expected) in cases {
        assert_eq!(emit(&Node::new(Value::Float(number))), format!("{expected}\n"));
    }
    assert_eq!(emit(&Node::new(Value::Uint(u64::MAX))), "18446744073709551615\n");
}

#[test]
fn long_lines_are_never_folded() {
    let long = "word ".repeat(1000) + "end";
    assert_eq!(emit(&Node::map([("k", Node::string(&long))])), format!("k: {long}\n"));
    let key = "k".repeat(1001);
    assert_eq!(emit(&Node::map([(&key, Node::seq([Node::int(1)]))])), format!("? {key}\n:\n- 1\n"));
}
