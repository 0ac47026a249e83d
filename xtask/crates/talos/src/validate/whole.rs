//! What the documents of Talos 1.14 must say together.

use yaml::Node;

use super::Mode;
use super::checker::{Checker, flag, has, items, text};

pub(super) fn check(checker: &mut Checker<'_>, mode: Mode) {
    checker.document = String::new();
    let root = checker.config.root();
    let dns = host_dns(checker);
    if mode == Mode::Container {
        match dns {
            None => checker.error(None, "in a container `hostDNS` is needed"),
            Some(dns) => {
                checker.require(
                    flag(dns, &["enabled"]),
                    Some(dns),
                    "in a container `hostDNS.enabled` must be true",
                );
                let forwards = flag(dns, &["forwardKubeDNSToHost"]);
                checker.require(
                    forwards,
                    Some(dns),
                    "in a container `hostDNS.forwardKubeDNSToHost` must be true",
                );
            }
        }
    }
    let resolver = document(checker, "ResolverConfig");
    let servers = resolver.map(|resolver| items(resolver, &["nameservers"])).unwrap_or_default();
    let secure = servers.iter().find(|server| has(server, &["protocol"]));
    if secure.is_some() && !dns.is_some_and(|dns| flag(dns, &["enabled"])) {
        checker.error(secure, "a name server with `protocol` needs `hostDNS.enabled`");
    }
    let Some(root) = root else { return };
    let is_control_plane = matches!(text(root, &["machine", "type"]), "init" | "controlplane");
    let own = document(checker, "KubeEtcdEncryptionConfig");
    if matches!(text(root, &["machine", "type"]), "" | "worker" | "join") {
        checker.require(own.is_none(), own, "a worker has no etcd to encrypt");
    }
    let keys = ["secretboxEncryptionSecret", "aescbcEncryptionSecret"];
    let encrypted = keys.iter().any(|key| !text(root, &["cluster", key]).is_empty()) || own.is_some();
    checker.require(
        encrypted || !is_control_plane,
        None,
        "a control plane machine needs the encryption of etcd",
    );
}

fn document<'a>(checker: &Checker<'a>, kind: &str) -> Option<&'a Node> {
    let config: &'a crate::Config = checker.config;
    config.documents().iter().find(|document| document.kind() == kind).map(|document| &document.root)
}

/// That of the resolver counts when it is enabled, the older place otherwise.
fn host_dns<'a>(checker: &Checker<'a>) -> Option<&'a Node> {
    let newer = document(checker, "ResolverConfig").and_then(|resolver| resolver.get("hostDNS"));
    let config: &'a crate::Config = checker.config;
    let older = config.root().and_then(|root| root.at(&["machine", "features", "hostDNS"]));
    newer.filter(|dns| flag(dns, &["enabled"])).or(older)
}
