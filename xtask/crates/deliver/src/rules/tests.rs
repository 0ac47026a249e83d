use crate::{BundleSpec, PackError, pack};

const OBJECT: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n";

fn packed(name: &str, files: &[(&str, &str)]) -> Result<(), PackError> {
    let spec =
        BundleSpec { name: name.to_owned(), version_base: "1.0.0".to_owned(), description: String::new() };
    let files: Vec<_> = files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
    pack(&spec, &files).map(|_| ())
}

#[test]
fn files_that_an_engine_would_misread_are_refused() {
    let two = format!("{OBJECT}---\n{OBJECT}");
    let skip = format!("# +argocd:skip-file-rendering\n{OBJECT}");
    let cases = [
        ("a.json", OBJECT, "only `*.yaml` files"),
        ("a.yml", OBJECT, "only `*.yaml` files"),
        (".yaml", OBJECT, "hidden files"),
        (".sops.yaml", OBJECT, "hidden files"),
        ("a/b.yaml", OBJECT, "sub-directories"),
        ("kustomization.yaml", OBJECT, "an engine would render"),
        ("Chart.yaml", OBJECT, "an engine would render"),
        ("a\\b.yaml", OBJECT, "characters that the engines refuse"),
        ("ä.yaml", OBJECT, "characters that the engines refuse"),
        ("a.yaml", "a: 1\n", "no Kubernetes object"),
        ("a.yaml", "", "no Kubernetes object"),
        ("a.yaml", "data:\n  apiVersion: v1\n  kind: x\n  metadata: y\n", "no Kubernetes object"),
        ("a.yaml", &two, "more than one document"),
        ("a.yaml", &skip, "Argo CD leaves out"),
    ];
    for (path, text, expected) in cases {
        let message = packed("a", &[(path, text)]).unwrap_err().to_string();
        let start = format!("`{path}` cannot be in bundle `a`: ");
        assert!(message.starts_with(&start) && message.contains(expected), "{message}");
    }
    let message = packed("a", &[("a.yaml", OBJECT), ("a.yaml", OBJECT)]).unwrap_err().to_string();
    assert!(message.ends_with("it is there twice"), "{message}");
}

#[test]
fn text_in_literal_blocks_is_no_document() {
    let text =
        "---\napiVersion: v1\ndata:\n  a: |\n    ---\n    kind: x\nkind: ConfigMap\nmetadata:\n  name: a\n";
    assert!(packed("a", &[("a.yaml", text)]).is_ok());
}

#[test]
fn names_and_sizes_have_bounds() {
    for name in ["", "/a", "a/", "a//b", "A", "a b", "-a", "a/.b", &"a".repeat(201)] {
        let error = packed(name, &[("a.yaml", OBJECT)]).unwrap_err();
        assert!(matches!(error, PackError::BundleName { .. }), "{name}: {error}");
    }
    assert!(packed("platform/network/metal-lb_2.x/crds", &[("a.yaml", OBJECT)]).is_ok());
    assert!(matches!(packed("a", &[]), Err(PackError::Empty { .. })));
    let half = format!("{OBJECT}data:\n  a: {}\n", "x".repeat(5_000_000));
    assert!(matches!(packed("a", &[("a.yaml", &half), ("b.yaml", &half)]), Err(PackError::TooLarge { .. })));
    assert!(packed("a", &[("a.yaml", &half)]).is_ok());
}
