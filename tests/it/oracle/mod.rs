//! What the real programs print, and a description of a cluster that is to be the same.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::Arc;

use diag::Source;
use end_to_end::{Sandbox, tools};
use yaml::{Duplicates, Node, Value};

/// A chart of the folder.
pub(crate) struct Chart {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) file: String,
    /// Values without which it does not render, as YAML.
    pub(crate) values: String,
    /// Whether two renders are the same.
    pub(crate) repeatable: bool,
}

/// Values that a chart asks for, or without which Kubernetes would refuse its objects.
const OWN_VALUES: [(&str, &str); 2] = [
    ("k8s-gateway", "domain: example.org\n"),
    (
        "velero",
        "configuration: {backupStorageLocation: [{provider: aws, bucket: x}], volumeSnapshotLocation: [{provider: aws}]}\n",
    ),
];

/// The charts that `SOURCES.yaml` describes, and those that were in the folder before it.
pub(crate) fn charts(directory: &Path) -> Vec<Chart> {
    let text = fs::read_to_string(directory.join("SOURCES.yaml")).unwrap();
    let sources = yaml::parse_one(&source("SOURCES.yaml", &text), Duplicates::Refuse).unwrap().root;
    let mut charts: BTreeMap<String, Chart> = BTreeMap::new();
    for entry in
        fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap())
    {
        let Some(stem) = entry.strip_suffix(".tgz") else { continue };
        let is_version = |at: &usize| stem[at + 1..].starts_with(|c: char| c == 'v' || c.is_ascii_digit());
        let dash = stem.match_indices('-').map(|(at, _)| at).rfind(is_version).unwrap();
        let (name, version) = (stem[..dash].to_owned(), stem[dash + 1..].to_owned());
        let own = OWN_VALUES.iter().find(|(chart, _)| *chart == name);
        let values = own.map_or_else(String::new, |(_, values)| (*values).to_owned());
        let chart = Chart { name, version, file: entry.clone(), values, repeatable: true };
        charts.insert(entry, chart);
    }
    for described in sources.as_seq().unwrap_or_default() {
        let text = |field: &str| described.get(field).and_then(Node::as_str).unwrap_or_default().to_owned();
        let Some(chart) = charts.get_mut(&text("file")) else { continue };
        if let Some(values) =
            described.get("needed_values").filter(|values| values.as_map().is_some_and(|map| !map.is_empty()))
        {
            chart.values = yaml::emit(values);
        }
        chart.repeatable = described.at(&["render", "repeatable"]).and_then(Node::as_bool) != Some(false);
    }
    charts.into_values().collect()
}

/// What `helm template` prints for a chart.
#[allow(
    clippy::disallowed_methods,
    reason = "the oracle is the program itself, run without any code of this project"
)]
pub(crate) fn helm(home: &Path, chart: &Path, values: &Path) -> Result<String, String> {
    let helm = tools().ok_or("no helm")?.path("helm");
    let output = std::process::Command::new(helm)
        .env_clear()
        .env("HOME", home)
        .env("TZ", "UTC")
        .args([
            "template",
            "it",
            "--namespace",
            "it",
            "--kube-version",
            "1.34.1",
            "--include-crds",
            "--values",
        ])
        .args([values, chart])
        .output()
        .map_err(|error| error.to_string())?;
    if !output.status.success() {
        return Err(format!("helm says: {}", String::from_utf8_lossy(&output.stderr)));
    }
    String::from_utf8(output.stdout).map_err(|error| error.to_string())
}

/// What `kubectl kustomize` prints for a directory.
#[allow(
    clippy::disallowed_methods,
    reason = "the oracle is the program itself, run without any code of this project"
)]
#[allow(dead_code, reason = "not every test needs it")]
pub(crate) fn kustomize(home: &Path, directory: &Path) -> String {
    let kubectl = tools().unwrap().path("kubectl");
    let mut command = std::process::Command::new(kubectl);
    let output = command.env_clear().env("HOME", home).arg("kustomize").arg(directory).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn source(name: &str, text: &str) -> diag::SourceRef {
    Arc::new(Source { name: name.to_owned(), text: text.to_owned() })
}

/// The objects of a stream of documents, items of lists among them.
pub(crate) fn objects(name: &str, text: &str) -> Result<Vec<Node>, String> {
    let documents = yaml::parse_stream(&source(name, text), Duplicates::LastWins)
        .map_err(|mistakes| format!("{name}: {mistakes:?}"))?;
    let mut objects = Vec::new();
    for document in documents.into_iter().map(|document| document.root).filter(|root| !root.is_null()) {
        match document
            .get("items")
            .and_then(Node::as_seq)
            .filter(|_| text_of(&document, "kind").ends_with("List"))
        {
            Some(items) => objects.extend(items.iter().cloned()),
            None => objects.push(document),
        }
    }
    Ok(objects)
}

pub(crate) fn text_of<'n>(node: &'n Node, field: &str) -> &'n str {
    node.get(field).and_then(Node::as_str).unwrap_or_default()
}

