//! What the root document and another one say both.

use yaml::Node;

use super::checker::{Checker, flag, has, items, text};

pub(super) fn check(checker: &mut Checker<'_>, root: &Node) {
    let Some(machine) = root.get("machine") else { return };
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
            "KubeSpanConfig" if has(machine, &["network", "kubespan"]) => "machine.network.kubespan",
            "ResolverConfig" => match resolver(machine) {
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

fn resolver(machine: &Node) -> Option<&'static str> {
    if has(machine, &["network", "searchDomains"]) {
        return Some("machine.network.searchDomains");
    }
    if has(machine, &["network", "nameservers"]) {
        return Some("machine.network.nameservers");
    }
    flag(machine, &["network", "disableSearchDomain"]).then_some("machine.network.disableSearchDomain")
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
