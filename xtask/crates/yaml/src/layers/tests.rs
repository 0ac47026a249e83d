use std::collections::BTreeMap;

use diag::{Source, line_column};

use super::{merge, origin_of, origins};
use crate::{Duplicates, Node, canonical_json, parse_one};

const LAYERS: [&str; 4] = [
    "image: {tag: v1, pull: Always}\nreplicas: 1\nargs: [a, b]\nkeep: x\ngone: {a: 1}\n",
    "image:\n  tag: v2\nargs: [c]\nempty: {}\ngone: null\n",
    "",
    "replicas: 3\nimage:\n  extra: {x/y: 1}\n",
];

fn read(text: &str) -> Node {
    parse_one(&Source::shared("x", text), Duplicates::Refuse).unwrap().root
}

#[test]
fn later_layers_win_and_null_stays() {
    let layers = LAYERS.map(read);
    let merged = merge(&layers.each_ref());
    let expected = "{\"args\":[\"c\"],\"empty\":{},\"gone\":null,\"image\":{\"extra\":{\"x/y\":1},\"pull\":\"Always\",\"tag\":\"v2\"},\
                    \"keep\":\"x\",\"replicas\":3}";
    assert_eq!(canonical_json(&merged), expected);
    assert_eq!(canonical_json(&merge(&[])), "{}");
}

#[test]
fn every_leaf_knows_its_layer_and_line() {
    let layers = LAYERS.map(read);
    let found = origins(&layers.each_ref()).into_iter().map(|(pointer, origin)| {
        let (line, _) = line_column(LAYERS[origin.layer], origin.span.start);
        (pointer, (origin.layer, line))
    });
    let expected = [
        ("/args/0", (1, 3)),
        ("/empty", (1, 4)),
        ("/gone", (1, 5)),
        ("/image/extra/x~1y", (3, 3)),
        ("/image/pull", (0, 1)),
        ("/image/tag", (1, 2)),
        ("/keep", (0, 4)),
        ("/replicas", (3, 1)),
    ];
    let expected: BTreeMap<String, _> = expected.map(|(pointer, place)| (pointer.to_owned(), place)).into();
    assert_eq!(found.collect::<BTreeMap<_, _>>(), expected);
}

#[test]
fn an_origin_is_found_for_any_pointer() {
    let layers = LAYERS.map(read);
    let cases = [
        ("/image/tag", Some(1)),
        ("/image", Some(3)),
        ("/image/missing/deeper", Some(3)),
        ("/args/0", Some(1)),
        ("/args/1", Some(1)),
        ("/gone/a", Some(1)),
        ("/image/extra/x~1y", Some(3)),
        ("/nowhere", Some(3)),
        ("", Some(3)),
    ];
    for (pointer, layer) in cases {
        let origin = origin_of(&layers.each_ref(), pointer);
        assert_eq!(origin.map(|origin| origin.layer), layer, "{pointer}");
    }
    assert_eq!(origin_of(&[], "/a"), None);
    assert_eq!(origin_of(&[&Node::null()], "/a"), None);
}
