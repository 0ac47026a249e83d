//! Bundles in forms that ours never have, which engines refuse or read differently: what the other tests would tell.

use std::path::Path;

use serde_json::{Value, json};

use crate::engine::{Engine, Place};
use crate::go::Engines;
use crate::layout::{GZIPPED, Layout, TAR};
use crate::objects::{differences, of_files};
use crate::served::Served;

const REGISTRY: &str = "oci://registry.example.org/altered";
const FLUX_CONTENT: &str = "application/vnd.cncf.flux.content.v1.tar+gzip";

type Files = Vec<(String, String)>;

/// What an engine makes of an artifact.
enum Expected {
    /// The objects of these files.
    Objects(Files),
    /// Nothing; it says this.
    Refusal(&'static str),
}

struct Case {
    name: &'static str,
    flux: Expected,
    argocd: Expected,
    /// Adds the artifact to a layout; gives its descriptor.
    write: Box<dyn Fn(&mut Layout) -> Value>,
}

/// Writes each form of a bundle and has it read.
pub(crate) fn check(engines: &Engines, bundle: &[(String, String)], scratch: &Path) {
    let directory = scratch.join("altered");
    let mut layout = Layout::new(&directory);
    let mut cases = layers(bundle);
    cases.extend(contents(bundle));
    for case in &cases {
        let descriptor = (case.write)(&mut layout);
        layout.add(case.name, descriptor);
    }
    let wrong =
        layout.image_with_config(&[(GZIPPED, bundle.to_vec())], &json!({"rootfs": {"type": "layers"}}));
    layout.add("without-diff-ids", wrong);
    layout.finish();

    let served = Served::new(engines, &directory, REGISTRY, scratch);
    assert_eq!(served.named("untouched:1.0.0").invalid, "");
    assert_ne!(served.named("without-diff-ids:1.0.0").invalid, "");
    for engine in Engine::ALL {
        let deliveries = cases
            .iter()
            .zip(&served.artifacts)
            .map(|(case, artifact)| engine.delivery(case.name, &artifact.place(".")));
        let read = engine.read(engines, &served.proxy, deliveries.collect(), scratch);
        assert_eq!(read.len(), cases.len());
        for (case, read) in cases.iter().zip(read) {
            let expected = if engine == Engine::Flux { &case.flux } else { &case.argocd };
            let name = format!("{engine:?}: {}", case.name);
            match (expected, read.objects) {
                (Expected::Objects(files), Ok(objects)) => {
                    assert_eq!(differences(&of_files(files), &objects), [""; 0], "{name}");
                    let as_packed = differences(&of_files(bundle), &objects).is_empty();
                    assert_eq!(as_packed, files == bundle, "{name}: the comparison tells");
                }
                (Expected::Refusal(text), Err(said)) => assert!(said.contains(text), "{name}: {said}"),
                (Expected::Objects(_), Err(said)) => panic!("{name}: {said}"),
                (Expected::Refusal(_), Ok(objects)) => panic!("{name}: {} objects", objects.len()),
            }
        }
    }
    absent(engines, &served, scratch);
}

/// A digest that the registry does not have.
fn absent(engines: &Engines, served: &Served, scratch: &Path) {
    let digest = hashing::Digest::of(b"nothing").to_string();
    let url = &served.artifacts.first().unwrap().url;
    for (engine, text) in [(Engine::Flux, "MANIFEST_UNKNOWN"), (Engine::ArgoCd, "not found")] {
        let delivery = engine.delivery("absent", &Place { url, digest: &digest, path: "." });
        let said =
            engine.read(engines, &served.proxy, vec![delivery], scratch).remove(0).objects.unwrap_err();
        assert!(said.contains(text), "{engine:?}: {said}");
    }
}

/// The same files in other layers and documents.
fn layers(bundle: &[(String, String)]) -> Vec<Case> {
    let all = bundle.to_vec();
    let (first, rest) = (vec![all[0].clone()], all[1..].to_vec());
    let one = |media_type: &'static str| -> Box<dyn Fn(&mut Layout) -> Value> {
        let all = all.clone();
        Box::new(move |layout| layout.image(&[(media_type, all.clone())]))
    };
    let (split, whole) = ((first.clone(), rest), all.clone());
    vec![
        Case {
            name: "untouched",
            flux: Expected::Objects(all.clone()),
            argocd: Expected::Objects(all.clone()),
            write: one(GZIPPED),
        },
        Case {
            name: "two-layers",
            flux: Expected::Objects(first),
            argocd: Expected::Refusal("expected only a single oci content layer, got 2"),
            write: Box::new(move |layout| {
                layout.image(&[(GZIPPED, split.0.clone()), (GZIPPED, split.1.clone())])
            }),
        },
        Case {
            name: "plain-tar",
            flux: Expected::Refusal("requires gzip-compressed body"),
            argocd: Expected::Objects(all.clone()),
            write: one(TAR),
        },
        Case {
            name: "content-type-of-flux",
            flux: Expected::Objects(all.clone()),
            argocd: Expected::Refusal("is not in the list of allowed media types"),
            write: one(FLUX_CONTENT),
        },
        Case {
            name: "index",
            flux: Expected::Objects(all.clone()),
            argocd: Expected::Refusal("expected only a single oci content layer, got 0"),
            write: Box::new(move |layout| {
                let image = layout.image(&[(GZIPPED, whole.clone())]);
                layout.index(&[image])
            }),
        },
    ]
}

/// More files than objects.
fn contents(bundle: &[(String, String)]) -> Vec<Case> {
    let all = bundle.to_vec();
    let first = all[0].clone();
    let with = |name: &'static str, file: &str, text: &str, flux, argocd| {
        let mut files = all.clone();
        files.push((file.to_owned(), text.to_owned()));
        files.sort();
        let write = Box::new(move |layout: &mut Layout| layout.image(&[(GZIPPED, files.clone())]));
        Case { name, flux, argocd, write }
    };
    let objects = |files: &Files| Expected::Objects(files.clone());
    let kustomization = format!("resources: [{}]\n", first.0);
    // The programs that Argo CD starts for kustomizations and charts are not there: that it looks for them is enough.
    let starts = |program: &'static str| Expected::Refusal(program);
    let only_first = Expected::Objects(vec![first.clone()]);
    let but_first = Expected::Objects(all[1..].to_vec());
    let again = [all.clone(), vec![first.clone()]].concat();
    let below: Files = all.iter().map(|(name, text)| (format!("below/{name}"), text.clone())).collect();
    let ignored = format!("{}\n", first.0);
    let chart = "apiVersion: v2\nname: x\nversion: 1.0.0\n";
    let twice = Expected::Refusal("already registered id");
    let mut cases = vec![
        with("kustomization", "kustomization.yaml", &kustomization, only_first, starts("\"kustomize\"")),
        with("chart", "Chart.yaml", chart, Expected::Refusal("Chart.yaml"), starts("\"helm\"")),
        with("values", "values.yaml", "replicas: 1\n", Expected::Refusal("values.yaml"), objects(&all)),
        with(
            "json",
            "about.json",
            "{\"name\": \"x\"}\n",
            objects(&all),
            Expected::Refusal("Object 'Kind' is missing"),
        ),
        with("ignored", ".sourceignore", &ignored, but_first, objects(&all)),
        with("twice", "again.yaml", &first.1, twice, objects(&again)),
    ];
    cases.push(Case {
        name: "directory",
        flux: objects(&all),
        argocd: Expected::Objects(Vec::new()),
        write: Box::new(move |layout| layout.image(&[(GZIPPED, below.clone())])),
    });
    cases
}
