//! Streams, places and mistakes, through the public API.

#![allow(clippy::unwrap_used)]

use diag::{Paint, Source, SourceRef, Span, line_column, render};
use yaml::{DEPTH_LIMIT, Document, Duplicates, Node, canonical_json, parse_one, parse_stream};

fn source(text: &str) -> SourceRef {
    Source::shared("x.yaml", text)
}

fn documents(text: &str) -> Vec<Document> {
    parse_stream(&source(text), Duplicates::Refuse).unwrap()
}

fn roots(text: &str) -> Vec<String> {
    documents(text).iter().map(|document| canonical_json(&document.root)).collect()
}

fn slice(source: &SourceRef, span: Span) -> &str {
    &source.text[span.start as usize..span.end as usize]
}

/// The places and messages of all mistakes.
fn mistakes(text: &str, duplicates: Duplicates) -> Vec<String> {
    let mistakes = parse_stream(&source(text), duplicates).unwrap_err();
    mistakes
        .iter()
        .map(|mistake| format!("{} {}", mistake.place().unwrap_or_default(), mistake.message))
        .collect()
}

#[test]
fn empty_documents_are_null() {
    let cases: [(&str, &[&str]); 9] = [
        ("", &["null"]),
        ("# only a comment\n", &["null"]),
        ("---\n", &["null"]),
        ("a: 1\n---\n# c\n---\nb: 2\n", &["{\"a\":1}", "null", "{\"b\":2}"]),
        ("---\n---\n", &["null", "null"]),
        ("---\n# c\na: 1\n...\n", &["{\"a\":1}"]),
        ("--- text\n--- [1]\n", &["\"text\"", "[1]"]),
        ("\u{feff}a: 1\r\nb: |\r\n  x\r\n  y\r\n", &["{\"a\":1,\"b\":\"x\\ny\\n\"}"]),
        ("%YAML 1.2\n---\na: 1\n", &["{\"a\":1}"]),
    ];
    for (text, expected) in cases {
        assert_eq!(roots(text), expected, "{text:?}");
    }
}

#[test]
fn a_block_scalar_that_ends_with_the_text_ends_as_the_text_does() {
    let cases = [
        ("|\n  x\n", "x\n"),
        ("|\n  x", "x"),
        ("|+\n  x", "x"),
        ("|\r\n  x\r\n  y", "x\ny"),
        (">\n  x\n  y", "x y"),
        ("|\n  x\n  ", "x\n"),
        ("|\n  x\n    ", "x\n  "),
        ("|\n  # c\n # c", "# c\n"),
        ("|+\n  x\n\n", "x\n\n"),
    ];
    for (text, expected) in cases {
        let root = &documents(&format!("a: {text}"))[0].root;
        assert_eq!(root.get("a").and_then(Node::as_str), Some(expected), "{text:?}");
    }
}

#[test]
fn documents_know_their_part_of_the_text() {
    let text = "# head\na: 1\n---\n# Source: chart/b.yaml\nb: 2\n# tail\n---\n";
    let documents = documents(text);
    let parts: Vec<&str> = documents.iter().map(|document| slice(&document.source, document.span)).collect();
    assert_eq!(parts, ["# head\na: 1\n", "---\n# Source: chart/b.yaml\nb: 2\n# tail\n", "---\n"]);
}

#[test]
fn nodes_know_their_bytes() {
    let text = "a:\n  ä: ö  # c\n  list:\n  - x\n  - {k: [1, 2]}\nb: \"q\"\nc: |\n  text\nd: 1\n";
    let document = &documents(text)[0];
    let cases: [(&[&str], &str); 6] = [
        (&["a"], "ä: ö  # c\n  list:\n  - x\n  - {k: [1, 2]}"),
        (&["a", "ä"], "ö"),
        (&["a", "list"], "- x\n  - {k: [1, 2]}"),
        (&["b"], "\"q\""),
        (&["d"], "1"),
        (&[], text.trim_end()),
    ];
    for (path, expected) in cases {
        let node = document.root.at(path).unwrap();
        assert_eq!(slice(&document.source, node.span), expected, "{path:?}");
    }
    let item = document.root.pointer("/a/list/1").unwrap();
    assert_eq!(slice(&document.source, item.span), "{k: [1, 2]}");
    let entry = document.root.as_map().unwrap().entry("b").unwrap();
    assert_eq!(line_column(text, entry.key_span.start), (6, 1));
}

#[test]
fn anchors_and_merge_keys() {
    let text = "base: &b {x: 1, w: 2}\nover: &o {w: 3}\none: {<<: *b, w: 9}\nlist: {<<: [*o, *b], z: 0}\ncopy: *b\n&k key: *k\n";
    let root = &documents(text)[0].root;
    let json = |key: &str| canonical_json(root.get(key).unwrap());
    assert_eq!(json("one"), "{\"w\":9,\"x\":1}");
    assert_eq!(json("list"), "{\"w\":3,\"x\":1,\"z\":0}");
    assert_eq!(json("copy"), "{\"w\":2,\"x\":1}");
    assert_eq!(json("key"), "\"key\"");
    let brought = root.at(&["one", "x"]).unwrap();
    assert_eq!(brought.span, root.at(&["base", "x"]).unwrap().span);
}

