//! The `OpenAPI` document of Kubernetes 1.34 and real objects.
//!
//! `XTASK_TEST_SWAGGER` is the path of `api/openapi-spec/swagger.json`, `XTASK_TEST_RENDERED` that of a directory with
//! manifests that a cluster takes; what is not set is skipped, visibly.
#![cfg(test)]

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use diag::Source;
use schema::{Crds, Kubernetes, Schemas, Scope};
use yaml::{Duplicates, Node};

fn path(variable: &str) -> Option<PathBuf> {
    let path = std::env::var_os(variable).map(PathBuf::from);
    if path.is_none() {
        eprintln!("SKIPPED: set {variable} to run this test");
    }
    path
}

fn kubernetes() -> Option<Kubernetes> {
    let text = fs::read(path("XTASK_TEST_SWAGGER")?).unwrap();
    Some(Kubernetes::parse(&text).unwrap())
}

fn parse(name: &str, text: &str) -> Vec<Node> {
    let source = Arc::new(Source { name: name.to_owned(), text: text.to_owned() });
    yaml::parse_stream(&source, Duplicates::LastWins)
        .unwrap()
        .into_iter()
        .map(|document| document.root)
        .collect()
}

const DEPLOYMENT: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: demo
  labels: null
  creationTimestamp: null
spec:
  replicas: 2
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      containers:
      - name: web
        image: example.org/web@sha256:0123
        env:
        - {name: A, value: '1'}
        ports:
        - {containerPort: 53, protocol: UDP}
        - {containerPort: 53}
        resources:
          limits: {cpu: 1, memory: 64Mi}
        livenessProbe:
          httpGet: {path: /, port: http}
";

#[test]
fn changes_to_a_deployment_are_found() {
    let Some(kubernetes) = kubernetes() else { return };
    assert_eq!(kubernetes.validate(&parse("a", DEPLOYMENT)[0]), []);
    let cases = [
        ("replicas: 2", "replicas: '2'", "/spec/replicas: expected an integer, found the string `2`"),
        ("replicas: 2", "replicas: 2e0", "/spec/replicas: expected an integer, found the number `2.0`"),
        ("replicas: 2", "replica: 2", "/spec/replica: unknown field `replica`"),
        ("  selector:\n    matchLabels: {app: web}\n", "", "/spec: field `selector` is missing"),
        (
            "name: web\n        image",
            "nmae: web\n        image",
            "/spec/template/spec/containers/0: field `name` is missing",
        ),
        (
            "value: '1'",
            "value: 1",
            "/spec/template/spec/containers/0/env/0/value: expected a string, found the integer `1`",
        ),
        (
            "value: '1'}",
            "value: '1'}\n        - {name: A}",
            "/spec/template/spec/containers/0/env/1: the item at index 0 has the same `name`",
        ),
        (
            "protocol: UDP",
            "protocol: TCP",
            "/spec/template/spec/containers/0/ports/1: the item at index 0 has the same `containerPort`, `protocol`",
        ),
        (
            "cpu: 1,",
            "cpu: [],",
            "/spec/template/spec/containers/0/resources/limits/cpu: expected a quantity such as `100m` or `2Gi`, found a list",
        ),
        (
            "port: http}",
            "port: [http]}",
            "/spec/template/spec/containers/0/livenessProbe/httpGet/port: expected an integer or a string, found a list",
        ),
        (
            "labels: {app: web}",
            "labels: {app: 1}",
            "/spec/template/metadata/labels/app: expected a string, found the integer `1`",
        ),
        ("apps/v1", "apps/v1beta1", "/kind: unknown kind `Deployment` of `apps/v1beta1`"),
        ("kind: Deployment", "kind: Deploymet", "/kind: unknown kind `Deploymet` of `apps/v1`"),
    ];
    for (from, to, expected) in cases {
        let text = DEPLOYMENT.replacen(from, to, 1);
        assert_ne!(text, DEPLOYMENT, "{from}");
        let found = kubernetes.validate(&parse("a", &text)[0]);
        let said: Vec<_> =
            found.iter().map(|found| format!("{}: {}", found.pointer, found.message)).collect();
        assert!(said.iter().any(|line| line == expected), "expected {expected}, got {said:?}");
    }
}

