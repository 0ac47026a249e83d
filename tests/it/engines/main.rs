//! The engines' own code reads bundles and releases back, object for object.
//!
//! `tests/engines` holds three Go programs: a registry on loopback that is filled from an OCI layout, Flux's libraries
//! in the order in which its controllers call them, and the repository server of Argo CD. A test starts with the
//! release, as a person does who hands it to an engine, follows what the engine read there, and compares.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test, in functions of its own too")]

mod altered;
mod engine;
mod go;
mod layout;
mod objects;
mod served;
mod skopeo;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use end_to_end::{Program, Sandbox, artifacts, charts_directory, checkout, copy, skip};
use engine::Engine;
use go::Engines;
use objects::{differences, of_files};
use served::Served;

#[test]
fn engines_read_what_a_small_workspace_packs() {
    let test = "engines_read_what_a_small_workspace_packs";
    let Some(engines) = engines(test) else { return };
    let Some(sandbox) = Sandbox::new() else { return };
    sandbox.program().build();
    read_back(engines, &sandbox.workspace(), "lab", &sandbox.path("home"));
}

#[test]
fn engines_read_all_of_lab() {
    let test = "engines_read_all_of_lab";
    let Some(engines) = engines(test) else { return };
    read_cluster(engines, test, "lab", &[]);
}

#[test]
fn engines_read_all_of_home_ops() {
    let test = "engines_read_all_of_home_ops";
    let Some(engines) = engines(test) else { return };
    let Some(charts) = charts_directory() else {
        skip(test, "no charts: set XTASK_CHARTS to their directory");
        return;
    };
    let manifests = charts.join("../manifests");
    read_cluster(engines, test, "home-ops", &[charts, manifests]);
}

#[test]
fn engines_read_altered_bundles_in_their_own_ways() {
    let test = "engines_read_altered_bundles_in_their_own_ways";
    let Some(engines) = engines(test) else { return };
    let Some(sandbox) = Sandbox::new() else { return };
    sandbox.program().build();
    let layout = artifacts(&sandbox.workspace().join("target/xtask/lab"));
    let bundle = layout.into_iter().find(|bundle| bundle.name() == "platform/web/site").unwrap();
    altered::check(engines, &bundle.files, &sandbox.path("home"));
}

#[test]
fn skopeo_copies_every_artifact_unchanged() {
    let test = "skopeo_copies_every_artifact_unchanged";
    let Some(skopeo) = skopeo::find() else {
        skip(test, "there is no `skopeo`");
        return;
    };
    let Some(sandbox) = Sandbox::new() else { return };
    sandbox.program().build();
    skopeo::check(&skopeo, &sandbox.workspace().join("target/xtask/lab"), &sandbox.path("copies"));
}

fn engines(test: &str) -> Option<&'static Engines> {
    Engines::get().map_err(|reason| skip(test, reason)).ok()
}

/// Builds a cluster of this checkout in a copy and reads it back; skipped when its inputs cannot be had.
fn read_cluster(engines: &Engines, test: &str, cluster: &str, mirrors: &[PathBuf]) {
    let directory = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let workspace = directory.path().join("workspace");
    fs::create_dir(&workspace).unwrap();
    for part in ["hosts", "platform", "apps", "inputs.lock", "Cargo.toml"] {
        copy(&checkout().join(part), &workspace.join(part));
    }
    // The inputs come from the user's store, so that they are fetched once for all tests.
    let mut program = Program::new(&workspace, Path::new("/"), Path::new("/"));
    program.env = std::env::vars().filter(|(name, _)| name != "XTASK_WORKSPACE").collect();
    let mirrors: Vec<String> = mirrors.iter().map(|mirror| mirror.display().to_string()).collect();
    let mirrors = mirrors.iter().flat_map(|mirror| ["--mirror", mirror]);
    let run = program.flags(&mirrors.collect::<Vec<_>>()).run(&["build", "--cluster", cluster]);
    if run.code == 3 {
        skip(test, &format!("the inputs of `{cluster}` cannot be had here"));
        return;
    }
    assert_eq!(run.code, 0, "{}", run.text());
    let scratch = directory.path().join("scratch");
    fs::create_dir(&scratch).unwrap();
    read_back(engines, &workspace, cluster, &scratch);
}

