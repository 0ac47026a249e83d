//! What the root document and another one say both.

use yaml::Node;

use super::checker::{Checker, flag, has, items, text};

pub(super) fn check(checker: &mut Checker<'_>, root: &Node) {
    let nothing = Node::null();
    let machine = root.get("machine").unwrap_or(&nothing);
    for document in checker.config.documents() {
        let place = Some(&document.root);
        checker.document = document.title();
        let twice = match document.kind() {
            "HostnameConfig" if !text(machine, &["network", "hostname"]).is_empty() => {
                "machine.network.hostname"
            }
            "HostnameConfig" if flag(machine, &["features", "stableHostname"]) => {
                "machine.features.stableHostname"
            }
            "KubeEtcdEncryptionConfig" if is_encrypted(root) => "cluster",
            "KubeControllerManagerConfig" if has(root, &["cluster", "controllerManager"]) => {
                "cluster.controllerManager"
            }
            "KubeControllerManagerConfig" if has(machine, &["controlPlane", "controllerManager"]) => {
                "machine.controlPlane.controllerManager"
            }
            "KubeSchedulerConfig" if has(root, &["cluster", "scheduler"]) => "cluster.scheduler",
            "KubeSchedulerConfig" if has(machine, &["controlPlane", "scheduler"]) => {
                "machine.controlPlane.scheduler"
            }
            "KubeSpanConfig" if has(machine, &["network", "kubespan"]) => "machine.network.kubespan",
            "ResolverConfig" => match resolver(machine, &document.root) {
                Some(field) => field,
                None => continue,
            },
            "TimeSyncConfig" if flag(machine, &["time", "disabled"]) => "machine.time.disabled",
            "TimeSyncConfig" if !items(machine, &["time", "servers"]).is_empty() => "machine.time.servers",
            "TimeSyncConfig" if has(machine, &["time", "bootTimeout"]) => "machine.time.bootTimeout",
            "VolumeConfig" if is_encrypted_twice(machine, &document.root) => "machine.systemDiskEncryption",
            _ => continue,
        };
        checker.error(place, format!("`{twice}` says the same already"));
    }
}

fn resolver(machine: &Node, document: &Node) -> Option<&'static str> {
    if has(machine, &["network", "searchDomains"]) {
        return Some("machine.network.searchDomains");
    }
    if has(machine, &["network", "nameservers"]) {
        return Some("machine.network.nameservers");
    }
    if flag(machine, &["network", "disableSearchDomain"]) {
        return Some("machine.network.disableSearchDomain");
    }
    let is_twice = has(document, &["hostDNS"]) && has(machine, &["features", "hostDNS"]);
    is_twice.then_some("machine.features.hostDNS")
}

fn is_encrypted(root: &Node) -> bool {
    let keys = ["secretboxEncryptionSecret", "aescbcEncryptionSecret"];
    keys.iter().any(|key| !text(root, &["cluster", key]).is_empty())
}

fn is_encrypted_twice(machine: &Node, volume: &Node) -> bool {
    let partition = match text(volume, &["name"]) {
        "STATE" => "state",
        "EPHEMERAL" => "ephemeral",
        _ => return false,
    };
    let encrypts = !matches!(text(volume, &["encryption", "provider"]), "" | "none");
    encrypts && has(machine, &["systemDiskEncryption", partition])
}
