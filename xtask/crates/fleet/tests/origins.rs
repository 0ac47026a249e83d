//! Every value that a person wrote is traced to the line where it stands.
#![allow(clippy::unwrap_used, reason = "a test, in functions of its own too")]

use std::collections::BTreeMap;
use std::path::Path;

use catalogue::Workspace;

fn checkout() -> Workspace {
    Workspace::at(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.."))
}

/// The lines that set the values of a machine, by document and field; nothing for what was generated.
fn origins(cluster: &str, machine: &str) -> BTreeMap<String, Option<(String, String)>> {
    let workspace = checkout();
    let fleet = fleet::load(&workspace, cluster).unwrap();
    let all = fleet::configurations(&fleet).unwrap();
    let settings = all.iter().filter(|one| one.machine == machine).flat_map(|one| one.settings(&fleet));
    let line = |origin: String| {
        let (file, line) = origin.rsplit_once(':').unwrap();
        let text = workspace.text(file).unwrap();
        let line = text.text.lines().nth(line.parse::<usize>().unwrap() - 1).unwrap();
        (file.strip_prefix(&format!("hosts/{cluster}/")).unwrap().to_owned(), line.trim().to_owned())
    };
    settings
        .map(|setting| {
            (format!("{} {}", setting.document, setting.field).trim().to_owned(), setting.origin.map(line))
        })
        .collect()
}

#[test]
fn values_come_from_the_lines_where_they_stand() {
    for (cluster, machine, field, file, line) in [
        ("home-ops", "k8s-1", "cluster.clusterName", "cluster.yaml", "name: home-ops"),
        (
            "home-ops",
            "k8s-1",
            "cluster.controlPlane.endpoint",
            "cluster.yaml",
            "endpoint: https://10.0.60.10:6443",
        ),
        ("home-ops", "k8s-1", "cluster.network.podSubnets.0", "cluster.yaml", "pods: 10.42.0.0/16"),
        ("home-ops", "k8s-1", "cluster.network.cni.name", "cluster.yaml", "cni: none"),
        ("home-ops", "k8s-1", "cluster.apiServer.image", "cluster.yaml", "version: 1.34.1"),
        ("home-ops", "k8s-1", "machine.type", "machines/k8s-1.yaml", "role: control-plane"),
        ("home-ops", "k8s-1", "machine.install.disk", "machines/k8s-1.yaml", "disk: /dev/nvme1n1"),
        ("home-ops", "k8s-1", "machine.install.image", "cluster.yaml", "image: home-ops"),
        ("home-ops", "k8s-1", "machine.network.hostname", "machines/k8s-1.yaml", "name: k8s-1"),
        ("home-ops", "k8s-1", "machine.network.interfaces.0.mtu", "machines/k8s-1.yaml", "mtu: 1500"),
        (
            "home-ops",
            "k8s-1",
            "machine.network.interfaces.0.addresses.0",
            "machines/k8s-1.yaml",
            "address: 10.0.60.21",
        ),
        ("home-ops", "k8s-1", "machine.network.interfaces.0.vip.ip", "cluster.yaml", "vips: [10.0.60.10]"),
        (
            "home-ops",
            "k8s-1",
            "machine.network.interfaces.0.deviceSelector.physical",
            "machines/k8s-1.yaml",
            "physical: true",
        ),
        (
            "homelab-2",
            "node-2",
            "JoinConfiguration nodeRegistration.name",
            "machines/node-2.yaml",
            "name: node-2",
        ),
        (
            "homelab-2",
            "node-1",
            "ClusterConfiguration networking.podSubnet",
            "cluster.yaml",
            "pods: 10.244.0.0/16",
        ),
        (
            "homelab-2",
            "node-1",
            "ClusterConfiguration etcd.local.extraArgs.0.value",
            "cluster.yaml",
            "listen-metrics-urls: http://0.0.0.0:2381",
        ),
        ("homelab-2", "node-1", "KubeletConfiguration cgroupDriver", "cluster.yaml", "cgroupDriver: systemd"),
        ("production", "production-1", "node-name", "machines/production-1.yaml", "name: production-1"),
    ] {
        let origins = origins(cluster, machine);
        let found = origins.get(field).cloned().flatten();
        assert_eq!(
            found,
            Some((file.to_owned(), line.to_owned())),
            "{cluster} {machine} {field}: {origins:#?}"
        );
    }
}

#[test]
fn patches_go_before_descriptions() {
    let origins = origins("home-ops", "k8s-1");
    let of_patches = origins.values().flatten().filter(|(file, _)| file.starts_with("patches/"));
    assert!(of_patches.count() > 12, "{origins:#?}");
    for (field, origin) in &origins {
        let is_secret = ["token", "secret", "key", "crt", "id", "EncryptionSecret"]
            .iter()
            .any(|end| field.ends_with(end));
        assert!(!is_secret || origin.is_none(), "{field}: {origin:?}");
    }
}
