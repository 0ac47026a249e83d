use hashing::Digest;
use proptest::prelude::*;

use super::{bundle_version, normalise_version};

#[test]
fn bases_become_three_numbers() {
    let cases = [
        ("1.18.4", "1.18.4"),
        ("v1.11.5", "1.11.5"),
        ("4.1.1-rc.1+build.7", "4.1.1"),
        ("1.2+abc", "1.2.0"),
        ("7", "7.0.0"),
        ("2026.08.03", "2026.8.3"),
        ("1.2.3.4", "1.2.3"),
        ("1.x.3", "1.0.0"),
        ("", "0.0.0"),
        ("main", "0.0.0"),
        ("v", "0.0.0"),
        ("-1.2.3", "0.0.0"),
        ("+1", "0.0.0"),
        ("99999999999999999999.1.1", "0.0.0"),
    ];
    for (base, expected) in cases {
        assert_eq!(normalise_version(base), expected, "{base}");
    }
}

#[test]
fn the_content_ends_the_version() {
    assert_eq!(bundle_version("v1.2", &Digest::of(b"")), "1.2.0-xe3b0c44298fc");
}

proptest! {
    #[test]
    fn every_version_is_a_tag_that_both_engines_resolve(base in ".{0,20}", content in any::<Vec<u8>>()) {
        let version = bundle_version(&base, &Digest::of(&content));
        let (core, pre) = version.split_once("-x").unwrap();
        prop_assert_eq!(core.split('.').filter(|part| part.parse::<u64>().unwrap().to_string() == *part).count(), 3);
        prop_assert!(pre.len() == 12 && pre.bytes().all(|byte| byte.is_ascii_hexdigit()));
    }
}
