//! Delivery objects against the definitions of the engines themselves, which come with their modules.
#![allow(clippy::unwrap_used, reason = "a test, in functions of its own too")]

use std::path::Path;
use std::sync::Arc;

use attest::SigningKey;
use diag::Source;
use end_to_end::{Artifact, Program, artifacts, checkout, copy, skip};
use schema::Crds;
use tempfile::TempDir;
use yaml::{Duplicates, Node};

/// The objects in a text.
fn objects(name: &str, text: &str) -> Vec<Node> {
    let source = Arc::new(Source { name: name.to_owned(), text: text.to_owned() });
    yaml::parse_stream(&source, Duplicates::Refuse)
        .unwrap()
        .into_iter()
        .map(|document| document.root)
        .collect()
}

fn field<'a>(object: &'a Node, path: &[&str]) -> &'a str {
    object.at(path).and_then(Node::as_str).unwrap_or_default()
}

/// The definitions that the units of the engines install.
fn definitions(found: &[Artifact]) -> Crds {
    let mut crds = Crds::new();
    for unit in ["platform/gitops/flux/crds", "platform/gitops/argo-cd/crds"] {
        let bundle = found.iter().find(|artifact| artifact.name() == unit).unwrap();
        for (name, text) in &bundle.files {
            crds.add(&objects(name, text)[0]).unwrap();
        }
    }
    crds
}

/// A copy of the checkout whose `lab` has further settings, built; nothing when its inputs cannot be had here.
fn build(test: &str, settings: &str) -> Option<(TempDir, Program)> {
    let lab = tempfile::tempdir().unwrap();
    for part in ["hosts", "platform", "apps", "inputs.lock", "Cargo.toml"] {
        copy(&checkout().join(part), &lab.path().join(part));
    }
    let file = lab.path().join("hosts/lab/cluster.yaml");
    std::fs::write(&file, std::fs::read_to_string(&file).unwrap() + settings).unwrap();
    let key = SigningKey::generate(&[7; 32]).unwrap().verifying_key().to_pem();
    std::fs::write(lab.path().join("hosts/lab/cosign.pub"), key).unwrap();
    // The inputs come from the user's store, so that they are fetched once for all tests.
    let mut program = Program::new(lab.path(), Path::new("/"), Path::new("/"));
    program.env = std::env::vars().filter(|(name, _)| name != "XTASK_WORKSPACE").collect();
    let run = program.run(&["build"]);
    if run.code == 3 {
        skip(test, "the inputs of `lab` cannot be had here");
        return None;
    }
    assert_eq!(run.code, 0, "{}", run.text());
    Some((lab, program))
}

/// The delivery objects of the release and of `bootstrap`, each with where it is from.
fn delivered(found: &[Artifact], program: &Program) -> Vec<(String, Node)> {
    let release = found.iter().find(|artifact| artifact.is_release()).unwrap();
    let mut delivered: Vec<(String, Node)> = Vec::new();
    for (name, text) in &release.files {
        delivered.extend(objects(name, text).into_iter().map(|object| (name.clone(), object)));
    }
    for engine in ["flux", "argocd"] {
        for channel in ["staging", "production"] {
            let args = ["bootstrap", "lab", "--engine", engine, "--channel", channel];
            let run = program.run(&args);
            assert_eq!(run.code, 0, "{}", run.text());
            let printed = objects("bootstrap", &run.stdout);
            delivered.extend(printed.into_iter().map(|object| (args.join(" "), object)));
        }
    }
    delivered
}

/// What the definitions of the engines have against objects.
fn wrong(crds: &Crds, delivered: &[(String, Node)]) -> Vec<String> {
    let mut wrong = Vec::new();
    for (name, object) in delivered.iter().filter(|(_, object)| field(object, &["apiVersion"]) != "v1") {
        let (group, version) = field(object, &["apiVersion"]).split_once('/').unwrap_or_default();
        if !crds.knows(group, version, field(object, &["kind"])) {
            wrong.push(format!("{name}: no engine defines it"));
        }
        let violations = crds.validate(object);
        wrong.extend(violations.iter().map(|one| format!("{name}: {} {}", one.pointer, one.message)));
    }
    wrong
}

