//! The part `cluster` of the root document.

use yaml::Node;

use super::checker::{Checker, flag, has, items, text};
use super::forms::{endpoint, is_domain};
use super::machine::filter;

pub(super) fn check(checker: &mut Checker<'_>, cluster: Option<&Node>, is_control_plane: bool) {
    let Some(cluster) = cluster else {
        checker.error(None, "there is no `cluster`");
        return;
    };
    let url = cluster.at(&["controlPlane", "endpoint"]).filter(|url| !url.is_null());
    let Some(url) = url else {
        checker.error(Some(cluster), "there is no `cluster.controlPlane.endpoint`");
        return;
    };
    if let Err(reason) = endpoint(url.as_str().unwrap_or_default()) {
        checker.error(Some(url), format!("`cluster.controlPlane.endpoint` is no endpoint: {reason}"));
    }
    let domain = text(cluster, &["network", "dnsDomain"]);
    if !domain.is_empty() && !is_domain(domain) {
        checker.error(cluster.at(&["network", "dnsDomain"]), format!("`{domain}` is no name of a domain"));
    }
    external(checker, cluster);
    etcd(checker, cluster, is_control_plane);
    if !is_control_plane && !text(cluster, &["ca", "key"]).is_empty() {
        checker.error(cluster.at(&["ca", "key"]), "only control plane machines have `cluster.ca.key`");
    }
    manifests(checker, cluster);
    discovery(checker, cluster);
    authorization(checker, cluster);
    for part in ["apiServer", "controllerManager", "scheduler"] {
        resources(checker, cluster, part);
    }
}

fn external(checker: &mut Checker<'_>, cluster: &Node) {
    let Some(external) = cluster.get("externalCloudProvider") else { return };
    let manifests = items(external, &["manifests"]);
    if !flag(external, &["enabled"]) {
        let none = manifests.is_empty();
        checker.require(
            none,
            Some(external),
            "`cluster.externalCloudProvider` has manifests but is not enabled",
        );
        return;
    }
    for manifest in manifests {
        if let Err(reason) = endpoint(manifest.as_str().unwrap_or_default()) {
            checker.error(
                Some(manifest),
                format!("a manifest of the cloud provider cannot be fetched: {reason}"),
            );
        }
    }
}

fn etcd(checker: &mut Checker<'_>, cluster: &Node, is_control_plane: bool) {
    let Some(etcd) = cluster.get("etcd") else { return };
    if !is_control_plane {
        checker.error(Some(etcd), "only control plane machines have `cluster.etcd`");
        return;
    }
    checker.require(has(etcd, &["ca"]), Some(etcd), "`cluster.etcd.ca` is missing");
    let subnet = etcd.get("subnet");
    let advertised = items(etcd, &["advertisedSubnets"]);
    if subnet.is_some() && !advertised.is_empty() {
        checker.error(subnet, "`cluster.etcd` has both `subnet` and `advertisedSubnets`");
    }
    let listen = items(etcd, &["listenSubnets"]);
    // etcd listens where it is advertised, unless told otherwise.
    let listen = if listen.is_empty() { advertised } else { listen };
    let older = subnet.filter(|_| advertised.is_empty());
    for value in advertised.iter().chain(older) {
        filter(checker, value, "cluster.etcd.advertisedSubnets");
    }
    for value in listen {
        filter(checker, value, "cluster.etcd.listenSubnets");
    }
}

fn manifests(checker: &mut Checker<'_>, cluster: &Node) {
    let manifests = items(cluster, &["inlineManifests"]);
    for (index, manifest) in manifests.iter().enumerate() {
        let name = text(manifest, &["name"]);
        checker.require(!name.trim().is_empty(), Some(manifest), "an inline manifest has no name");
        let before = manifests.get(..index).unwrap_or_default();
        if before.iter().any(|other| text(other, &["name"]) == name) {
            checker.error(manifest.get("name"), format!("two inline manifests are called `{name}`"));
        }
    }
}

