//! A file too many, too few, or in the wrong place.

use std::fs;

use super::stage::{diagnostics, replace, write};
use super::{Expected, expect};

/// A file, its text; message, place, hint.
type Case = (&'static str, &'static str, &'static str, &'static str, &'static str);

#[rustfmt::skip]
const ADDED: [Case; 9] = [
    ("hosts/c/machines/notes.txt", "", "`hosts/c/machines/notes.txt` is no description of a machine", "", "move it elsewhere"),
    ("hosts/c/machines/Big_One.yaml", "name: Big_One\nrole: worker\naddress: 10.0.0.14\noffline: sold\n", "`Big_One` cannot be the name of a machine", "hosts/c/machines/Big_One.yaml:1", "RFC 1123"),
    ("hosts/c/machines/x.yaml", "name: x\nrole: worker\naddress: 10.0.0.13\noffline: sold\n", "is also the address of", "hosts/c/machines/z.yaml:3", "keeps its address"),
    ("hosts/c/machines/x.yaml", "name: x\nrole: control-plane\naddress: 10.0.0.14\ninstall: {disk: /dev/sda}\n", "2 control planes", "hosts/c/machines/a.yaml:2", "odd number"),
    ("hosts/c/patches/workers/x.yaml", "machine: {}\n", "belongs to no machine", "", "did you mean `worker`"),
    ("hosts/c/patches/machine/quark/x.yaml", "machine: {}\n", "is for machine `quark`, which does not exist", "hosts/c/patches/machine/quark/x.yaml:1", "describe the machine"),
    ("hosts/c/patches/all/x.json", "{}", "`hosts/c/patches/all/x.json` is no patch", "", "call it `<name>.yaml`"),
    ("hosts/c/patches/all/x.yaml", "# nothing\n", "changes nothing", "", "remove the file"),
    ("hosts/c/patches/all/x.yaml", "machine: {}\n---\n- op: remove\n  path: /machine\n", "stand in a file of their own", "hosts/c/patches/all/x.yaml:3", "split the file"),
];

#[test]
fn added_files() {
    for (file, text, message, place, hint) in ADDED {
        let found = diagnostics(|root| write(root, file, text));
        expect(file, &found, &Expected { message, place, hint });
    }
}

#[test]
fn no_machine_is_left() {
    let found = diagnostics(|root| {
        fs::remove_dir_all(root.join("hosts/c/machines")).unwrap();
        fs::remove_dir_all(root.join("hosts/c/patches")).unwrap();
    });
    let expected = Expected {
        message: "has no machines",
        place: "hosts/c/cluster.yaml:21",
        hint: "machines/<name>.yaml",
    };
    expect("machines removed", &found, &expected);
}

#[test]
fn no_control_plane_is_in_use() {
    let found = diagnostics(|root| {
        replace(root, "hosts/c/machines/a.yaml", "role: control-plane", "role: control-plane\noffline: sold");
    });
    let expected = Expected {
        message: "no control plane in use",
        place: "hosts/c/cluster.yaml:21",
        hint: "without `offline`",
    };
    expect("control plane offline", &found, &expected);
}

#[test]
fn all_mistakes_of_all_files_are_told_at_once() {
    let found = diagnostics(|root| {
        replace(root, "hosts/c/machines/a.yaml", "mtu: 1500", "mtu: 1");
        replace(root, "hosts/c/machines/b.yaml", "address: 10.0.0.12", "address: 10.0.0.5");
        replace(root, "hosts/c/cluster.yaml", "pods: 10.42.0.0/16", "pods: 10.43.0.0/16");
    });
    let places: Vec<String> = found.iter().filter_map(diag::Diagnostic::place).collect();
    let expected =
        ["hosts/c/cluster.yaml:12:13", "hosts/c/machines/a.yaml:14:10", "hosts/c/machines/b.yaml:3:10"];
    assert_eq!(places, expected);
}

/// Makes the cluster one of k3s.
fn k3s(root: &std::path::Path, version: &str) {
    let k3s = format!("k3s:\n  version: {version}\n");
    replace(root, "hosts/c/cluster.yaml", "talos:\n  version: 1.11.3\n  image: nuc\n", &k3s);
    replace(root, "hosts/c/machines/a.yaml", "install:\n  disk: /dev/nvme0n1\n", "");
    let selector = "install:\n  selector:\n    size: '>= 100GB'\n    type: nvme\n    model: Samsung*\n";
    replace(root, "hosts/c/machines/b.yaml", selector, "");
}

#[test]
fn k3s_is_the_kubernetes_that_the_cluster_says() {
    assert_eq!(diagnostics(|root| k3s(root, "v1.34.1+k3s2")), []);
    let expected =
        Expected { message: "is not Kubernetes", place: "hosts/c/cluster.yaml:21", hint: "v1.34.1+k3s1" };
    for version in ["v1.33.0+k3s1", "v1.34.1", "1.34.1+k3s1", "v1.34.1+k3sx"] {
        expect(version, &diagnostics(|root| k3s(root, version)), &expected);
    }
}

#[test]
fn only_talos_installs_machines() {
    let found = diagnostics(|root| {
        k3s(root, "v1.34.1+k3s1");
        replace(
            root,
            "hosts/c/machines/a.yaml",
            "address: 10.0.0.11",
            "address: 10.0.0.11\ninstall: {disk: /dev/sda}",
        );
    });
    let expected = Expected {
        message: "nothing here installs its system",
        place: "hosts/c/machines/a.yaml:4",
        hint: "remove `install`",
    };
    expect("install", &found, &expected);
}

#[test]
fn machines_need_something_that_makes_a_cluster_of_them() {
    let found = diagnostics(|root| {
        k3s(root, "v1.34.1+k3s1");
        replace(root, "hosts/c/cluster.yaml", "k3s:\n  version: v1.34.1+k3s1\n", "");
    });
    let expected = Expected {
        message: "nothing makes a cluster of them",
        place: "hosts/c/cluster.yaml:1",
        hint: "add `talos`, `kubeadm` or `k3s`",
    };
    expect("no distribution", &found, &expected);
}

#[test]
fn clusters_in_clusters_and_containers_have_no_machines() {
    let made = |by: &str| {
        diagnostics(|root| {
            k3s(root, "v1.34.1+k3s1");
            replace(root, "hosts/c/cluster.yaml", "k3s:\n  version: v1.34.1+k3s1\n", by);
        })
    };
    let k3d = "k3d: {image: 'rancher/k3s:v1.34.1-k3s1', servers: 1}\n";
    let expected = Expected {
        message: "so it has no machines",
        place: "hosts/c/cluster.yaml:20",
        hint: "remove `hosts/c/machines`",
    };
    expect("k3d", &made(k3d), &expected);
    let alone = |by: &str| {
        diagnostics(|root| {
            replace(root, "hosts/c/cluster.yaml", "talos:\n  version: 1.11.3\n  image: nuc\n", by);
            fs::remove_dir_all(root.join("hosts/c/machines")).unwrap();
            fs::remove_dir_all(root.join("hosts/c/patches")).unwrap();
        })
    };
    assert_eq!(alone(k3d), []);
    let table = [
        ("k3d: {image: 'rancher/k3s:v1.34.1-k3s1', servers: 0}\n", "has no server", "servers: 1"),
        ("k3d: {image: 'rancher/k3s:latest', servers: 1}\n", "is not Kubernetes", "v1.34.1-k3s1"),
        (
            "vcluster: {host: hub, namespace: x}\n",
            "runs in `hub`, which does not exist",
            "directory of `hosts/`",
        ),
        ("vcluster: {host: c, namespace: x}\n", "runs in itself", "whose machines run it"),
    ];
    for (by, message, hint) in table {
        expect(by, &alone(by), &Expected { message, place: "hosts/c/cluster.yaml:20", hint });
    }
}
