use crate::{Duplicates, emit, emit_ordered, parse_one};
use diag::Source;

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
