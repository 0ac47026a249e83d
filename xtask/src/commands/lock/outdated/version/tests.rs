use super::*;

fn newest_of(locked: &str, versions: &[&str]) -> Option<String> {
    newest(locked, &versions.iter().map(|version| (*version).to_owned()).collect::<Vec<_>>())
}

#[test]
fn numbers_count_and_not_text() {
    for (locked, versions, expected) in [
        ("1.9.0", &["1.10.0", "1.9.1", "1.2.0"][..], Some("1.10.0")),
        ("v1.9.0", &["v1.9.0", "v1.8.0"], None),
        ("v1.9.0", &["1.9.1"], Some("1.9.1")),
        ("1.9.0", &[], None),
        ("1.0.0", &["latest", "1.0", "2", "1.0.0.1", "x.1.2"], None),
        ("v1.0.0+incompatible", &["v1.1.0+incompatible"], Some("v1.1.0+incompatible")),
        ("not a version", &["1.0.0"], None),
    ] {
        assert_eq!(newest_of(locked, versions).as_deref(), expected, "{locked} {versions:?}");
    }
}

#[test]
fn who_has_a_release_wants_no_pre_release() {
    assert_eq!(newest_of("1.0.0", &["1.1.0-rc.1"]), None);
    assert_eq!(newest_of("1.1.0-rc.1", &["1.1.0-rc.2"]).as_deref(), Some("1.1.0-rc.2"));
    assert_eq!(newest_of("1.1.0-rc.1", &["1.1.0-rc.2", "1.1.0"]).as_deref(), Some("1.1.0"));
}

/// The example of Semantic Versioning 2.0.0, section 11.
#[test]
fn order_is_that_of_the_specification() {
    let ordered = [
        "1.0.0-alpha",
        "1.0.0-alpha.1",
        "1.0.0-alpha.beta",
        "1.0.0-beta",
        "1.0.0-beta.2",
        "1.0.0-beta.11",
        "1.0.0-rc.1",
        "1.0.0",
    ];
    for pair in ordered.windows(2) {
        let [left, right] = pair else { continue };
        assert_eq!(parse(left).unwrap().order(&parse(right).unwrap()), Ordering::Less, "{left} {right}");
    }
}
