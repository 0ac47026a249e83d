//! One value of a file changed.

use super::stage::{diagnostics, replace};
use super::{Expected, misses};

const CLUSTER: &str = "hosts/c/cluster.yaml";
const A: &str = "hosts/c/machines/a.yaml";
const B: &str = "hosts/c/machines/b.yaml";
const GPU: &str = "hosts/c/patches/optional/gpu.yaml";

/// File, text, what it is changed to; message, place, hint.
type Case = (&'static str, &'static str, &'static str, &'static str, &'static str, &'static str);

#[rustfmt::skip]
const NETWORKS: [Case; 30] = [
    (CLUSTER, "machines: 10.0.0.0/24", "machines: 10.0.0.0/44", "`10.0.0.0/44` is no range", "hosts/c/cluster.yaml:10", "write CIDR"),
    (CLUSTER, "machines: 10.0.0.0/24", "machines: 10.0.0.5/24", "`10.0.0.5/24` is an address in a network", "hosts/c/cluster.yaml:10", "the network is `10.0.0.0/24`"),
    (CLUSTER, "pods: 10.42.0.0/16", "pods: ten", "`networks.pods`: `ten` is no range", "hosts/c/cluster.yaml:11", "write CIDR"),
    (CLUSTER, "services: 10.43.0.0/16", "services: 10.43.1.0/16", "`networks.services`: `10.43.1.0/16` is an address", "hosts/c/cluster.yaml:12", "10.43.0.0/16"),
    (CLUSTER, "pods: 10.42.0.0/16", "pods: 10.0.0.0/16", "the range of pods, `10.0.0.0/16`, overlaps that of machines", "hosts/c/cluster.yaml:11", "without a common address"),
    (CLUSTER, "services: 10.43.0.0/16", "services: 10.42.128.0/17", "the range of services, `10.42.128.0/17`, overlaps that of pods", "hosts/c/cluster.yaml:12", "without a common address"),
    (CLUSTER, "services: 10.43.0.0/16", "services: 11.0.0.0/8", "the range of services, `11.0.0.0/8`, is too large", "hosts/c/cluster.yaml:12", "/12 to /30"),
    (CLUSTER, "services: 10.43.0.0/16", "services: 10.43.0.0/31", "is too small", "hosts/c/cluster.yaml:12", "/12 to /30"),
    (CLUSTER, "pods: 10.42.0.0/16", "pods: 10.42.0.0/24", "is too small for 2 machines", "hosts/c/cluster.yaml:11", "take a /16"),
    (CLUSTER, "pods: 10.42.0.0/16", "pods: 10.42.0.0/16,fd42::/48", "pods and services are not of the same families", "hosts/c/cluster.yaml:12", "both"),
    (CLUSTER, "pods: 10.42.0.0/16\n  services: 10.43.0.0/16", "pods: 10.42.0.0/16,10.44.0.0/16\n  services: 10.43.0.0/16,fd43::/112", "`networks.pods` has two ranges of one family", "hosts/c/cluster.yaml:11", "one of each"),
    (CLUSTER, "gateway: 10.0.0.1", "gateway: 10.0.0.1/24", "`networks.gateway`: `10.0.0.1/24` is no address", "hosts/c/cluster.yaml:13", "without the prefix: `10.0.0.1`"),
    (CLUSTER, "gateway: 10.0.0.1", "gateway: 10.0.1.1", "the gateway `10.0.1.1` is outside", "hosts/c/cluster.yaml:13", "same wire"),
    (CLUSTER, "nameservers: [10.0.0.1]", "nameservers: [dns]", "`dns` is no address", "hosts/c/cluster.yaml:14", "IPv4 or IPv6"),
    (CLUSTER, "vips: [10.0.0.10]", "vips: [10.0.0.10, 10.0.0]", "`networks.vips.1`: `10.0.0` is no address", "hosts/c/cluster.yaml:15", "IPv4 or IPv6"),
    (CLUSTER, "vips: [10.0.0.10]", "vips: [10.0.0.10, 10.9.0.10]", "the virtual address `10.9.0.10` is outside", "hosts/c/cluster.yaml:15", "same wire"),
    (CLUSTER, "vips: [10.0.0.10]", "vips: [10.0.0.10, 10.0.0.10]", "`10.0.0.10` is listed twice", "hosts/c/cluster.yaml:15", "remove one"),
    (CLUSTER, "vips: [10.0.0.10]", "vips: [10.0.0.10, 10.0.0.11]", "machine `a`: `10.0.0.11` is the virtual address", "hosts/c/machines/a.yaml:3", "choose another one"),
    (CLUSTER, "vips: [10.0.0.10]", "vips: [10.0.0.10, 10.0.0.100]", "has the virtual address `10.0.0.100` in it", "hosts/c/cluster.yaml:16", "DHCP server"),
    (CLUSTER, "vips: [10.0.0.10]", "vips: [10.0.0.10, 10.0.0.201]", "has addresses of the virtual address `10.0.0.201`", "hosts/c/cluster.yaml:17", "take it out of the pool"),
    (CLUSTER, "10.0.0.100-10.0.0.149", "10.0.0.149-10.0.0.100", "ends before it begins", "hosts/c/cluster.yaml:16", "lower address first"),
    (CLUSTER, "10.0.0.100-10.0.0.149", "10.0.1.100-10.0.1.149", "the DHCP range `10.0.1.100-10.0.1.149` is outside", "hosts/c/cluster.yaml:16", "same wire"),
    (CLUSTER, "10.0.0.200-10.0.0.220", "10.0.0.200-", "`10.0.0.200-` is no range", "hosts/c/cluster.yaml:17", "write CIDR"),
    (CLUSTER, "10.0.0.200-10.0.0.220", "10.0.0.200-10.0.1.20", "the load balancer pool `10.0.0.200-10.0.1.20` is outside", "hosts/c/cluster.yaml:17", "same wire"),
    (CLUSTER, "10.0.0.200-10.0.0.220", "10.0.0.140-10.0.0.160", "has addresses of the DHCP range", "hosts/c/cluster.yaml:17", "take it out"),
    (CLUSTER, "[10.0.0.200-10.0.0.220]", "[10.0.0.200-10.0.0.220, 10.0.0.220/32]", "has addresses of the pool", "hosts/c/cluster.yaml:17", "take it out"),
    (CLUSTER, "nas: 10.0.0.5", "nas: 10.0.0.205", "has addresses of `nas` at `10.0.0.205`", "hosts/c/cluster.yaml:17", "take it out"),
    (CLUSTER, "nas: 10.0.0.5", "nas: 10.7.0.5", "`nas` at `10.7.0.5` is outside", "hosts/c/cluster.yaml:19", "needs an entry"),
    (CLUSTER, "nas: 10.0.0.5", "nas: 10.0.0.12", "machine `b`: `10.0.0.12` is the address of `nas`", "hosts/c/machines/b.yaml:3", "another address"),
    (CLUSTER, "gateway: 10.0.0.1", "gatway: 10.0.0.1", "`networks.gatway`: unknown field", "hosts/c/cluster.yaml:13", "did you mean `gateway`"),
];

