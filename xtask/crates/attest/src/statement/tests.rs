#![allow(clippy::unwrap_used, reason = "a test, in functions of its own too")]

use proptest::prelude::*;
use serde_json::json;

use super::*;

#[test]
fn a_statement_is_that_of_the_specification() {
    let digest = Digest::of(b"manifest");
    let name = Some("registry.example.org/app".to_owned());
    let statement = Statement::new(name, &digest, "https://example.org/p", json!({"b": 1, "a": [2]}));
    let text = String::from_utf8(statement.to_bytes().unwrap()).unwrap();
    let hex = digest.hex();
    assert_eq!(
        text,
        format!(
            r#"{{"_type":"https://in-toto.io/Statement/v1","predicate":{{"a":[2],"b":1}},"predicateType":"https://example.org/p","subject":[{{"digest":{{"sha256":"{hex}"}},"name":"registry.example.org/app"}}]}}"#
        )
    );
    assert_eq!(Statement::parse(text.as_bytes()).unwrap(), statement);
    assert!(statement.is_about(&digest));
    assert!(!statement.is_about(&Digest::of(b"other")));
    assert_eq!(statement.subjects(), digest.to_string());
}

#[test]
fn the_statements_of_cosign_are_read() {
    let digest = Digest::of(b"manifest");
    let text = format!(
        r#"{{"_type":"https://in-toto.io/Statement/v0.1", "subject":[{{"digest":{{"sha512":"00"}}}}, {{"name":"x", "digest":{{"sha256":"{}"}}, "annotations":{{}}}}], "predicateType":"p"}}"#,
        digest.hex()
    );
    let statement = Statement::parse(text.as_bytes()).unwrap();
    assert!(statement.is_about(&digest));
    assert_eq!(statement.subjects(), format!("sha512:00, {digest}"));
}

#[test]
fn other_documents_are_refused() {
    for (text, reason) in [
        ("{}", "missing field `_type`"),
        (r#"{"_type":"https://in-toto.io/Statement/v2","subject":[],"predicateType":""}"#, "its type is"),
        (r#"{"_type":"https://in-toto.io/Statement/v1","subject":[]}"#, "missing field `predicateType`"),
        (r#"{"_type":"https://in-toto.io/Statement/v1","predicateType":"p"}"#, "missing field `subject`"),
    ] {
        let refused = Statement::parse(text.as_bytes()).unwrap_err();
        assert!(refused.contains(reason), "{text}: {refused}");
    }
}

proptest! {
    #[test]
    fn any_bytes_are_refused(bytes: Vec<u8>) {
        prop_assert!(Statement::parse(&bytes).is_err());
    }
}
