//! The root document.

use yaml::Node;

use super::checker::{Checker, flag, has, items, number, text};
use super::{Mode, cluster, forms, install, interfaces, labels};
use crate::Contract;

/// Fields of the kubelet's configuration that are Talos' own.
const KUBELET_FIELDS: [&str; 12] = [
    "apiVersion",
    "authentication",
    "authorization",
    "cgroupRoot",
    "kind",
    "kubeletCgroups",
    "port",
    "protectKernelDefaults",
    "resolvConf",
    "rotateCertificates",
    "systemCgroups",
    "staticPodPath",
];

/// The smallest packets that a link of `KubeSpan` can be made for.
pub(super) const KUBESPAN_MTU: i64 = 1280;

pub(super) fn check(checker: &mut Checker<'_>, root: &Node, mode: Mode) {
    let Some(machine) = root.get("machine").filter(|machine| !machine.is_null()) else {
        checker.error(root.get("machine"), "there is no `machine`");
        return;
    };
    let kind = text(machine, &["type"]);
    let is_control_plane = matches!(kind, "init" | "controlplane");
    cluster::check(checker, root.get("cluster").filter(|cluster| !cluster.is_null()), is_control_plane);
    install::check(checker, machine, mode);
    host_dns(checker, machine, mode);
    if matches!(kind, "" | "join") {
        checker.warning(machine.get("type"), format!("the machine's type is `worker`, not `{kind}`"));
    }
    role(checker, root, machine, kind);
    interfaces::check(checker, machine);
    disks(checker, machine);
    kubelet(checker, machine);
    encryption(checker, machine);
    kubespan(checker, root, machine);
    logging(checker, machine);
    install::extensions(checker, machine);
    labels::check(checker, machine);
    features(checker, machine, is_control_plane);
    if root.get("persist").and_then(Node::as_bool) == Some(false) {
        checker.error(root.get("persist"), "`persist` must be true");
    }
    for part in ["config", "mirrors"] {
        let of = machine.at(&["registries", part]).and_then(Node::as_map);
        for entry in of.into_iter().flatten().filter(|entry| entry.value.is_null()) {
            checker
                .error(Some(&entry.value), format!("`machine.registries.{part}` of `{}` is null", entry.key));
        }
    }
}

fn host_dns(checker: &mut Checker<'_>, machine: &Node, mode: Mode) {
    let dns = machine.at(&["features", "hostDNS"]);
    let enabled = flag(machine, &["features", "hostDNS", "enabled"]);
    let forwards = flag(machine, &["features", "hostDNS", "forwardKubeDNSToHost"]);
    // Later versions look at all documents for it.
    if mode == Mode::Container && checker.contract() <= Contract::V1_13 {
        checker.require(enabled, dns, "in a container `machine.features.hostDNS.enabled` must be true");
        let message = "in a container `machine.features.hostDNS.forwardKubeDNSToHost` must be true";
        checker.require(forwards, dns, message);
    }
    if checker.contract() >= Contract::V1_13 && forwards && !enabled {
        checker.error(dns, "`machine.features.hostDNS.forwardKubeDNSToHost` needs `enabled`");
    }
}

fn role(checker: &mut Checker<'_>, root: &Node, machine: &Node, kind: &str) {
    let ca = machine.get("ca");
    let accepted = !items(machine, &["acceptedCAs"]).is_empty();
    if ca.is_none() && !accepted {
        checker.error(None, "the machine needs `machine.ca` or `machine.acceptedCAs`");
    }
    match kind {
        "init" | "controlplane" => {
            cluster::cni(checker, root.at(&["cluster", "network", "cni"]));
            match ca {
                None => checker.error(None, "a control plane machine needs `machine.ca`"),
                Some(ca) => {
                    let key = !text(ca, &["key"]).is_empty();
                    checker.require(key, Some(ca), "a control plane machine needs `machine.ca.key`");
                }
            }
        }
        "" | "worker" | "join" => {
            for device in items(machine, &["network", "interfaces"]) {
                let vips =
                    items(device, &["vlans"]).iter().chain([device]).filter_map(|link| link.get("vip"));
                for vip in vips.filter(|vip| !vip.is_null()) {
                    checker.error(Some(vip), "a worker cannot have a virtual IP address");
                }
            }
            if let Some(ca) = ca {
                checker.require(
                    text(ca, &["key"]).is_empty(),
                    ca.get("key"),
                    "a worker must not have `machine.ca.key`",
                );
                let trusts = accepted || !text(ca, &["crt"]).is_empty();
                checker.require(trusts, Some(ca), "a worker needs `machine.ca.crt` or `machine.acceptedCAs`");
            }
            let key = root.at(&["cluster", "ca", "key"]);
            let none = text(root, &["cluster", "ca", "key"]).is_empty();
            checker.require(none, key, "a worker must not have `cluster.ca.key`");
        }
        other => checker.error(
            machine.get("type"),
            format!("`{other}` is no type of machine: `controlplane` or `worker`"),
        ),
    }
}

fn disks(checker: &mut Checker<'_>, machine: &Node) {
    for disk in items(machine, &["disks"]) {
        if disk.is_null() {
            checker.error(Some(disk), "a disk is null");
        }
        let partitions = items(disk, &["partitions"]);
        for partition in partitions.iter().rev().skip(1).filter(|partition| !has(partition, &["size"])) {
            let message =
                format!("only the last partition of `{}` may be without a size", text(disk, &["device"]));
            checker.error(Some(partition), message);
        }
    }
}