#[test]
fn a_merge_key_replaces_what_stands_before_it() {
    let text = "b: &b {w: 2}\none: {w: 1, <<: *b}\n";
    let root = parse_one(&source(text), Duplicates::LastWins).unwrap().root;
    assert_eq!(root.at(&["one", "w"]).and_then(Node::as_i64), Some(2));
    assert_eq!(
        mistakes(text, Duplicates::Refuse),
        ["x.yaml:2:7 key `w` stands before a merge key that brings it too"]
    );
}

#[test]
fn repeated_keys() {
    let text = "a: 1\nb: 2\na: 3\nc: {on: 1, true: 2, yes: 3}\n";
    let root = parse_one(&source(text), Duplicates::LastWins).unwrap().root;
    assert_eq!(canonical_json(&root), "{\"a\":3,\"b\":2,\"c\":{\"true\":3}}");
    let expected = [
        "x.yaml:4:12 duplicate key `true`",
        "x.yaml:4:21 duplicate key `true`",
        "x.yaml:3:1 duplicate key `a`",
    ];
    assert_eq!(mistakes(text, Duplicates::Refuse), expected);
}

#[test]
fn all_mistakes_are_told_with_their_place() {
    let text = "~: 1\n[a]: 2\nb: !!int x\nc: .inf\n---\n a: 1\nb: 2\n---\nd: {a:, b: 1}\n---\ne: 1\ne: 2\n";
    let expected = [
        "x.yaml:1:1 null cannot be a key",
        "x.yaml:2:1 a list cannot be a key",
        "x.yaml:3:10 cannot read the value as `!!int`: `x` is a string",
        "x.yaml:4:4 a value that is infinite or not a number has no JSON form",
        "x.yaml:7:1 cannot read the text as YAML",
        "x.yaml:9:5 a key whose colon is followed by no space and no value",
        "x.yaml:12:1 duplicate key `e`",
    ];
    assert_eq!(mistakes(text, Duplicates::Refuse), expected);
}

#[test]
fn wrong_merges_and_aliases() {
    let cases = [
        ("a: {<<: 1}", "1:5 a merge key needs a mapping or a list of mappings, not an integer"),
        ("a: {<<: [1]}", "1:5 a merge key needs a mapping or a list of mappings, not a list"),
        ("l: &l [{x: 1}]\na: {<<: *l}", "2:5 a merge key takes an alias of a mapping, not of a list"),
        ("a: *x", "1:4 cannot read the text as YAML"),
        ("a: &a [*a]", "1:8 an alias stands inside the node it names"),
    ];
    for (text, expected) in cases {
        assert_eq!(mistakes(text, Duplicates::LastWins), [format!("x.yaml:{expected}")], "{text}");
    }
}

#[test]
fn nesting_is_limited() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert_eq!(roots(&nested(DEPTH_LIMIT)), [nested(DEPTH_LIMIT)]);
    for text in [nested(DEPTH_LIMIT + 1), nested(100_000), "- ".repeat(DEPTH_LIMIT + 1)] {
        let messages = mistakes(&text, Duplicates::LastWins);
        assert!(messages.len() == 1 && messages[0].contains("nest"), "{messages:?}");
    }
    // Neither half is too deep, but the alias puts one below the other.
    let half = DEPTH_LIMIT / 2;
    let text = format!("a: &a {}\nb: {}*a{}\n", nested(half), "[".repeat(half), "]".repeat(half));
    assert_eq!(
        mistakes(&text, Duplicates::LastWins)[0].split_once(' ').unwrap().1,
        format!("an alias makes collections nest deeper than {DEPTH_LIMIT}")
    );
}

#[test]
fn expansion_is_limited() {
    let level = |level: usize| {
        let aliases = vec![format!("*a{level}"); 10].join(", ");
        format!("a{0}: &a{0} [{aliases}]\n", level + 1)
    };
    let text = format!("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n{}", (0..9).map(level).collect::<String>());
    let messages = mistakes(&text, Duplicates::LastWins);
    assert!(
        messages.len() == 1 && messages[0].contains("anchors and aliases copy more than"),
        "{messages:?}"
    );
}

#[test]
fn one_document_is_one() {
    let one = |text: &str| {
        parse_one(&source(text), Duplicates::Refuse).map(|document| canonical_json(&document.root))
    };
    assert_eq!(one(""), Ok("null".to_owned()));
    assert_eq!(one("---\na: 1\n---\n# nothing\n"), Ok("{\"a\":1}".to_owned()));
    let rendered = render(&one("a: 1\n---\nb: 2\n").unwrap_err()[0], Paint::Plain, 100);
    let expected = "\
error: `x.yaml` holds more than one document
 --> x.yaml:2:1
  |
2 | ---
  | ^^^ another one starts here
hint: remove the `---` between them, or split the file";
    assert_eq!(rendered, expected);
}
