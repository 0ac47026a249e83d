//! Which units make a cluster, what they need, and which files their layers are.
#![allow(clippy::unwrap_used, reason = "a test, in functions of its own too")]

use std::fs;

use catalogue::{Catalogue, Workspace, clusters, layer_directories, layer_files, load, load_cluster};
use diag::Diagnostic;
use tempfile::TempDir;

const CLUSTER: &str = "name: lab
description: For a test.
environment: staging
role: hub
labels: {location: desk}
engines: [flux]
kubernetes: {version: 1.34.1}
registry: oci://registry.example.org/lab
";

struct Place {
    directory: TempDir,
    workspace: Workspace,
}

impl Place {
    fn new(cluster: &str) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let workspace = Workspace::at(directory.path());
        let place = Self { directory, workspace };
        place.write("hosts/lab/cluster.yaml", &format!("{CLUSTER}{cluster}"));
        for top in ["platform", "apps"] {
            fs::create_dir_all(place.directory.path().join(top)).unwrap();
        }
        place
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.directory.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn component(&self, name: &str, rest: &str) {
        let text =
            format!("description: For a test.\nnamespace: x\nsources: [{{manifests: {{path: .}}}}]\n{rest}");
        self.write(&format!("platform/{name}/component.yaml"), &text);
    }

    fn load(&self) -> Result<Catalogue, Vec<Diagnostic>> {
        load(&self.workspace, "lab")
    }
}

fn told(found: Result<Catalogue, Vec<Diagnostic>>) -> Vec<String> {
    let place = |mistake: &Diagnostic| mistake.place().unwrap_or_default();
    found.unwrap_err().iter().map(|mistake| format!("{} {}", place(mistake), mistake.message)).collect()
}

#[test]
fn units_join_by_name_or_by_selector() {
    let place = Place::new("units: [platform/a/listed]\n");
    place.component("a/listed", "clusters: {matchLabels: {name: other}}\n");
    place.component(
        "a/selected",
        "clusters: {matchLabels: {location: desk, environment: staging, role: hub}}\n",
    );
    place.component("a/other", "clusters: {matchLabels: {name: other}}\n");
    place.component("a/nowhere", "");
    place.write("apps/b/all/app.yaml", "description: For a test.\nnamespace: x\nclusters: {}\n");
    place.write("platform/a/no-unit/values.yaml", "{}\n");
    let catalogue = place.load().unwrap();
    let names: Vec<&str> = catalogue.units.keys().map(String::as_str).collect();
    assert_eq!(names, ["apps/b/all", "platform/a/listed", "platform/a/selected"]);
}

#[test]
fn needs_come_from_units_and_from_the_cluster() {
    let place = Place::new(
        "units: [platform/a/x, platform/a/y, platform/a/z]\nneeds: {platform/a/x: [platform/a/z]}\n",
    );
    place.component("a/x", "needs: [platform/a/y]\n");
    place.component("a/y", "");
    place.component("a/z", "needs: [platform/a/y]\n");
    let graph = place.load().unwrap().needs();
    let before = |name| graph.before(name).map(|(to, _)| to.to_owned()).collect::<Vec<_>>();
    assert_eq!(before("platform/a/x"), ["platform/a/y", "platform/a/z"]);
    assert_eq!(before("platform/a/z"), ["platform/a/y"]);
    let waves = graph.waves(&std::collections::BTreeMap::new()).unwrap();
    assert_eq!(waves.into_values().collect::<Vec<_>>(), [2, 0, 1]);
}