#[rustfmt::skip]
const CLUSTERS: [Case; 20] = [
    (CLUSTER, "endpoint: https://10.0.0.10:6443\n", "", "has machines but no `endpoint`", "hosts/c/cluster.yaml:1", "add `endpoint:"),
    (CLUSTER, "https://10.0.0.10:6443", "http://10.0.0.10:6443", "is no address of an API server", "hosts/c/cluster.yaml:8", "write `https://"),
    (CLUSTER, "https://10.0.0.10:6443", "https://10.0.0.10", "has no port", "hosts/c/cluster.yaml:8", "`:6443`"),
    (CLUSTER, "https://10.0.0.10:6443", "https://10.0.0.10:99999", "is no address of an API server", "hosts/c/cluster.yaml:8", "write `https://"),
    (CLUSTER, "https://10.0.0.10:6443", "https://10.0.0.300:6443", "neither an address nor a name", "hosts/c/cluster.yaml:8", "write `https://"),
    (CLUSTER, "https://10.0.0.10:6443", "https://10.0.0.77:6443", "is the address of no control plane", "hosts/c/cluster.yaml:8", "10.0.0.10, 10.0.0.11"),
    (CLUSTER, "https://10.0.0.10:6443", "https://10.0.0.12:6443", "is the address of `b`, a worker", "hosts/c/cluster.yaml:8", "10.0.0.10"),
    (CLUSTER, "version: 1.11.3", "version: v1.11", "`v1.11` is no version of Talos", "hosts/c/cluster.yaml:21", "without `v`"),
    (CLUSTER, "version: 1.11.3", "version: 1.4.0", "Talos `1.4.0` is not known", "hosts/c/cluster.yaml:21", "1.10, 1.11"),
    (CLUSTER, "version: 1.34.1", "version: 1.35.0", "does not support Kubernetes `1.35.0`", "hosts/c/cluster.yaml:21", "1.29 to 1.34"),
    (CLUSTER, "version: 1.34.1", "version: v1.34.1", "`v1.34.1` is no version of Kubernetes", "hosts/c/cluster.yaml:7", "without `v`"),
    (CLUSTER, "image: nuc", "image: nuk", "machines have the image `nuk`, which does not exist", "hosts/c/cluster.yaml:22", "images/nuk.yaml"),
    (CLUSTER, "registry: oci", "vcluster: {host: d, namespace: x}\nregistry: oci", "both `talos` and `vcluster`", "hosts/c/cluster.yaml:25", "remove the other one"),
    (CLUSTER, "sops: secrets.sops.yaml", "sops: ../secrets.sops.yaml", "is not below the directory", "hosts/c/cluster.yaml:24", "outside the checkout"),
    (CLUSTER, "sops: secrets.sops.yaml", "environment: X\n  file: /x", "not exactly one place", "hosts/c/cluster.yaml:24", "give one of"),
    (CLUSTER, "sops: secrets.sops.yaml", "command: []", "names no program", "hosts/c/cluster.yaml:24", "write a list"),
    (CLUSTER, "sops: secrets.sops.yaml", "environment: 1X", "`1X` is no name of a variable", "hosts/c/cluster.yaml:24", "no digit first"),
    (CLUSTER, "sops: secrets.sops.yaml", "file: secrets.yaml", "may be in the checkout", "hosts/c/cluster.yaml:24", "whole path"),
    (CLUSTER, "sops: secrets.sops.yaml", "vault: x", "`secrets.vault`", "hosts/c/cluster.yaml:24", "`sops`, `command`"),
    (CLUSTER, "engines: [flux]", "engines: [flock]", "`engines.0`", "hosts/c/cluster.yaml:5", ""),
];

