//! A small cluster in a directory of its own, with one thing changed.

use std::fs;
use std::path::Path;

use catalogue::Workspace;
use diag::Diagnostic;
use tempfile::TempDir;

/// The cluster before anything is changed. Nothing is wrong with it.
pub(crate) const FILES: [(&str, &str); 7] = [
    (
        "hosts/c/cluster.yaml",
        "\
name: c
description: A cluster.
environment: production
role: standalone
engines: [flux]
kubernetes:
  version: 1.34.1
endpoint: https://10.0.0.10:6443
networks:
  machines: 10.0.0.0/24
  pods: 10.42.0.0/16
  services: 10.43.0.0/16
  gateway: 10.0.0.1
  nameservers: [10.0.0.1]
  vips: [10.0.0.10]
  dhcp: [10.0.0.100-10.0.0.149]
  loadBalancers: [10.0.0.200-10.0.0.220]
  reserved:
    nas: 10.0.0.5
talos:
  version: 1.11.3
  image: nuc
secrets:
  sops: secrets.sops.yaml
registry: oci://registry.example/c
units: []
",
    ),
    (
        "hosts/c/machines/a.yaml",
        "\
name: a
role: control-plane
address: 10.0.0.11
install:
  disk: /dev/nvme0n1
disks:
  - path: /dev/nvme0n1
    size: 500GB
    type: nvme
    model: Samsung SSD 980
interfaces:
  - name: eth0
    addresses: [10.0.0.11/24]
    mtu: 1500
    routes:
      - network: 0.0.0.0/0
        gateway: 10.0.0.1
    vlans:
      - id: 20
        addresses: [10.20.0.11/24]
labels:
  example.org/rack: one
taints:
  - key: example.org/slow
    effect: NoSchedule
patches: [gpu]
",
    ),
    (
        "hosts/c/machines/b.yaml",
        "\
name: b
role: worker
address: 10.0.0.12
install:
  selector:
    size: '>= 100GB'
    type: nvme
    model: Samsung*
disks:
  - path: /dev/nvme0n1
    size: 500GB
    type: nvme
    model: Samsung SSD 980
interfaces:
  - selector:
      hardwareAddr: 00:1b:21:0a:0b:0c
",
    ),
    ("hosts/c/machines/z.yaml", "name: z\nrole: worker\naddress: 10.0.0.13\noffline: its fan is broken\n"),
    ("hosts/c/patches/all/kubelet.yaml", "machine:\n  kubelet: {}\n"),
    (
        "hosts/c/patches/optional/gpu.yaml",
        "\
machine:
  kernel:
    modules:
      - name: i915
",
    ),
    (
        "images/nuc.yaml",
        "kind: machine\ndescription: A box.\nbase: {talos: v1.11.3}\nextensions: [siderolabs/i915]\n",
    ),
];

/// The diagnostics of the cluster after `edit` got a chance to change its files.
pub(crate) fn diagnostics(edit: impl FnOnce(&Path)) -> Vec<Diagnostic> {
    let directory = TempDir::new().unwrap();
    for (path, text) in FILES {
        let path = directory.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    edit(directory.path());
    let fleet = fleet::load(&Workspace::at(directory.path()), "c");
    fleet.map_or_else(|mistakes| mistakes, |fleet| fleet::check(&fleet))
}

/// Replaces a text, which must be there, in a file.
pub(crate) fn replace(root: &Path, file: &str, from: &str, to: &str) {
    let path = root.join(file);
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "`{file}` has no `{from}`");
    fs::write(path, text.replacen(from, to, 1)).unwrap();
}

/// Writes a file that is not there yet.
pub(crate) fn write(root: &Path, file: &str, text: &str) {
    let path = root.join(file);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}
