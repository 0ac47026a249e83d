use yaml::Node;

use super::emit;

#[test]
fn strings_are_styled_as_the_library_styles_them() {
    for (text, written) in [
        ("plain", "plain"),
        ("", "\"\""),
        ("true", "\"true\""),
        ("yes", "\"yes\""),
        ("0755", "\"0755\""),
        ("1_000", "\"1_000\""),
        ("1:20", "\"1:20\""),
        ("2024-01-01", "\"2024-01-01\""),
        ("1.2.3", "1.2.3"),
        ("10.0.0.1/24", "10.0.0.1/24"),
        ("#a", "'#a'"),
        ("a #b", "'a #b'"),
        ("a: b", "'a: b'"),
        ("-a", "-a"),
        ("- a", "'- a'"),
        ("it's", "it's"),
        ("'it", "'''it'"),
        ("a\tb", "\"a\\tb\""),
        ("two\nlines\n", "|\n    two\n    lines"),
        ("two\nlines", "|-\n    two\n    lines"),
        ("two\n\n", "|+\n    two\n"),
        (" in\n", "|4\n     in"),
        ("end \nx", "\"end \\nx\""),
    ] {
        assert_eq!(emit(&Node::map([("k", Node::string(text))])), format!("k: {written}\n"), "{text:?}");
    }
}

#[test]
fn levels_are_four_spaces_and_lists_stand_in() {
    let inner = Node::map([
        ("a", Node::seq([Node::int(1), Node::seq([Node::bool(true)])])),
        ("b", Node::string("x\ny\n")),
    ]);
    let tree = Node::map([("list", Node::seq([inner])), ("none", Node::seq([])), ("null", Node::null())]);
    let text = "list:\n    - a:\n        - 1\n        - - true\n      b: |\n        x\n        y\nnone: []\n\"null\": null\n";
    assert_eq!(emit(&tree), text);
}
