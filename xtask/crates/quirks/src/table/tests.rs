//! The table is checked whole against Talos' own in the tests of images; here, how versions are read.

use crate::{Constraint, Quirks, Version};

#[test]
fn versions() {
    for text in ["1.11.3", "v1.11.3", "v1.11.3-alpha.1", "1.11.3+build"] {
        assert_eq!(Version::parse(text), Ok(Version::new(1, 11, 3)), "{text}");
    }
    for text in
        ["", "v", "1.11", "1.11.3.4", "1.x.3", "1.011.3", "latest", "1.-1.0", "99999999999999999999.0.0"]
    {
        let told = Version::parse(text).unwrap_err().to_string();
        assert!(told.starts_with(&format!("`{text}` is no version")), "{told}");
    }
}

#[test]
fn pre_releases_count_as_releases() {
    assert!(Quirks::new(Version::parse("v1.14.0-alpha.0").unwrap()).protects_process_memory());
    assert!(!Quirks::new(Version::parse("v1.14.0-alpha.0").unwrap()).waits_for_nvme());
}

#[test]
fn constraints() {
    let cases = [
        ("", "1.0.0", true),
        (">= v1.5.0", "1.5.0", true),
        (">= v1.5.0", "1.4.9", false),
        (">=1.5.0 <1.9.0", "1.9.0", false),
        (">=1.5.0 <1.9.0 || 1.11.x", "1.11.7", true),
        (">=1.5.0 <1.9.0 || 1.11.x", "1.12.0", false),
        ("v1.11.3", "1.11.3", true),
        ("v1.11.3", "1.11.4", false),
        ("!=1.11.3", "1.11.3", false),
        (">1.11.x", "1.11.9", false),
        (">1.11.x", "1.12.0", true),
        ("<=1.x", "1.99.0", true),
        ("<= 1.11.3", "1.11.3", true),
        ("> 1.11.3", "1.11.3", false),
    ];
    for (constraint, version, expected) in cases {
        let read = Constraint::parse(constraint).unwrap();
        assert_eq!(read.matches(Version::parse(version).unwrap()), expected, "{constraint} {version}");
    }
    for text in [">= 1.5", "~1.5.0", "=> 1.5.0", "1.5.0 ||", "||", ">=", "latest"] {
        assert!(Constraint::parse(text).unwrap_err().to_string().contains(text), "{text}");
    }
}