#[test]
fn delivery_objects_are_what_the_engines_define() {
    let Some((lab, program)) = build("delivery_objects_are_what_the_engines_define", "") else { return };
    let found = artifacts(&lab.path().join("target/xtask/lab"));
    let crds = definitions(&found);
    let mut delivered = delivered(&found, &program);
    let wrong = wrong(&crds, &delivered);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // Two objects a bundle for Flux, one for Argo CD and its project.
    let bundles = found.len() - 1;
    assert_eq!(delivered.len(), 2 * bundles + bundles + 1 + 8);

    // The check can fail.
    let (_, mut broken) = delivered.swap_remove(0);
    broken.get_mut("spec").unwrap().as_map_mut().unwrap().insert("surprise", Node::string("x"));
    assert!(!crds.validate(&broken).is_empty());
}

#[test]
fn what_a_cluster_says_of_delivery_is_in_its_objects() {
    let settings = "
delivery:
  pullSecret: registry-login
  publicKey: cosign.pub
  argocd: application-set
";
    let Some((lab, program)) = build("what_a_cluster_says_of_delivery_is_in_its_objects", settings) else {
        return;
    };
    let found = artifacts(&lab.path().join("target/xtask/lab"));
    let delivered = delivered(&found, &program);
    let wrong = wrong(&definitions(&found), &delivered);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let of_kind = |kind: &str| {
        let kind = kind.to_owned();
        delivered.iter().filter(move |(_, object)| field(object, &["kind"]) == kind)
    };
    let bundles = found.len() - 1;
    assert_eq!(of_kind("OCIRepository").count(), bundles + 2);
    for (name, source) in of_kind("OCIRepository") {
        assert_eq!(field(source, &["spec", "secretRef", "name"]), "registry-login", "{name}");
        // What a release pins is what was signed with it.
        let verified = field(source, &["spec", "verify", "provider"]) == "cosign";
        assert_eq!(verified, name.starts_with("bootstrap"), "{name}");
    }
    let keys: Vec<&str> =
        of_kind("Secret").map(|(_, secret)| field(secret, &["stringData", "cosign.pub"])).collect();
    assert!(keys.len() == 2 && keys[0].starts_with("-----BEGIN PUBLIC KEY-----"), "{keys:?}");
    // The applications of the release are in the set; its own is what `bootstrap` prints.
    assert_eq!(of_kind("Application").count(), 2);
    let (_, set) = of_kind("ApplicationSet").next().unwrap();
    let elements = set.pointer("/spec/generators/0/list/elements").and_then(Node::as_seq).unwrap();
    assert_eq!(elements.len(), bundles);
    let steps = set.pointer("/spec/strategy/rollingSync/steps").and_then(Node::as_seq).unwrap();
    let waves: std::collections::BTreeSet<&str> =
        elements.iter().map(|element| field(element, &["wave"])).collect();
    assert_eq!(steps.len(), waves.len());

    let told = program.run(&["bootstrap", "lab", "--engine", "flux", "--apply", "--kubeconfig", "/nowhere"]);
    assert_eq!(told.code, 3, "{}", told.text());
    assert!(told.stderr.contains("`kubectl apply` refused"), "{}", told.text());
    // A cluster that nobody asks is refused before anything is done.
    for line in [["bootstrap", "lab", "--engine", "flux"], ["publish", "lab", "--channel", "staging"]] {
        let told = program.run(&[&line[..], &["--context", "home"]].concat());
        assert_eq!(told.code, 2, "{}", told.text());
        assert!(told.stderr.contains("say nothing without"), "{}", told.text());
    }
}
