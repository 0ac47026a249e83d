use proptest::prelude::*;

use super::*;

#[test]
fn package_urls_are_those_of_the_specification() {
    // The last one is the example of `types/oci-definition.json`, with the colon as the specification has it since.
    for (url, expected) in [
        (purl("generic", "openssl", "1.1.10g", &[]), "pkg:generic/openssl@1.1.10g"),
        (purl("generic", "a b/c", "", &[("checksum", "")]), "pkg:generic/a%20b%2Fc"),
        (purl("generic", "ü", "1+2", &[]), "pkg:generic/%C3%BC@1%2B2"),
        (
            purl(
                "oci",
                "debian",
                "sha256:244fd47e07d10",
                &[("tag", "bullseye"), ("repository_url", "ghcr.io/debian")],
            ),
            "pkg:oci/debian@sha256:244fd47e07d10?repository_url=ghcr.io%2Fdebian&tag=bullseye",
        ),
    ] {
        assert_eq!(url, expected);
    }
}

proptest! {
    #[test]
    fn no_text_breaks_out_of_its_place(name: String, version: String, value: String) {
        let url = purl("generic", &name, &version, &[("key", &value)]);
        prop_assert!(url.is_ascii());
        prop_assert_eq!(url.matches('/').count(), 1);
        prop_assert_eq!(url.matches('@').count(), usize::from(!version.is_empty()));
        prop_assert_eq!(url.matches('?').count(), usize::from(!value.is_empty()));
        prop_assert!(!url.contains(['#', '&', ' ']));
    }
}
