use std::cmp::Ordering;

use super::{integer, key_order};

#[test]
fn integers_have_the_forms_of_go() {
    for (text, number) in [
        ("0", Some(0)),
        ("12", Some(12)),
        ("-12", Some(-12)),
        ("0644", Some(0o644)),
        ("0o644", Some(0o644)),
        ("0x1F", Some(31)),
        ("0b11", Some(3)),
        ("1_000", Some(1000)),
        ("18446744073709551615", Some(u64::MAX.into())),
        ("", None),
        ("0x", None),
        ("09", None),
        ("1.5", None),
        ("--1", None),
        ("ten", None),
    ] {
        assert_eq!(integer(text), number, "{text:?}");
    }
}

#[test]
fn keys_are_ordered_by_letters_and_numbers() {
    let ordered = ["10.0.0.2", "10.0.0.10", "a", "a-b", "a1", "a2", "a10", "aa", "b.io", "bond0"];
    for pair in ordered.windows(2) {
        assert_eq!(key_order(pair[0], pair[1]), Ordering::Less, "{pair:?}");
        assert_eq!(key_order(pair[1], pair[0]), Ordering::Greater, "{pair:?}");
    }
    assert_eq!(key_order("a", "a"), Ordering::Equal);
}