#[test]
fn scopes_of_well_known_kinds() {
    let Some(kubernetes) = kubernetes() else { return };
    let cases = [
        ("", "v1", "Pod", Some(Scope::Namespaced)),
        ("", "v1", "Namespace", Some(Scope::Cluster)),
        ("", "v1", "Binding", Some(Scope::Namespaced)),
        ("apps", "v1", "Deployment", Some(Scope::Namespaced)),
        ("rbac.authorization.k8s.io", "v1", "ClusterRole", Some(Scope::Cluster)),
        ("rbac.authorization.k8s.io", "v1", "Role", Some(Scope::Namespaced)),
        ("apiextensions.k8s.io", "v1", "CustomResourceDefinition", Some(Scope::Cluster)),
        ("apiregistration.k8s.io", "v1", "APIService", Some(Scope::Cluster)),
        ("policy", "v1beta1", "PodSecurityPolicy", None),
        ("", "v1", "PodExecOptions", None),
    ];
    for (group, version, kind, scope) in cases {
        assert_eq!(kubernetes.scope(group, version, kind), scope, "{kind}");
    }
    let served = kubernetes.api_versions();
    assert!(
        ["v1", "apps/v1", "batch/v1", "networking.k8s.io/v1"].iter().all(|version| served.contains(*version))
    );
}

/// All objects below `XTASK_TEST_RENDERED` with the name of their file.
fn rendered() -> Option<Vec<(String, Node)>> {
    let mut files: Vec<_> =
        fs::read_dir(path("XTASK_TEST_RENDERED")?).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "yaml"));
    files.sort();
    let mut objects = Vec::new();
    for file in &files {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let nodes = parse(&name, &fs::read_to_string(file).unwrap());
        objects.extend(nodes.into_iter().filter(|node| !node.is_null()).map(|node| (name.clone(), node)));
    }
    Some(objects)
}

fn crds(objects: &[(String, Node)]) -> Crds {
    let mut crds = Crds::new();
    for (_, object) in objects {
        if object.get("kind").and_then(Node::as_str) == Some("CustomResourceDefinition") {
            crds.add(object).unwrap();
        }
    }
    crds
}

#[test]
fn rendered_manifests_have_no_violations() {
    let (Some(kubernetes), Some(objects)) = (kubernetes(), rendered()) else { return };
    let crds = crds(&objects);
    let schemas = Schemas { kubernetes: &kubernetes, crds: &crds };
    let mut said = BTreeSet::new();
    for (name, object) in &objects {
        let text = |path: &[&str]| object.at(path).and_then(Node::as_str).unwrap_or_default().to_owned();
        for found in schemas.validate(object) {
            let (kind, object) = (text(&["kind"]), text(&["metadata", "name"]));
            let hint = found.hint.unwrap_or_default();
            said.insert(format!("{name} {kind} {object} {}: {} ({hint})", found.pointer, found.message));
        }
    }
    eprintln!("{} objects", objects.len());
    let said: Vec<_> = said.into_iter().collect();
    assert!(said.is_empty(), "{} violations\n{}", said.len(), said.join("\n"));
}

#[test]
fn a_field_too_much_is_found_in_every_built_in_object() {
    let (Some(kubernetes), Some(objects)) = (kubernetes(), rendered()) else { return };
    let known = |object: &Node| {
        let text = |field| object.get(field).and_then(Node::as_str).unwrap_or_default();
        let (group, version) = text("apiVersion").rsplit_once('/').unwrap_or(("", text("apiVersion")));
        kubernetes.knows(group, version, text("kind"))
    };
    let mut changed = 0;
    for (name, object) in objects.iter().filter(|(_, object)| known(object)) {
        for place in ["", "metadata", "spec"] {
            let mut object = object.clone();
            let target = if place.is_empty() { Some(&mut object) } else { object.get_mut(place) };
            let Some(map) = target.and_then(Node::as_map_mut) else { continue };
            map.insert("notAField", Node::int(1));
            changed += 1;
            let found = kubernetes.validate(&object);
            assert!(
                found.iter().any(|found| found.message == "unknown field `notAField`"),
                "{name} {place}: {found:?}"
            );
        }
    }
    eprintln!("{changed} changed objects");
}