#[rustfmt::skip]
const MACHINES: [Case; 46] = [
    (A, "name: a", "name: aa", "calls itself `aa`", "hosts/c/machines/a.yaml:1", "write `name: a`"),
    (A, "role: control-plane", "role: controlplane", "`role`", "hosts/c/machines/a.yaml:2", "schema"),
    (A, "address: 10.0.0.11\n", "", "address", "hosts/c/machines/a.yaml:1", "schema"),
    (A, "address: 10.0.0.11", "address: 10.0.0.11/24", "`10.0.0.11/24` is no address", "hosts/c/machines/a.yaml:3", "without the prefix"),
    (B, "address: 10.0.0.12", "address: 10.0.9.12", "`10.0.9.12` is outside of the network", "hosts/c/machines/b.yaml:3", "correct the address"),
    (B, "address: 10.0.0.12", "address: 10.0.0.255", "`10.0.0.255` is no address of a computer", "hosts/c/machines/b.yaml:3", "first and the last"),
    (B, "address: 10.0.0.12", "address: 10.0.0.11", "machine `b`: `10.0.0.11` is also the address of `a`", "hosts/c/machines/b.yaml:3", "address of its own"),
    (B, "address: 10.0.0.12", "address: 10.0.0.1", "is the gateway", "hosts/c/machines/b.yaml:3", "another address"),
    (B, "address: 10.0.0.12", "address: 10.0.0.101", "is in the DHCP range", "hosts/c/machines/b.yaml:3", "outside of its range"),
    (B, "address: 10.0.0.12", "address: 10.0.0.201", "is in the load balancer pool", "hosts/c/machines/b.yaml:3", "outside of the pool"),
    (B, "address: 10.0.0.12", "address: 10.0.0.10", "is the virtual address", "hosts/c/machines/b.yaml:3", "another one"),
    (A, "vlans:\n      - id: 20\n        addresses: [10.20.0.11/24]", "vlans:\n      - id: 20\n        addresses: [10.0.0.12/24]", "machine `b`: `10.0.0.12` is also the address of `a`", "hosts/c/machines/b.yaml:3", "its own"),
    (A, "disk: /dev/nvme0n1", "disk: nvme0n1", "`nvme0n1` is no path of a disk", "hosts/c/machines/a.yaml:5", "/dev/nvme0n1"),
    (A, "disk: /dev/nvme0n1", "disk: /dev/nvme1n1", "it has no disk `/dev/nvme1n1`", "hosts/c/machines/a.yaml:5", "did you mean `/dev/nvme0n1`"),
    (A, "install:\n  disk: /dev/nvme0n1", "install: {wipe: true}", "neither a disk nor a selector", "hosts/c/machines/a.yaml:4", "add `disk"),
    (A, "install:\n  disk: /dev/nvme0n1\n", "", "says no disk to install on", "hosts/c/machines/a.yaml:1", "add `install`"),
    (B, "selector:\n    size: '>= 100GB'", "disk: /dev/nvme0n1\n  selector:\n    size: '>= 100GB'", "both a disk and a selector", "hosts/c/machines/b.yaml:5", "keep one"),
    (B, "'>= 100GB'", "'!= 100GB'", "is no condition on a size", "hosts/c/machines/b.yaml:6", ">= 100GB"),
    (B, "'>= 100GB'", "'>= 1TB'", "no disk that it has fits", "hosts/c/machines/b.yaml:6", "correct the selector"),
    (B, "    type: nvme\n    model: Samsung*", "    type: hdd\n    model: Samsung*", "no disk that it has fits", "hosts/c/machines/b.yaml:6", "correct the selector"),
    (B, "model: Samsung*", "model: WD*", "no disk that it has fits", "hosts/c/machines/b.yaml:6", "correct the selector"),
    (B, "selector:\n    size: '>= 100GB'\n    type: nvme\n    model: Samsung*", "selector: {}", "the selector says nothing", "hosts/c/machines/b.yaml:5", "say what the disk is like"),
    (B, "type: nvme\n    model: Samsung*", "type: floppy\n    model: Samsung*", "`install.selector.type`", "hosts/c/machines/b.yaml:7", ""),
    (B, "- path: /dev/nvme0n1", "- path: /dev/nvme0n1\n  - path: /dev/nvme0n1", "is listed twice", "hosts/c/machines/b.yaml:11", "remove one"),
    (B, "- path: /dev/nvme0n1", "- path: nvme0n1", "`nvme0n1` is no path of a disk", "hosts/c/machines/b.yaml:10", "path of the device"),
    (B, "size: 500GB", "size: huge", "`huge` is no size", "hosts/c/machines/b.yaml:11", "500GB"),
    (A, "- name: eth0", "- selector: {physical: true}\n    name: eth0", "both a name and a selector", "hosts/c/machines/a.yaml:12", "keep one"),
    (A, "- name: eth0\n    addresses", "- addresses", "neither a name nor a selector", "hosts/c/machines/a.yaml:12", "add `name`"),
    (A, "labels:", "  - name: eth0\n    dhcp: true\nlabels:", "the interface `eth0` is described twice", "hosts/c/machines/a.yaml:21", "put both together"),
    (B, "00:1b:21:0a:0b:0c", "00:1b:21:0A:0b", "is no hardware address", "hosts/c/machines/b.yaml:16", "six bytes"),
    (A, "mtu: 1500", "mtu: 100", "no interface takes packets of 100 bytes", "hosts/c/machines/a.yaml:14", "1500 is usual"),
    (A, "mtu: 1500", "mtu: lots", "`interfaces.0.mtu`", "hosts/c/machines/a.yaml:14", ""),
    (A, "[10.0.0.11/24]", "[10.0.0.11]", "`10.0.0.11` is no address of an interface", "hosts/c/machines/a.yaml:13", "add the prefix"),
    (A, "[10.0.0.11/24]", "[10.0.0.11/16]", "has another prefix", "hosts/c/machines/a.yaml:12", "write `10.0.0.11/24`"),
    (A, "[10.0.0.11/24]", "[10.0.0.99/24]", "no interface has its address `10.0.0.11`", "hosts/c/machines/a.yaml:12", "add it to `addresses`"),
    (A, "network: 0.0.0.0/0", "network: everywhere", "is no network that a route leads to", "hosts/c/machines/a.yaml:16", "0.0.0.0/0"),
    (A, "gateway: 10.0.0.1", "gateway: router", "`router` is no address of a router", "hosts/c/machines/a.yaml:17", "write an address"),
    (A, "gateway: 10.0.0.1", "gateway: 10.9.0.1", "is in no network of the interface", "hosts/c/machines/a.yaml:17", "without another one"),
    (A, "id: 20", "id: 4095", "`4095` is no number of a virtual network", "hosts/c/machines/a.yaml:19", "1 to 4094"),
    (A, "labels:", "      - id: 20\nlabels:", "the virtual network 20 is described twice", "hosts/c/machines/a.yaml:21", "put both together"),
    (A, "example.org/rack: one", "example.org/: one", "`example.org/` is no label", "hosts/c/machines/a.yaml:22", "domain/name"),
    (A, "example.org/rack: one", "example.org/rack: not one", "is no value of the label", "hosts/c/machines/a.yaml:22", "63 letters"),
    (A, "example.org/rack: one", "node-role.kubernetes.io/gpu: ''", "may not give its node the label", "hosts/c/machines/a.yaml:22", "domain of your own"),
    (A, "effect: NoSchedule", "effect: Never", "`taints.0.effect`", "hosts/c/machines/a.yaml:25", ""),
    (A, "key: example.org/slow", "key: slow!", "is no taint", "hosts/c/machines/a.yaml:24", "as those of labels"),
    (A, "patches: [gpu]", "patches: [gpu, gpus]", "takes the patch `gpus`, which does not exist", "hosts/c/machines/a.yaml:26", "did you mean `gpu`"),
];

