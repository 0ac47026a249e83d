use super::{entries, zip_path};

#[test]
fn paths_keep_modules_apart_that_differ_in_case() {
    let path = zip_path("github.com/Azure/azure-sdk", "v1.0.0-RC1");
    assert_eq!(path, "github.com/!azure/azure-sdk/@v/v1.0.0-!r!c1.zip");
}

#[test]
fn the_setting_says_when_to_go_on() {
    let read = |list: &str| -> Vec<(String, bool)> {
        entries(list).iter().map(|entry| (entry.place.to_owned(), entry.on_any_failure)).collect()
    };
    assert_eq!(
        read("https://a|https://b, direct"),
        [("https://a".to_owned(), true), ("https://b".to_owned(), false), ("direct".to_owned(), false)]
    );
    assert_eq!(read(",|,"), []);
}
