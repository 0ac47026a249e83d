use super::Challenge;

fn bearer(realm: &str, query: &[(&str, &str)]) -> Challenge {
    let query = query.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Challenge::Bearer { realm: realm.to_owned(), query }
}

#[test]
fn reads_what_registries_send() {
    let cases = [
        (
            r#"Bearer realm="https://auth.example.org/token",service="registry",scope="repository:a/b:pull,push""#,
            Some(bearer(
                "https://auth.example.org/token",
                &[("service", "registry"), ("scope", "repository:a/b:pull,push")],
            )),
        ),
        (r#"bearer  Realm="x" , error="invalid_token""#, Some(bearer("x", &[]))),
        ("Bearer realm=x,service=y", Some(bearer("x", &[("service", "y")]))),
        (r#"Bearer realm="a\"b""#, Some(bearer("a\"b", &[]))),
        (r#"Basic realm="registry""#, Some(Challenge::Basic)),
        ("Basic", Some(Challenge::Basic)),
        (r#"Bearer service="x""#, None),
        ("Negotiate", None),
        ("", None),
        (r#"Bearer realm="unclosed"#, Some(bearer("unclosed", &[]))),
    ];
    for (header, expected) in cases {
        assert_eq!(Challenge::parse(header), expected, "{header}");
    }
}