#[rustfmt::skip]
const PATCHES: [Case; 10] = [
    (A, "patches: [gpu]", "patches: [gpu, gpu]", "takes the patch `gpu` twice", "hosts/c/machines/a.yaml:26", "remove one"),
    (A, "patches: [gpu]", "patches: []", "no machine takes the optional patch `gpu`", "hosts/c/patches/optional/gpu.yaml:1", "add `patches: [gpu]`"),
    (GPU, "i915", "zfs", "the kernel module `zfs` needs the system extension `zfs`", "hosts/c/patches/optional/gpu.yaml:4", "images/nuc.yaml"),
    (GPU, "machine:\n  kernel:\n    modules:\n      - name: i915", "machine: [", "cannot read", "hosts/c/patches/optional/gpu.yaml:", "bracket"),
    (GPU, "machine:\n  kernel:\n    modules:\n      - name: i915", "just text", "not a string", "hosts/c/patches/optional/gpu.yaml:1", "machine:"),
    (GPU, "machine:\n  kernel:\n    modules:\n      - name: i915", "- op: adds\n  path: /machine", "`adds` is no operation", "hosts/c/patches/optional/gpu.yaml:1", "RFC 6902"),
    (GPU, "machine:\n  kernel:\n    modules:\n      - name: i915", "- op: add\n  path: machine\n  value: 1", "does not start with `/`", "hosts/c/patches/optional/gpu.yaml:1", "RFC 6902"),
    (GPU, "machine:\n  kernel:\n    modules:\n      - name: i915", "- op: replace\n  path: /machine", "has no `value`", "hosts/c/patches/optional/gpu.yaml:1", "RFC 6902"),
    (GPU, "machine:\n  kernel:\n    modules:\n      - name: i915", "- op: move\n  path: /machine", "has no `from`", "hosts/c/patches/optional/gpu.yaml:1", "RFC 6902"),
    (GPU, "machine:\n  kernel:\n    modules:\n      - name: i915", "apiVersion: v1alpha1\nkind: ExtensionServiceConfig\nname: tailscale", "the extension service `tailscale` needs", "hosts/c/patches/optional/gpu.yaml:3", "images/nuc.yaml"),
];

fn try_all(cases: &[Case]) {
    let misses = cases.iter().filter_map(|(file, from, to, message, place, hint)| {
        let found = diagnostics(|root| replace(root, file, from, to));
        misses(&format!("{file}: `{from}` to `{to}`"), &found, &Expected { message, place, hint })
    });
    let misses: Vec<String> = misses.collect();
    assert!(misses.is_empty(), "{}", misses.join("\n\n"));
}

#[test]
fn networks() {
    try_all(&NETWORKS);
}

#[test]
fn clusters() {
    try_all(&CLUSTERS);
}

#[test]
fn machines() {
    try_all(&MACHINES);
}

#[test]
fn patches() {
    try_all(&PATCHES);
}
