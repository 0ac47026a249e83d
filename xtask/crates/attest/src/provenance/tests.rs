#![allow(clippy::unwrap_used, reason = "a test, in functions of its own too")]

use serde_json::json;

use super::*;

#[test]
fn a_provenance_is_that_of_slsa() {
    let digest = Digest::of(b"file");
    let tree = Material::of("chart app 1.0.0", "xtask-tree", &digest).from("https://example.org/app.tgz");
    let built = Provenance {
        build_type: "https://example.org/release/v1".to_owned(),
        external_parameters: json!({"cluster": "lab"}).as_object().unwrap().clone(),
        dependencies: vec![tree.clone(), Material::file("a", &digest), tree],
        builder: "https://example.org/builder".to_owned(),
        ..Provenance::default()
    };
    let predicate = provenance(&built).unwrap();
    assert_eq!(predicate.kind, "https://slsa.dev/provenance/v1");
    assert_eq!(
        Value::Object(predicate.body),
        json!({
            "buildDefinition": {
                "buildType": "https://example.org/release/v1",
                "externalParameters": {"cluster": "lab"},
                "resolvedDependencies": [
                    {"name": "a", "digest": {"sha256": digest.hex()}},
                    {
                        "name": "chart app 1.0.0",
                        "uri": "https://example.org/app.tgz",
                        "digest": {"xtask-tree": digest.hex()},
                    },
                ],
            },
            "runDetails": {"builder": {"id": "https://example.org/builder"}},
        })
    );
}

#[test]
fn a_run_is_told_where_it_is_given() {
    let built = Provenance {
        internal_parameters: json!({"jobs": 2}).as_object().unwrap().clone(),
        builder_versions: BTreeMap::from([("xtask".to_owned(), "0.1.0".to_owned())]),
        invocation: Some(Invocation {
            started_on: Some("2026-01-01T00:00:00Z".to_owned()),
            ..Invocation::default()
        }),
        ..Provenance::default()
    };
    let body = Value::Object(provenance(&built).unwrap().body);
    assert_eq!(body["buildDefinition"]["internalParameters"], json!({"jobs": 2}));
    assert_eq!(
        body["runDetails"],
        json!({
            "builder": {"id": "", "version": {"xtask": "0.1.0"}},
            "metadata": {"startedOn": "2026-01-01T00:00:00Z"},
        })
    );
}
