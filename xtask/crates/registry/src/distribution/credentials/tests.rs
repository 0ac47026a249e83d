use std::fs;

use super::Credentials;

#[test]
fn finds_the_most_exact_login_of_the_first_file() {
    let directory = tempfile::tempdir().unwrap();
    let files = [
        ("first.json", r#"{"auths": {"quay.io": {"auth": "cQ=="}, "quay.io/org": {"auth": "b3Jn"}}}"#),
        ("broken.json", "{"),
        (
            "second.json",
            r#"{"auths": {"quay.io": {"auth": "c2Vjb25k"}, "https://index.docker.io/v1/": {"auth": "ZA=="},
                "https://old.example.org": {"auth": "bw=="}, "bad.example.org": {"auth": "x\r\ny: z"}},
                "credHelpers": {"helped.example.org": "pass"}}"#,
        ),
    ];
    let paths: Vec<_> = files
        .iter()
        .map(|(name, text)| {
            let path = directory.path().join(name);
            fs::write(&path, text).unwrap();
            path
        })
        .chain([directory.path().join("missing.json")])
        .collect();
    let credentials = Credentials::from_files(&paths);
    let cases = [
        ("quay.io/other/app", Some("Basic cQ==")),
        ("quay.io/org/app", Some("Basic b3Jn")),
        ("quay.io/organisation/app", Some("Basic cQ==")),
        ("nginx", Some("Basic ZA==")),
        ("old.example.org/a", Some("Basic bw==")),
        ("bad.example.org/a", None),
        ("ghcr.io/a/b", None),
    ];
    for (text, expected) in cases {
        let found = credentials.authorization(&text.parse().unwrap()).map(|(value, _)| value);
        assert_eq!(found.as_deref(), expected, "{text}");
    }
    assert!(credentials.helper("helped.example.org").is_some());
    assert!(credentials.helper("quay.io").is_none());
    assert!(!format!("{credentials:?}").contains("cQ=="), "no login in debug output");
}
