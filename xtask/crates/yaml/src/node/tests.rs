use diag::Source;

use crate::{Duplicates, Map, Node, parse_one};

fn read(text: &str) -> Node {
    parse_one(&Source::shared("x", text), Duplicates::Refuse).unwrap().root
}

#[test]
fn finds_nodes_by_path_and_pointer() {
    let root = read("spec:\n  containers:\n  - image: a\n    ports: [80]\n  a/b: {c~d: 1}\n");
    assert_eq!(root.at(&["spec", "a/b", "c~d"]).and_then(Node::as_i64), Some(1));
    let cases = [
        ("/spec/containers/0/image", Some("a")),
        ("/spec/containers/00/image", None),
        ("/spec/containers/+0/image", None),
        ("/spec/containers/1/image", None),
        ("/spec/missing", None),
        ("spec", None),
    ];
    for (pointer, expected) in cases {
        assert_eq!(root.pointer(pointer).and_then(Node::as_str), expected, "{pointer}");
    }
    assert_eq!(root.pointer("/spec/a~1b/c~0d").and_then(Node::as_i64), Some(1));
    assert_eq!(root.pointer(""), Some(&root));
}

#[test]
fn same_ignores_order_and_places() {
    let cases = [
        ("{a: 1, b: [x]}", "b:\n- x\na: 1\n", true),
        ("[1, 2]", "[2, 1]", false),
        ("{a: 1}", "{a: 1.0}", false),
        ("{a: 1}", "{a: '1'}", false),
        ("{a: 1}", "{a: 1, b: null}", false),
        ("0.5", ".5", true),
        ("0.0", "-0.0", false),
    ];
    for (a, b, expected) in cases {
        assert_eq!(read(a).same(&read(b)), expected, "{a} and {b}");
    }
}

#[test]
fn maps_replace_and_remove() {
    let mut map: Map = [("a", Node::int(1)), ("b", Node::int(2)), ("a", Node::int(3))].into_iter().collect();
    assert_eq!(map.keys().collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(map.get("a").and_then(Node::as_i64), Some(3));
    map.insert("c", Node::string("x"));
    assert_eq!(map.remove("b").and_then(|node| node.as_i64()), Some(2));
    assert_eq!(map.remove("b"), None);
    assert_eq!((map.len(), map.contains("c")), (2, true));
}
