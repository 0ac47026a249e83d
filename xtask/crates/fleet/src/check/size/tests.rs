use super::{Condition, bytes};

#[test]
fn sizes_are_decimal_or_binary() {
    let table = [
        ("4096", Some(4096)),
        ("500GB", Some(500_000_000_000)),
        ("512 GiB", Some(549_755_813_888)),
        ("1.5TB", Some(1_500_000_000_000)),
        ("1tb", Some(1_000_000_000_000)),
        ("", None),
        ("GB", None),
        ("5 bananas", None),
        ("1.x", None),
        ("99999999999TB", None),
    ];
    for (text, expected) in table {
        assert_eq!(bytes(text), expected, "{text}");
    }
}

#[test]
fn conditions_compare() {
    let holds =
        |condition: &str, size: &str| Condition::parse(condition).unwrap().holds(bytes(size).unwrap());
    assert!(holds("500GB", "500GB") && !holds("500GB", "501GB") && holds("== 5GB", "5GB"));
    assert!(holds("<= 500GB", "500GB") && !holds("< 500GB", "500GB"));
    assert!(holds(">= 1TB", "1TB") && !holds(">1TB", "1TB") && holds(">1TB", "2TB"));
    assert_eq!(Condition::parse("!= 1TB"), None);
    assert_eq!(Condition::parse(">="), None);
}