fn meta<'n>(node: &'n Node, field: &str) -> &'n str {
    node.at(&["metadata", field]).and_then(Node::as_str).unwrap_or_default()
}

/// Kind, group and name; with a namespace that is not the unit's own.
fn identity(node: &Node) -> String {
    let group = text_of(node, "apiVersion").split_once('/').map_or("", |(group, _)| group);
    let namespace = Some(meta(node, "namespace")).filter(|name| *name != "it").unwrap_or_default();
    format!("{}.{group} {namespace}/{}", text_of(node, "kind"), meta(node, "name"))
}

/// What is to be packed of a chart.
pub(crate) struct Expected {
    objects: BTreeMap<String, Node>,
    /// What the description of the unit leaves out, with the reason.
    dropped: Vec<(Node, &'static str)>,
    /// Container images, by name and tag.
    images: BTreeSet<String>,
    /// Namespaces other than the unit's.
    namespaces: BTreeSet<String>,
}

impl Expected {
    pub(crate) fn of(objects: Vec<Node>) -> Self {
        let mut expected = Self {
            objects: BTreeMap::new(),
            dropped: Vec::new(),
            images: BTreeSet::new(),
            namespaces: BTreeSet::new(),
        };
        let crds: BTreeSet<String> = objects
            .iter()
            .filter(|object| text_of(object, "kind") == "CustomResourceDefinition")
            .filter_map(|crd| crd.at(&["spec", "group"]).and_then(Node::as_str).map(str::to_owned))
            .collect();
        for object in objects {
            if object.at(&["metadata", "annotations", "helm.sh/hook"]).is_some() {
                continue;
            }
            match reason_to_drop(&object, &crds) {
                Some(reason) => expected.dropped.push((object, reason)),
                None => expected.add(object),
            }
        }
        expected
    }

    fn add(&mut self, object: Node) {
        gather_images(&object, &mut self.images);
        gather_arguments(&object, false, &mut self.images);
        let namespace = meta(&object, "namespace");
        if !namespace.is_empty() && namespace != "it" {
            self.namespaces.insert(namespace.to_owned());
        }
        self.objects.insert(identity(&object), plain(object));
    }

    /// Tells the first differences.
    pub(crate) fn same_as(&self, packed: &[Node]) -> Result<(), String> {
        let packed: BTreeMap<String, Node> =
            packed.iter().map(|node| (identity(node), plain(node.clone()))).collect();
        let mut wrong = Vec::new();
        for name in self.objects.keys().chain(packed.keys()).collect::<BTreeSet<_>>() {
            match (self.objects.get(name), packed.get(name)) {
                (Some(left), Some(right)) if same(left, right) => {}
                (Some(left), Some(right)) => {
                    wrong.push(format!("{name} differs:\n{}\n---\n{}", yaml::emit(left), yaml::emit(right)));
                }
                (Some(_), None) => wrong.push(format!("{name} is not packed")),
                (None, _) => wrong.push(format!("{name} is packed but not printed")),
            }
        }
        wrong.truncate(3);
        if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n")) }
    }
}

/// Equal but for the namespace, which is set where the chart leaves it open.
fn same(printed: &Node, packed: &Node) -> bool {
    if printed.same(packed) {
        return true;
    }
    let mut packed = packed.clone();
    if meta(printed, "namespace").is_empty()
        && let Some(metadata) = packed.get_mut("metadata").and_then(Node::as_map_mut)
    {
        metadata.remove("namespace");
    }
    printed.same(&packed)
}

/// Without what the program removes.
fn plain(mut object: Node) -> Node {
    if let Value::Map(map) = &mut object.value {
        map.remove("status");
    }
    if let Some(metadata) = object.get_mut("metadata").and_then(Node::as_map_mut) {
        if metadata.get("creationTimestamp").is_some_and(Node::is_null) {
            metadata.remove("creationTimestamp");
        }
        for field in ["labels", "annotations"] {
            let Some(node) = metadata.get_mut(field) else { continue };
            if let Value::Map(map) = &mut node.value {
                map.entries.retain(|entry| !entry.value.is_null());
            }
            if node.is_null() || node.as_map().is_some_and(|map| map.entries.is_empty()) {
                metadata.remove(field);
            }
        }
    }
    object
}

/// Why an object cannot be in a cluster that has nothing but the chart.
fn reason_to_drop(object: &Node, crds: &BTreeSet<String>) -> Option<&'static str> {
    let filled = |field: &str| object.get(field).and_then(Node::as_map).is_some_and(|map| !map.is_empty());
    if text_of(object, "kind") == "Secret" && (filled("data") || filled("stringData")) {
        return Some("It has data.");
    }
    let group = text_of(object, "apiVersion").split_once('/').map_or("", |(group, _)| group);
    let is_custom = group.contains('.') && !group.ends_with(".k8s.io") && !crds.contains(group);
    let is_gateway = group == "gateway.networking.k8s.io" || group == "snapshot.storage.k8s.io";
    if is_custom || (is_gateway && !crds.contains(group)) {
        return Some("Nobody brings its CRD.");
    }
    let mut images = BTreeSet::new();
    gather_images(object, &mut images);
    images.iter().any(|image| moving(image)).then_some("Its image is another one tomorrow.")
}

