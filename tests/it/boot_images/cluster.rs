//! A cluster builds the images of its machines, and lists those that wait for something.

use std::fs;

use end_to_end::{checkout, copy};

use crate::program;

const CLUSTER: &str = "name: small
description: Three machines that start from three images
environment: staging
role: standalone
engines: [flux]
kubernetes: {version: 1.34.1}
endpoint: https://10.100.0.10:6443
networks:
  machines: 10.100.0.0/16
  pods: 10.240.0.0/12
  services: 172.20.0.0/16
  gateway: 10.100.0.1
  nameservers: [10.100.0.1]
  vips: [10.100.0.10]
talos: {version: 1.11.3, image: lab}
registry: oci://registry.example.org/releases
units: [platform/test/one]
";
const OBJECTS: &str = "apiVersion: v1
kind: Namespace
metadata: {name: one}
";

#[test]
fn a_cluster_builds_the_images_of_its_machines() {
    let temporary = tempfile::tempdir().unwrap();
    let Some(program) = program("a_cluster_builds_the_images_of_its_machines", temporary.path()) else {
        return;
    };
    let workspace = program.directory.clone();
    let write = |path: &str, text: &str| {
        let path = workspace.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write("hosts/small/cluster.yaml", CLUSTER);
    for (number, image) in ["", "image: home-ops\n", "image: secret\n"].into_iter().enumerate() {
        let machine = format!(
            "name: node-{number}\nrole: control-plane\naddress: 10.100.1.{}\ninstall: {{disk: /dev/vda}}\ninterfaces: [{{selector: {{physical: true}}}}]\n{image}",
            number + 1
        );
        write(&format!("hosts/small/machines/node-{number}.yaml"), &machine);
    }
    write(
        "platform/test/one/component.yaml",
        "description: One object.\nnamespace: one\nsources: [{manifests: {path: manifests}}]\n",
    );
    write("platform/test/one/manifests/objects.yaml", OBJECTS);
    copy(&checkout().join("images/home-ops.yaml"), &workspace.join("images/home-ops.yaml"));
    let lab = fs::read_to_string(workspace.join("images/lab.yaml")).unwrap();
    write("images/secret.yaml", &format!("{lab}secureBoot: true\n"));

    let words = ["build", "--cluster", "small"];
    let run = program.run(&words);
    assert_eq!(run.code, 0, "{}", run.text());
    let rows = |text: &str| text.lines().filter(|line| line.starts_with("images/")).count();
    // Nine files of one image, and a line for each of the others.
    assert_eq!(rows(&run.stdout), 11, "{}", run.stdout);
    for told in [
        "the digest of package `siderolabs/mei` v1.11.3 is not known yet",
        "`cargo xtask lock update siderolabs/mei`",
        "there are no keys that sign it",
    ] {
        assert!(run.stderr.contains(told), "`{told}` is not in\n{}", run.stderr);
    }
    let report = program.run(&[&words[..], &["--format", "json"]].concat()).json();
    let images = report[0]["images"].as_array().unwrap();
    let names: Vec<&str> = images.iter().map(|image| image["image"].as_str().unwrap()).collect();
    assert_eq!(names, ["images/home-ops", "images/lab", "images/secret"]);
    assert!(!images[0]["pending"].as_array().unwrap().is_empty());
    assert_eq!(images[1]["status"], "unchanged");
    assert_eq!(images[1]["outputs"].as_array().unwrap().len(), 9);

    // A mistake is one here as well, and hides nothing of the cluster.
    write("images/secret.yaml", &format!("{lab}platform: nowhere\n"));
    let run = program.run(&words);
    assert_eq!(run.code, 2, "{}", run.text());
    assert!(run.stderr.contains("there is no platform `nowhere`"), "{}", run.stderr);
    assert!(run.stdout.contains("releases/small"), "{}", run.stdout);
    assert_eq!(rows(&run.stdout), 10, "{}", run.stdout);
}
