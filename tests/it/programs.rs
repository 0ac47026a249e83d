//! Kustomizations and charts of the small workspace: what the real programs print is what is packed.
#![allow(clippy::unwrap_used, reason = "a test, in functions of its own too")]

#[allow(dead_code, reason = "only a part of it is for kustomizations")]
mod oracle;

use end_to_end::{Sandbox, artifacts};
use oracle::{kustomize, objects};
use yaml::Node;

/// The objects of the bundle of a unit.
fn packed(sandbox: &Sandbox, unit: &str) -> Vec<Node> {
    let found = artifacts(&sandbox.workspace().join("target/xtask/lab"));
    let ours = found.into_iter().filter(|artifact| artifact.name() == unit);
    ours.flat_map(|artifact| artifact.files)
        .map(|(name, text)| objects(&name, &text).unwrap().remove(0))
        .collect()
}

#[test]
fn a_kustomization_is_packed_as_kubectl_prints_it() {
    let Some(sandbox) = Sandbox::new() else { return };
    sandbox.program().build();
    let printed = kustomize(&sandbox.path("home"), &sandbox.workspace().join("apps/web/hello/staging"));
    let mut printed = objects("kubectl", &printed).unwrap();
    for object in &mut printed {
        object.get_mut("metadata").unwrap().as_map_mut().unwrap().insert("namespace", Node::string("web"));
    }
    let packed = packed(&sandbox, "apps/web/hello");
    assert_eq!(packed.len(), printed.len());
    for object in &printed {
        assert!(packed.iter().any(|other| other.same(object)), "{}", yaml::emit(object));
    }
}

#[test]
fn layers_of_values_and_objects_reach_the_bundle() {
    let Some(sandbox) = Sandbox::new() else { return };
    sandbox.program().build();
    let site = packed(&sandbox, "platform/web/site");
    let settings = site.iter().find(|object| oracle::text_of(object, "kind") == "ConfigMap").unwrap();
    let value = |name: &str| settings.at(&["data", name]).and_then(Node::as_str).map(str::to_owned);
    assert_eq!(value("greeting").as_deref(), Some("hello from lab"));
    assert_eq!(value("title").as_deref(), Some("hub"));
    assert_eq!(value("kubernetes").as_deref(), Some("v1.34.1"));
    assert_eq!(value("widgets").as_deref(), Some("true"));
    let deployment = site.iter().find(|object| oracle::text_of(object, "kind") == "Deployment").unwrap();
    assert_eq!(deployment.at(&["spec", "replicas"]).and_then(Node::as_i64), Some(2));
    let image = deployment.pointer("/spec/template/spec/containers/0/image").and_then(Node::as_str).unwrap();
    let digest = hashing::Digest::of(b"site");
    assert_eq!(image, format!("registry.example.org/site:1.2.0@{digest}"));

    let gadget = packed(&sandbox, "apps/data/gadget");
    let settings = gadget.iter().find(|object| oracle::text_of(object, "kind") == "ConfigMap").unwrap();
    let keys: Vec<&str> = settings.get("data").unwrap().as_map().unwrap().keys().collect();
    assert_eq!(keys, ["mode", "place"]);
}

#[test]
fn charts_of_the_checkout_are_rendered_from_directories_and_packages() {
    let Some(sandbox) = Sandbox::new() else { return };
    let files = [
        ("Chart.yaml", "apiVersion: v2\nname: own\nversion: 1.4.0\nappVersion: 0.0.0\n"),
        ("values.yaml", "word: chart\n"),
        (
            "templates/settings.yaml",
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ .Release.Name }}}\ndata:\n  word: {{ .Values.word \
             }}\n  version: {{ .Chart.AppVersion | quote }}\n",
        ),
    ];
    let tar: Vec<(String, Vec<u8>)> =
        files.iter().map(|(path, text)| (format!("own/{path}"), text.as_bytes().to_vec())).collect();
    for (path, text) in files {
        sandbox.write(&format!("platform/web/directory/chart/{path}"), text);
    }
    let package = archive::gzip(&archive::write_tar(&tar).unwrap());
    sandbox.write("platform/web/package/own-1.4.0.tgz", package);
    sandbox.component("web/directory", "namespace: web\nsources: [{helm: {path: chart}}]\n");
    sandbox.component("web/package", "namespace: web\nsources: [{helm: {path: own-1.4.0.tgz}}]\n");
    sandbox.write("platform/web/package/values.yaml", "word: layer\n");
    sandbox.program().build();

    let data = |unit: &str, name: &str| {
        let objects = packed(&sandbox, unit);
        objects[0].at(&["data", name]).and_then(Node::as_str).unwrap().to_owned()
    };
    assert_eq!(data("platform/web/directory", "word"), "chart");
    assert_eq!(data("platform/web/package", "word"), "layer");
    assert_eq!(data("platform/web/directory", "version"), "0.0.0", "the chart speaks for itself");
    let found = artifacts(&sandbox.workspace().join("target/xtask/lab"));
    let own = found.iter().find(|artifact| artifact.name() == "platform/web/directory").unwrap();
    let name = own.annotations["org.opencontainers.image.ref.name"].as_str().unwrap();
    assert!(name.starts_with("platform/web/directory:1.4.0-x"), "{name}");
}

#[test]
fn bundles_have_the_form_that_engines_take() {
    let Some(sandbox) = Sandbox::new() else { return };
    sandbox.program().build();
    let found = artifacts(&sandbox.workspace().join("target/xtask/lab"));
    assert_eq!(found.len(), 6, "five units, one of them CRDs alone, and the release");
    for artifact in found {
        let manifest = &artifact.manifest;
        assert_eq!(manifest["mediaType"], "application/vnd.oci.image.manifest.v1+json");
        assert_eq!(manifest["config"]["mediaType"], "application/vnd.cncf.flux.config.v1+json");
        assert_eq!(manifest["layers"].as_array().unwrap().len(), 1);
        assert_eq!(manifest["layers"][0]["mediaType"], "application/vnd.oci.image.layer.v1.tar+gzip");
        assert!(manifest.get("subject").is_none());
        for (name, text) in &artifact.files {
            let object = objects(name, text).unwrap();
            assert_eq!(object.len(), 1, "{name}");
            assert!(!text.contains("helm.sh/hook"), "{name}");
        }
    }
}