#[test]
fn all_mistakes_of_all_files_are_told_with_their_places() {
    let place =
        Place::new("units: [platform/a/x, platform/a/x, platform/a/lost]\nneeds: {platform/a/gone: []}\n");
    place.component("a/x", "needs: [platform/a/apart, platform/a/none]\n");
    place.component("a/apart", "");
    // It is in no cluster, but whether it would be cannot be told.
    place.component("a/broken", "clusters: {matchLabel: {}}\n");
    place.write(
        "platform/a/two/component.yaml",
        "description: x\nnamespace: x\nclusters: {}\nsources: [{manifests: {}}]\n",
    );
    place.write("platform/a/zero/component.yaml", "description: x\nnamespace: x\nclusters: {}\n");
    let told = told(place.load());
    let expected = [
        "hosts/lab/cluster.yaml:9:23 unit `platform/a/x` is listed twice",
        "hosts/lab/cluster.yaml:9:37 cluster `lab` lists `platform/a/lost`, which does not exist",
        "platform/a/broken/component.yaml:4:",
        "hosts/lab/cluster.yaml:10:",
        "platform/a/two/component.yaml:4:",
        "platform/a/x/component.yaml:4:9 `platform/a/x` needs `platform/a/apart`, which is not part of the cluster",
        "platform/a/x/component.yaml:4:27 `platform/a/x` needs `platform/a/none`, which is not part of the cluster",
        "platform/a/zero/component.yaml:1:1 component `platform/a/zero` has no sources",
    ];
    assert_eq!(told.len(), expected.len(), "{told:#?}");
    for (told, expected) in told.iter().zip(expected) {
        assert!(told.starts_with(expected), "{told} in place of {expected}");
    }
}

#[test]
fn a_circle_points_at_every_need_in_it() {
    let place = Place::new("units: [platform/a/x, platform/a/y, platform/a/z]\n");
    place.component("a/x", "needs: [platform/a/y]\n");
    place.component("a/y", "needs: [platform/a/z, platform/a/x]\n");
    place.component("a/z", "");
    let mistakes = place.load().unwrap_err();
    assert_eq!(mistakes.len(), 1, "{mistakes:?}");
    let places: Vec<&str> = mistakes[0].labels.iter().map(|label| label.source.name.as_str()).collect();
    assert_eq!(places, ["platform/a/x/component.yaml", "platform/a/y/component.yaml"]);
    let text = &mistakes[0].labels[1].source.text;
    let span = mistakes[0].labels[1].span;
    assert_eq!(&text[span.start as usize..span.end as usize], "platform/a/x");
}

#[test]
fn clusters_are_found_by_their_directories() {
    let place = Place::new("units: []\n");
    place.write("hosts/edge/cluster.yaml", &format!("{CLUSTER}units: []\n"));
    place.write("hosts/empty/notes.txt", "");
    assert_eq!(clusters(&place.workspace), ["edge", "lab"]);
    assert_eq!(load_cluster(&place.workspace, "lab").unwrap().spec.role, "hub");
    for (name, says) in [("edge", "calls itself `lab`"), ("lob", "there is no cluster `lob`")] {
        let mistakes = load_cluster(&place.workspace, name).unwrap_err();
        assert!(mistakes[0].message.contains(says), "{mistakes:?}");
        assert_eq!(mistakes[0].hints.len(), 1, "{mistakes:?}");
    }
}

#[test]
fn layers_go_from_general_to_particular() {
    let place = Place::new("units: []\n");
    let cluster = load_cluster(&place.workspace, "lab").unwrap().spec;
    let ours = ["values", "role/hub", "environment/staging", "cluster/lab"];
    let others = ["role/edge", "environment/production", "cluster/edge"];
    // Every subset of the layers of the cluster, and always those of others.
    for bits in 0..1 << ours.len() {
        let directory = format!("platform/a/u{bits}");
        let chosen: Vec<&str> = ours
            .iter()
            .enumerate()
            .filter(|(index, _)| bits >> index & 1 == 1)
            .map(|(_, layer)| *layer)
            .collect();
        for layer in chosen.iter().copied().chain(others) {
            place.write(&format!("{directory}/{layer}.yaml"), &format!("layer: {layer}\n"));
        }
        let found = layer_files(&place.workspace, &directory, &cluster).unwrap();
        let names: Vec<String> = found.iter().map(|layer| layer.layer.replace(' ', "/")).collect();
        assert_eq!(names, chosen, "{directory}");
        for (layer, name) in found.iter().zip(&chosen) {
            assert_eq!(layer.source.name, format!("{directory}/{name}.yaml"));
            assert_eq!(layer.source.text, format!("layer: {name}\n"));
        }
    }
    place.write("apps/b/m/more.yaml", "");
    place.write("apps/b/m/cluster/lab/more.yaml", "");
    place.write("apps/b/m/role/edge/more.yaml", "");
    let directories = layer_directories(&place.workspace, "apps/b/m", &cluster);
    assert_eq!(directories, ["apps/b/m", "apps/b/m/cluster/lab"]);
}