fn kubelet(checker: &mut Checker<'_>, machine: &Node) {
    for subnet in items(machine, &["kubelet", "nodeIP", "validSubnets"]) {
        filter(checker, subnet, "machine.kubelet.nodeIP.validSubnets");
    }
    for field in KUBELET_FIELDS {
        if let Some(value) = machine.at(&["kubelet", "extraConfig", field]) {
            checker.error(Some(value), format!("`{field}` of the kubelet's configuration is Talos' own"));
        }
    }
}

/// A network or address, not that one with `!`.
pub(super) fn filter(checker: &mut Checker<'_>, value: &Node, field: &str) {
    let text = value.as_str().unwrap_or_default();
    let is_one = forms::is_subnet_or_address(text.strip_prefix('!').unwrap_or(text));
    checker.require(is_one, Some(value), format!("`{field}`: `{text}` is no network or address"));
}

fn encryption(checker: &mut Checker<'_>, machine: &Node) {
    for partition in ["ephemeral", "state"] {
        let Some(encryption) = machine.at(&["systemDiskEncryption", partition]) else { continue };
        let keys = items(encryption, &["keys"]);
        checker.require(
            !keys.is_empty(),
            Some(encryption),
            format!("the encryption of `{partition}` has no keys"),
        );
        slots(checker, keys, partition);
    }
}

/// Each key has a slot of its own, and something that it is made of.
pub(super) fn slots(checker: &mut Checker<'_>, keys: &[Node], of: &str) {
    for (index, key) in keys.iter().enumerate() {
        let slot = number(key, &["slot"]);
        let before = keys.get(..index).unwrap_or_default();
        if before.iter().any(|other| number(other, &["slot"]) == slot) {
            checker.error(Some(key), format!("slot {slot} of `{of}` has two keys"));
        }
        if !["nodeID", "static", "kms", "tpm"].iter().any(|kind| has(key, &[kind])) {
            checker.error(
                Some(key),
                format!("the key in slot {slot} of `{of}` is of no kind: nodeID, static, kms or tpm"),
            );
        }
    }
}

fn kubespan(checker: &mut Checker<'_>, root: &Node, machine: &Node) {
    let Some(kubespan) = machine.at(&["network", "kubespan"]).filter(|kubespan| flag(kubespan, &["enabled"]))
    else {
        return;
    };
    if let Some(mtu) = kubespan.get("mtu") {
        let enough = mtu.as_i64().is_none_or(|mtu| mtu >= KUBESPAN_MTU);
        checker.require(enough, Some(mtu), format!("the MTU of KubeSpan must be at least {KUBESPAN_MTU}"));
    }
    let discovery = flag(root, &["cluster", "discovery", "enabled"]);
    checker.require(discovery, Some(kubespan), "KubeSpan needs `cluster.discovery.enabled`");
    for field in ["id", "secret"] {
        let there = !text(root, &["cluster", field]).is_empty();
        checker.require(there, Some(kubespan), format!("KubeSpan needs `cluster.{field}`"));
    }
    for endpoint in items(kubespan, &["filters", "endpoints"]) {
        filter(checker, endpoint, "machine.network.kubespan.filters.endpoints");
    }
    if checker.contract() >= Contract::V1_13 {
        for network in items(kubespan, &["filters", "excludeAdvertisedNetworks"]) {
            let is_one = network.as_str().is_some_and(|text| crate::leaf::Prefix::parse(text).is_some());
            checker.require(is_one, Some(network), "an excluded network of KubeSpan is no network");
        }
    }
}

fn logging(checker: &mut Checker<'_>, machine: &Node) {
    for destination in items(machine, &["logging", "destinations"]) {
        let endpoint = destination.get("endpoint");
        match endpoint.and_then(Node::as_str).map(crate::leaf::Url::parse) {
            None | Some(Err(_)) => checker.error(Some(destination), "a destination of logs has no endpoint"),
            Some(Ok(url)) => {
                checker.require(!url.host.is_empty(), endpoint, "the endpoint of logs has no host");
                let known = matches!(url.scheme.as_str(), "tcp" | "udp");
                checker.require(
                    known,
                    endpoint,
                    format!("logs go to `tcp` or `udp`, not to `{}`", url.scheme),
                );
            }
        }
        let format = text(destination, &["format"]);
        checker.require(
            format == "json_lines",
            destination.get("format"),
            format!("`{format}` is no format of logs: `json_lines`"),
        );
    }
}

fn features(checker: &mut Checker<'_>, machine: &Node, is_control_plane: bool) {
    const ROLES: [&str; 5] = ["os:admin", "os:reader", "os:operator", "os:etcd:backup", "os:impersonator"];
    let Some(features) = machine.get("features") else { return };
    if let Some(access) = features.get("kubernetesTalosAPIAccess").filter(|access| flag(access, &["enabled"]))
    {
        let message = "access to the Talos API from Kubernetes is for control plane machines only";
        checker.require(is_control_plane, Some(access), message);
        if checker.contract() <= Contract::V1_11 {
            let message = "access to the Talos API from Kubernetes needs `machine.features.rbac`";
            checker.require(rbac(features), Some(access), message);
        }
        for role in items(access, &["allowedRoles"]) {
            let name = role.as_str().unwrap_or_default();
            checker.require(ROLES.contains(&name), Some(role), format!("`{name}` is no role"));
        }
    }
    let algorithm = text(features, &["nodeAddressSortAlgorithm"]);
    if !matches!(algorithm.to_lowercase().as_str(), "" | "v1" | "v2") {
        let message = format!("`{algorithm}` is no algorithm to sort addresses by: `v1` or `v2`");
        checker.error(features.get("nodeAddressSortAlgorithm"), message);
    }
}

/// On unless it is turned off.
fn rbac(features: &Node) -> bool {
    features.get("rbac").and_then(Node::as_bool).unwrap_or(true)
}