/// Hands the release of a cluster to each engine and follows it.
fn read_back(engines: &Engines, workspace: &Path, cluster: &str, scratch: &Path) {
    let layout = workspace.join("target/xtask").join(cluster);
    let description = fs::read_to_string(workspace.join("hosts").join(cluster).join("cluster.yaml")).unwrap();
    let description = of_files(&[("cluster.yaml".to_owned(), description)]).remove(0);
    let registry = description.get("registry").and_then(yaml::Node::as_str).unwrap();
    let served = Served::new(engines, &layout, registry, scratch);
    let ours = artifacts(&layout);
    assert_eq!(served.artifacts.len(), ours.len());
    for artifact in &served.artifacts {
        assert_eq!(artifact.invalid, "", "{}", artifact.name);
    }
    let releases = description.get("engines").and_then(yaml::Node::as_seq).unwrap();
    for engine in Engine::ALL {
        let deliveries = if releases.iter().any(|name| name.as_str() == Some(engine.name())) {
            let objects = read_release(engine, engines, &served, &ours, scratch);
            engine.deliveries(&objects)
        } else {
            // A bundle is for both engines, whether or not the cluster has them.
            let bundles = ours.iter().filter(|artifact| !artifact.is_release());
            let at = bundles.map(|bundle| (full_name(bundle), served.named(&full_name(bundle))));
            at.map(|(name, at)| engine.delivery(&name, &at.place("."))).collect()
        };
        read_bundles(engine, engines, &served, &ours, deliveries, scratch);
    }
}

/// The part of a release that is for an engine, as the engine reads it.
fn read_release(
    engine: Engine,
    engines: &Engines,
    served: &Served,
    ours: &[end_to_end::Artifact],
    scratch: &Path,
) -> Vec<yaml::Node> {
    let release = ours.iter().find(|artifact| artifact.is_release()).unwrap();
    let directory = format!("{}/", engine.name());
    let files: Vec<_> =
        release.files.iter().filter(|(name, _)| name.starts_with(&directory)).cloned().collect();
    assert!(!files.is_empty(), "the release has nothing for {engine:?}");
    let root = engine.delivery("root", &served.named(&full_name(release)).place(engine.name()));
    let read = engine.read(engines, &served.proxy, vec![root], scratch).remove(0);
    let objects = read.objects.unwrap_or_else(|said| panic!("{engine:?}: the release: {said}"));
    assert_eq!(differences(&of_files(&files), &objects), [""; 0], "{engine:?}: the release");
    objects
}

/// Has an engine read deliveries, which must be every bundle once.
fn read_bundles(
    engine: Engine,
    engines: &Engines,
    served: &Served,
    ours: &[end_to_end::Artifact],
    deliveries: Vec<serde_json::Value>,
    scratch: &Path,
) {
    let addresses: Vec<_> = deliveries.iter().map(|delivery| engine.address(delivery)).collect();
    let mut delivered = BTreeSet::new();
    let read = engine.read(engines, &served.proxy, deliveries, scratch);
    for (read, (url, digest)) in read.into_iter().zip(addresses) {
        let artifact = served.find(&url, &digest).unwrap_or_else(|| panic!("nothing at {url}@{digest}"));
        let bundle = ours.iter().find(|bundle| full_name(bundle) == artifact.name).unwrap();
        let objects = read.objects.unwrap_or_else(|said| panic!("{engine:?}: {}: {said}", read.name));
        assert_eq!(differences(&of_files(&bundle.files), &objects), [""; 0], "{engine:?}: {}", read.name);
        assert!(delivered.insert(artifact.name.clone()), "{engine:?}: {} is delivered twice", artifact.name);
    }
    let bundles = ours.iter().filter(|artifact| !artifact.is_release()).map(full_name);
    assert_eq!(delivered, bundles.collect(), "{engine:?}");
}

/// Name and version of an artifact, as the index has them.
fn full_name(artifact: &end_to_end::Artifact) -> String {
    artifact.annotations["org.opencontainers.image.ref.name"].as_str().unwrap().to_owned()
}
