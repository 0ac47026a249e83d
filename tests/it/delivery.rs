//! Delivery objects against the definitions of the engines themselves, which come with their modules.
#![allow(clippy::unwrap_used, reason = "a test, in functions of its own too")]

use std::path::Path;
use std::sync::Arc;

use diag::Source;
use end_to_end::{Artifact, Program, artifacts, checkout, copy, skip};
use schema::Crds;
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

#[test]
fn delivery_objects_are_what_the_engines_define() {
    let lab = tempfile::tempdir().unwrap();
    for part in ["hosts", "platform", "apps", "inputs.lock", "Cargo.toml"] {
        copy(&checkout().join(part), &lab.path().join(part));
    }
    // The inputs come from the user's store, so that they are fetched once for all tests.
    let mut program = Program::new(lab.path(), Path::new("/"), Path::new("/"));
    program.env = std::env::vars().filter(|(name, _)| name != "XTASK_WORKSPACE").collect();
    let run = program.run(&["build"]);
    if run.code == 3 {
        skip("delivery_objects_are_what_the_engines_define", "the inputs of `lab` cannot be had here");
        return;
    }
    assert_eq!(run.code, 0, "{}", run.text());
    let found = artifacts(&lab.path().join("target/xtask/lab"));
    let crds = definitions(&found);
    let release = found.iter().find(|artifact| artifact.is_release()).unwrap();
    let mut delivered: Vec<(String, Node)> = Vec::new();
    for (name, text) in &release.files {
        delivered.extend(objects(name, text).into_iter().map(|object| (name.clone(), object)));
    }
    for engine in ["flux", "argocd"] {
        for channel in ["staging", "production"] {
            let args = ["bootstrap", "lab", "--engine", engine, "--channel", channel];
            let run = program.run(&args);
            let printed = objects("bootstrap", &run.stdout);
            assert_eq!(printed.len(), 2, "{}", run.text());
            delivered.extend(printed.into_iter().map(|object| (args.join(" "), object)));
        }
    }
    let mut wrong = Vec::new();
    for (name, object) in &delivered {
        let (group, version) = field(object, &["apiVersion"]).split_once('/').unwrap_or_default();
        if !crds.knows(group, version, field(object, &["kind"])) {
            wrong.push(format!("{name}: no engine defines it"));
        }
        let violations = crds.validate(object);
        wrong.extend(violations.iter().map(|one| format!("{name}: {} {}", one.pointer, one.message)));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // Two objects a bundle for Flux, one for Argo CD and its project.
    let bundles = found.len() - 1;
    assert_eq!(delivered.len(), 2 * bundles + bundles + 1 + 8);

    // The check can fail.
    let (_, mut broken) = delivered.swap_remove(0);
    broken.get_mut("spec").unwrap().as_map_mut().unwrap().insert("surprise", Node::string("x"));
    assert!(!crds.validate(&broken).is_empty());
}
