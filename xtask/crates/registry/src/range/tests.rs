use super::ContentRange;

#[test]
fn parses_the_forms_of_the_standard_and_nothing_else() {
    let cases = [
        ("bytes 5-9/10", Some((Some((5, 9)), Some(10)))),
        ("bytes 5-9/*", Some((Some((5, 9)), None))),
        ("bytes */10", Some((None, Some(10)))),
        ("bytes 9-5/10", None),
        ("bytes 5-/10", None),
        ("bytes 5-9", None),
        ("lines 5-9/10", None),
        ("bytes 5-9/99999999999999999999999", None),
        ("", None),
    ];
    for (text, expected) in cases {
        let found = ContentRange::parse(text).map(|range| (range.part, range.total));
        assert_eq!(found, expected, "{text}");
    }
}
