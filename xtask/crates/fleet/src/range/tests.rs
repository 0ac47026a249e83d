use super::{Range, RangeError};

fn range(text: &str) -> Range {
    Range::parse(text).unwrap()
}

#[test]
fn texts_are_ranges_or_say_why_not() {
    assert_eq!(range("10.0.4.200-10.0.4.253").to_string(), "10.0.4.200 to 10.0.4.253");
    assert_eq!(range("10.0.4.0/24"), range("10.0.4.0-10.0.4.255"));
    assert_eq!(range("10.0.4.7/32"), range("10.0.4.7 - 10.0.4.7"));
    assert_eq!(range("fd00::/126"), range("fd00::-fd00::3"));
    assert!(
        matches!(Range::parse("10.0.4.5/24"), Err(RangeError::HostBits(net)) if net.to_string() == "10.0.4.0/24")
    );
    assert_eq!(Range::parse("10.0.4.9-10.0.4.1"), Err(RangeError::Reversed));
    assert_eq!(Range::parse("10.0.4.9-fd00::1"), Err(RangeError::Reversed));
    for text in ["", "-", "/", "10.0.4.9", "10.0.4.0/33", "10.0.4/24", "a-b", "10.0.4.1-10.0.4.2-10.0.4.3"] {
        assert_eq!(Range::parse(text), Err(RangeError::Syntax), "{text}");
    }
}

#[test]
fn ranges_overlap_when_an_address_is_in_both() {
    let table = [
        ("10.0.0.0/24", "10.0.0.255-10.0.1.0", true),
        ("10.0.0.0/24", "10.0.1.0/24", false),
        ("10.0.0.0/8", "10.9.0.0/16", true),
        ("0.0.0.0/0", "fd00::/8", false),
    ];
    for (a, b, overlap) in table {
        assert_eq!(range(a).overlaps(&range(b)), overlap, "{a} {b}");
        assert_eq!(range(b).overlaps(&range(a)), overlap, "{b} {a}");
    }
    assert!(range("10.0.0.0/8").covers(&range("10.9.0.0/16")));
    assert!(!range("10.9.0.0/16").covers(&range("10.0.0.0/8")));
}
