use crate::nearest;

#[test]
fn finds_what_was_meant() {
    let fields = ["name", "namespace", "needs", "sources", "hooks"];
    let cases = [
        ("namespce", Some("namespace")),
        ("nmae", Some("name")),
        ("Namespace", Some("namespace")),
        ("source", Some("sources")),
        ("hoks", Some("hooks")),
        ("replicas", None),
        ("", None),
        ("x", None),
    ];
    for (word, expected) in cases {
        assert_eq!(nearest(word, fields), expected, "{word}");
    }
}

#[test]
fn takes_the_first_of_equals() {
    assert_eq!(nearest("ab", ["ac", "ad"]), Some("ac"));
    assert_eq!(nearest("ab", ["ad", "ab"]), Some("ab"));
    assert_eq!(nearest("ab", []), None);
}
