use super::resolve;

#[test]
fn addresses_stay_as_safe_as_the_registry() {
    let cases = [
        ("https://a/v2/x", "/v2/x?last=1", "https://a/v2/x?last=1"),
        ("https://a/v2/x", "http://a/v2/y", "https://a/v2/y"),
        ("https://a:5000/v2/x", "http://a/v2/y", "https://a:5000/v2/y"),
        ("https://a:5000/v2/x", "http://a:5000/v2/y", "https://a:5000/v2/y"),
        ("https://a/v2/x", "http://b/v2/y", "http://b/v2/y"),
        ("http://a/v2/x", "https://a/v2/y", "https://a/v2/y"),
        ("https://a/v2/x", "https://storage/upload?sign=1", "https://storage/upload?sign=1"),
    ];
    for (at, target, expected) in cases {
        let found = resolve(&at.parse().unwrap(), target).unwrap();
        assert_eq!(found.as_str(), expected, "{target} at {at}");
    }
    assert!(resolve(&"https://a".parse().unwrap(), "http://[").is_none());
}
