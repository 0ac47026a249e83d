use super::listed;

#[test]
fn the_newest_version_of_a_package_is_the_first_that_is_listed() {
    let text = "      bash | 5.2.15-2+b13 | archive bookworm/main amd64 Packages
     libc6 | 2.36-9+deb12u14 | archive bookworm/main amd64 Packages
     libc6 | 2.36-9+deb12u7 | archive bookworm-security/main amd64 Packages
gcc:arm64 | 4:12.2.0-3 | archive bookworm/main arm64 Packages
odd
";
    let found: Vec<(String, String)> = listed(text).into_iter().collect();
    let expected = [("bash", "5.2.15-2+b13"), ("gcc:arm64", "4:12.2.0-3"), ("libc6", "2.36-9+deb12u14")];
    assert_eq!(found, expected.map(|(name, version)| (name.to_owned(), version.to_owned())));
    assert!(listed("").is_empty());
}