fn moving(image: &str) -> bool {
    let last = image.rsplit('/').next().unwrap_or(image);
    !image.contains("@sha256:") && last.split_once(':').is_none_or(|(_, tag)| tag == "latest")
}

/// Every `image` of a container.
fn gather_images(node: &Node, found: &mut BTreeSet<String>) {
    match &node.value {
        Value::Map(map) => {
            for entry in &map.entries {
                if ["containers", "initContainers"].contains(&entry.key.as_str()) {
                    let images =
                        entry.value.as_seq().unwrap_or_default().iter().map(|one| text_of(one, "image"));
                    found.extend(images.filter(|image| !image.is_empty()).map(str::to_owned));
                }
                gather_images(&entry.value, found);
            }
        }
        Value::Seq(items) => items.iter().for_each(|item| gather_images(item, found)),
        _ => {}
    }
}

/// Every text of a container that could be an image; a pin that nobody asks for does no harm.
fn gather_arguments(node: &Node, inside: bool, found: &mut BTreeSet<String>) {
    match &node.value {
        Value::Map(map) => {
            for entry in &map.entries {
                let inside = inside || ["containers", "initContainers"].contains(&entry.key.as_str());
                gather_arguments(&entry.value, inside, found);
            }
        }
        Value::Seq(items) => items.iter().for_each(|item| gather_arguments(item, inside, found)),
        Value::String(text) if inside => {
            let value = text.rsplit('=').next().unwrap_or(text);
            let tag = value
                .split_once('/')
                .filter(|(host, _)| host.contains(['.', ':']))
                .and_then(|(_, rest)| rest.split_once(':'));
            if tag.is_some() && value.parse::<registry::distribution::Reference>().is_ok() {
                found.insert(value.to_owned());
            }
        }
        _ => {}
    }
}

/// Writes a cluster of one chart, with what its description must decide.
pub(crate) fn describe(sandbox: &mut Sandbox, archive: &Path, chart: &Chart, expected: &Expected) {
    let (name, unit) = (&chart.name, format!("platform/charts/{}", chart.name));
    sandbox.serve_file("chart", name, &chart.version, archive);
    for image in expected.images.iter().filter(|image| !image.contains("@sha256:")) {
        if let Some((repository, tag)) = image.rsplit_once(':') {
            sandbox.image(repository, tag, None);
        }
    }
    sandbox.write_lock();
    let mut text = format!(
        "description: For a test.\nnamespace: it\nsources: [{{helm: {{chart: {name}, release: it}}}}]\nhooks: drop\n"
    );
    let others: Vec<&str> = expected.namespaces.iter().map(String::as_str).collect();
    text += &format!("allowNamespaces: [{}]\n", others.join(", "));
    if !expected.dropped.is_empty() {
        text += "drop:\n";
    }
    for (object, reason) in &expected.dropped {
        let (kind, name) = (text_of(object, "kind"), meta(object, "name"));
        let namespace = match meta(object, "namespace") {
            "" => String::new(),
            namespace => format!(", namespace: {namespace}"),
        };
        text += &format!("  - {{kind: {kind}, name: \"{name}\"{namespace}, reason: {reason}}}\n");
    }
    sandbox.write(&format!("{unit}/component.yaml"), text);
    sandbox.write(&format!("{unit}/values.yaml"), &chart.values);
    let made: BTreeSet<&str> = expected
        .objects
        .values()
        .filter(|object| text_of(object, "kind") == "Namespace")
        .map(|object| meta(object, "name"))
        .collect();
    let wanted = expected.namespaces.iter().map(String::as_str).chain(["it"]);
    let namespaces: Vec<String> = wanted
        .filter(|name| {
            !made.contains(name)
                && !["default", "kube-system", "kube-public", "kube-node-lease"].contains(name)
        })
        .map(|name| format!("apiVersion: v1\nkind: Namespace\nmetadata: {{name: {name}}}\n"))
        .collect();
    sandbox.write(&format!("{unit}-namespaces/objects.yaml"), namespaces.join("---\n"));
    sandbox.write(
        &format!("{unit}-namespaces/component.yaml"),
        "description: For a test.\nnamespace: default\nsources: [{manifests: {path: objects.yaml}}]\n",
    );
    let cluster = sandbox.read("hosts/lab/cluster.yaml");
    let (head, _) = cluster.split_once("units:").unwrap();
    let head = head
        .replace("name: lab", &format!("name: of-{name}"))
        .replace("environment: staging", "environment: charts");
    let head = head.replace("  apis: [example.org/v1]\n", "");
    sandbox.write(
        &format!("hosts/of-{name}/cluster.yaml"),
        format!("{head}units: [{unit}, {unit}-namespaces]\n"),
    );
}
