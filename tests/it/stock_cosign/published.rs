//! What `publish` pushes with a key, as stock cosign sees it.

use end_to_end::{Program, Sandbox};
use serde_json::Value;

use super::{ALONE, Stage, decoded};

#[test]
fn a_published_release_is_verified_with_provenance_and_materials() {
    let Some(stage) = Stage::new("a_published_release_is_verified_with_provenance_and_materials") else {
        return;
    };
    let Some(sandbox) = Sandbox::new() else { return };
    let place = stage.registry.place("home");
    let mirror = sandbox.path("mirror").display().to_string();
    let program = Program::new(&sandbox.workspace(), &sandbox.path("home"), &sandbox.store())
        .env("XTASK_REGISTRY", &place)
        .flags(&["--mirror", &mirror, "--format", "json"]);
    sandbox.write("ours.key", stage.key.to_pem());
    let published = program.run(&["publish", "--key", "ours.key"]).json();
    let release =
        format!("{}@{}", published["address"].as_str().unwrap(), published["digest"].as_str().unwrap());

    let provenance = said(&stage, &release, "slsaprovenance1");
    let build = &provenance["predicate"]["buildDefinition"];
    assert_eq!(build["externalParameters"]["cluster"], "lab");
    let bundles = build["internalParameters"]["bundles"].as_object().unwrap();
    assert_eq!(bundles.len() + 1, published["pushed"].as_array().unwrap().len());
    let base = release.split("/releases/").next().unwrap();
    for (name, bundle) in bundles {
        let reference = format!("{base}/{name}@{}", bundle["digest"].as_str().unwrap());
        let verified = ["verify", "--key", "ours.pub"].into_iter().chain(ALONE).chain([reference.as_str()]);
        stage.cosign(&verified.collect::<Vec<_>>()).unwrap_or_else(|refused| panic!("{name}: {refused}"));
    }
    let dependencies = build["resolvedDependencies"].as_array().unwrap();
    let names: Vec<&str> = dependencies.iter().map(|one| one["name"].as_str().unwrap()).collect();
    for part in ["chart ", "tool helm ", "schema ", "values ", "image "] {
        assert!(names.iter().any(|name| name.contains(part)), "{part}: {names:?}");
    }

    let bom = said(&stage, &release, "cyclonedx");
    let components = bom["predicate"]["components"].as_array().unwrap();
    let kinds: Vec<&str> = components.iter().map(|one| one["type"].as_str().unwrap()).collect();
    assert!(kinds.contains(&"application") && kinds.contains(&"container"), "{components:?}");
}

/// The statement of this kind about a release.
fn said(stage: &Stage, release: &str, kind: &str) -> Value {
    let arguments = ["verify-attestation", "--key", "ours.pub", "--type", kind];
    let arguments = arguments.into_iter().chain(ALONE).chain([release]);
    let printed = stage.cosign(&arguments.collect::<Vec<_>>()).unwrap_or_else(|refused| panic!("{refused}"));
    let envelope: Value = serde_json::from_str(printed.lines().next().unwrap()).unwrap();
    serde_json::from_slice(&decoded(envelope["payload"].as_str().unwrap())).unwrap()
}
