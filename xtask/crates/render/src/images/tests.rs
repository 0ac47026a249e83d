use std::sync::Arc;

use diag::Source;
use yaml::Duplicates;

use super::*;

const DIGEST: &str = "sha256:0000000000000000000000000000000000000000000000000000000000000000";

fn parse(text: &str) -> Node {
    let source = Arc::new(Source { name: "x.yaml".to_owned(), text: text.to_owned() });
    yaml::parse_one(&source, Duplicates::Refuse).unwrap().root
}

#[test]
fn tells_references_from_what_looks_alike() {
    let digest = format!("quay.io/a/b@{DIGEST}");
    let both = format!("--x=quay.io/a/b:v1@{DIGEST}");
    // Name of the variable or the argument before, text, what is a reference in it.
    let cases: &[(Option<&str>, &str, Option<&str>)] = &[
        (
            None,
            "quay.io/jetstack/cert-manager-acmesolver:v1.11.5",
            Some("quay.io/jetstack/cert-manager-acmesolver:v1.11.5"),
        ),
        (None, "--acme-http01-solver-image=quay.io/a/b:v1.11.5", Some("quay.io/a/b:v1.11.5")),
        (None, "-image=quay.io/a/b:stable", Some("quay.io/a/b:stable")),
        (None, "--prometheus-config-reloader=quay.io/a/b:v0.93.1", Some("quay.io/a/b:v0.93.1")),
        (Some("POSTGRES_IMAGE_NAME"), "ghcr.io/a/postgresql:main", Some("ghcr.io/a/postgresql:main")),
        (Some("ADAPTER_IMG"), "ghcr.io/a/b:main", Some("ghcr.io/a/b:main")),
        (Some("--image"), "ghcr.io/a/b:main", Some("ghcr.io/a/b:main")),
        (None, "localhost/a:1", Some("localhost/a:1")),
        (None, "localhost:5000/a/b_c:1", Some("localhost:5000/a/b_c:1")),
        (None, "registry:5000/a:2024-01-01", Some("registry:5000/a:2024-01-01")),
        (None, "10.0.0.1:5000/a:1", Some("10.0.0.1:5000/a:1")),
        (None, "example.org/a--b/c__d.e:latest", Some("example.org/a--b/c__d.e:latest")),
        (None, &digest, Some(&digest)),
        (None, &both, Some(&both[4..])),
        // Labels, taints, annotations.
        (None, "node.kubernetes.io/not-ready:NoExecute", None),
        (None, "--taint=node.cilium.io/agent-not-ready:NoSchedule", None),
        (None, "--label=app.kubernetes.io/name:podinfo", None),
        (None, "--labels=example.org/a=b:1", None),
        // Addresses.
        (None, "https://example.org/a:1", None),
        (None, "--upstream=http://10.0.0.1:80/a:1", None),
        (None, "oci://example.org/a:1", None),
        (None, "prometheus.monitoring.svc:9090/api/v1", None),
        (None, "0.0.0.0:8080", None),
        (None, "example.org:443", None),
        (None, "10.0.0.0/24:1", None),
        (None, "host:99999/a:1", None),
        (None, "a.b.c@d.example.org/x:1", None),
        // Paths, packages, commands.
        (None, "/etc/a.d/b:1", None),
        (None, "./a/b:1", None),
        (None, "../a.b/c:1", None),
        (None, "/data.d/a:/b:1", None),
        (None, "example.org/a:/b1", None),
        (None, "github.com/a/b@v1.2.3", None),
        (None, "echo quay.io/a/b:1", None),
        (None, "IMAGE=quay.io/a/b:1", None),
        (None, "quay.io/a/b:1,quay.io/a/c:1", None),
        // No version, no registry, no repository, not the grammar.
        (Some("IMAGE"), "quay.io/a/b", None),
        (Some("IMAGE"), "podinfo:6.9.2", None),
        (Some("IMAGE"), "library/redis:8", None),
        (Some("IMAGE"), "quay.io/:1", None),
        (Some("IMAGE"), "quay.io//a:1", None),
        (Some("IMAGE"), "quay.io/A:1", None),
        (Some("IMAGE"), "quay.io/a:-1", None),
        (Some("IMAGE"), "quay.io/a:", None),
        (Some("IMAGE"), "quay..io/a:1", None),
        (Some("IMAGE"), "quay.io/a@sha256:12", None),
        (Some("IMAGE"), "quay.io/$(NAME):1", None),
        (Some("IMAGE"), "", None),
        (Some("IMAGE"), "--", None),
        (Some("IMAGE"), "ä.io/a:1", None),
    ];
    for (name, text, expected) in cases {
        assert_eq!(argument::reference(text, *name), *expected, "{name:?} {text}");
    }
}

#[test]
fn finds_references_of_pods_and_nothing_outside() {
    let root = parse(
        "
kind: Deployment
metadata: {annotations: {image: 'quay.io/a/annotation:1'}}
data: {image: 'quay.io/a/data:1'}
spec:
  template:
    metadata: {annotations: {x: 'quay.io/a/annotation:2'}}
    spec:
      initContainers:
        - {name: i, image: 'quay.io/a/init:1', command: [run, --image, 'quay.io/a/command:main']}
      containers:
        - name: c
          image: quay.io/a/main:1
          args: ['--x-image=quay.io/a/arg:v1', '--listen=0.0.0.0:80']
          env:
            - {name: THE_IMAGE, value: 'quay.io/a/env:main'}
            - {name: OTHER, value: 'quay.io/a/env:other'}
            - {name: FROM, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
      volumes:
        - {name: v, image: {reference: 'quay.io/a/volume:1'}}
  image: quay.io/a/field:1
",
    );
    let fields = [ImageField { path: "spec.image".to_owned(), kinds: vec!["Deployment".to_owned()] }];
    let found = find(&root, "Deployment", &fields);
    let pod = "/spec/template/spec";
    let expected = [
        (format!("{pod}/initContainers/0/image"), "quay.io/a/init:1"),
        (format!("{pod}/containers/0/image"), "quay.io/a/main:1"),
        (format!("{pod}/volumes/0/image/reference"), "quay.io/a/volume:1"),
        (format!("{pod}/initContainers/0/command/2"), "quay.io/a/command:main"),
        (format!("{pod}/containers/0/args/0"), "quay.io/a/arg:v1"),
        (format!("{pod}/containers/0/env/0/value"), "quay.io/a/env:main"),
        ("/spec/image".to_owned(), "quay.io/a/field:1"),
    ];
    let mut found: Vec<(String, &str)> =
        found.iter().map(|used| (used.pointer.clone(), used.reference.as_str())).collect();
    let mut expected = expected.to_vec();
    found.sort();
    expected.sort();
    assert_eq!(found, expected);
}

#[test]
fn pins_keep_what_stands_before_the_reference() {
    let cases = [
        ("quay.io/a/b:1", "quay.io/a/b:1@x"),
        ("--image=quay.io/a/b:1", "--image=quay.io/a/b:1@x"),
        // A text that changed since is not touched.
        ("quay.io/a/b:2", "quay.io/a/b:2"),
    ];
    for (text, expected) in cases {
        assert_eq!(pinned(text, "quay.io/a/b:1", "quay.io/a/b:1@x"), expected);
    }
}