fn discovery(checker: &mut Checker<'_>, cluster: &Node) {
    let Some(discovery) = cluster.get("discovery").filter(|discovery| flag(discovery, &["enabled"])) else {
        return;
    };
    if flag(discovery, &["registries", "service", "disabled"]) {
        return;
    }
    let own = discovery.at(&["registries", "service", "endpoint"]);
    if let Some(url) = own.and_then(Node::as_str).filter(|url| !url.is_empty()) {
        match crate::leaf::Url::parse(url) {
            Ok(parsed) if url.starts_with('/') || !parsed.scheme.is_empty() => {
                let bare = matches!(parsed.path.as_str(), "" | "/");
                checker.require(bare, own, "the discovery service's URL has a path");
            }
            _ => checker.error(own, "the discovery service's endpoint is no URL"),
        }
    }
    for field in ["id", "secret"] {
        let there = !text(cluster, &[field]).is_empty();
        checker.require(there, Some(discovery), format!("the discovery service needs `cluster.{field}`"));
    }
}

/// One complaint at most, as the library stops at the first.
fn authorization(checker: &mut Checker<'_>, cluster: &Node) {
    let Some(list) = cluster.at(&["apiServer", "authorizationConfig"]) else { return };
    let args = cluster.at(&["apiServer", "extraArgs"]).and_then(Node::as_map);
    let clash = |key: &str| key == "authorization-mode" || key.starts_with("authorization-webhook-");
    if let Some(entry) = args.into_iter().flatten().find(|entry| clash(&entry.key)) {
        let message =
            format!("the argument `{}` of the API server clashes with `authorizationConfig`", entry.key);
        checker.error(Some(&entry.value), message);
        return;
    }
    for authorizer in list.as_seq().unwrap_or_default() {
        let (kind, name) = (text(authorizer, &["type"]), text(authorizer, &["name"]));
        let known = ["Node", "RBAC", "Webhook"].contains(&kind);
        if kind.is_empty() || name.is_empty() || !known {
            let message =
                "an authorizer of the API server needs `name` and `type`: `Node`, `RBAC` or `Webhook`";
            checker.error(Some(authorizer), message);
            return;
        }
    }
}

fn resources(checker: &mut Checker<'_>, cluster: &Node, part: &str) {
    for list in ["requests", "limits"] {
        let of = cluster.at(&[part, "resources", list]).and_then(Node::as_map);
        let odd = of.into_iter().flatten().find(|entry| !matches!(entry.key.as_str(), "cpu" | "memory"));
        if let Some(entry) = odd {
            checker.error(Some(&entry.value), format!("`cluster.{part}.resources` knows no `{}`", entry.key));
            return;
        }
    }
}

/// The network plugin of control plane machines.
pub(super) fn cni(checker: &mut Checker<'_>, cni: Option<&Node>) {
    let Some(cni) = cni else { return };
    let urls = items(cni, &["urls"]);
    let name = text(cni, &["name"]);
    match name {
        "flannel" | "none" => {
            checker.require(
                urls.is_empty(),
                urls.first(),
                format!("the network plugin `{name}` has no `urls`"),
            );
        }
        "custom" => {
            if urls.is_empty() {
                checker.warning(Some(cni), "the network plugin `custom` has no `urls`");
            }
        }
        _ => {
            checker.error(Some(cni), format!("`{name}` is no network plugin: `flannel`, `custom` or `none`"));
        }
    }
    if !matches!(name, "none" | "custom") {
        return;
    }
    let args = items(cni, &["flannel", "extraArgs"]);
    checker.require(
        args.is_empty(),
        args.first(),
        format!("the network plugin `{name}` has no arguments of flannel"),
    );
    let policies = cni.at(&["flannel", "kubeNetworkPoliciesEnabled"]);
    if flag(cni, &["flannel", "kubeNetworkPoliciesEnabled"]) {
        checker.error(policies, format!("the network plugin `{name}` has no network policies of flannel"));
    }
    if name == "custom" {
        for url in urls {
            if let Err(reason) = endpoint(url.as_str().unwrap_or_default()) {
                checker.error(
                    Some(url),
                    format!("a manifest of the network plugin cannot be fetched: {reason}"),
                );
            }
        }
    }
}
