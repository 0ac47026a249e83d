//! Documents about links, addresses and routes.

use std::net::IpAddr;

use yaml::Node;

use super::checker::{Checker, has, items, number, text};
use super::forms::{is_expression, is_wireguard_key};
use crate::Contract;
use crate::leaf::{Prefix, duration};

/// What every link has.
pub(super) fn link(checker: &mut Checker<'_>, node: &Node) {
    name(checker, node);
    common(checker, node);
}

fn name(checker: &mut Checker<'_>, node: &Node) {
    checker.require(!text(node, &["name"]).is_empty(), Some(node), "`name` is missing");
}

fn common(checker: &mut Checker<'_>, node: &Node) {
    for address in items(node, &["addresses"]) {
        let prefix = Prefix::parse(text(address, &["address"]));
        let good = prefix.is_some_and(|prefix| !prefix.addr.is_unspecified());
        checker.require(good, Some(address), "an address is missing or unspecified");
    }
    let unspecified = |text: &str| {
        let addr = text.split('/').next().unwrap_or_default();
        addr.parse::<IpAddr>().is_ok_and(|addr| addr.is_unspecified())
    };
    for route in items(node, &["routes"]) {
        for field in ["destination", "gateway", "source"] {
            let message = format!("`{field}` of a route is the unspecified address; leave it out");
            checker.require(!unspecified(text(route, &[field])), route.get(field), message);
        }
    }
}

pub(super) fn bond(checker: &mut Checker<'_>, node: &Node) {
    name(checker, node);
    checker.require(!items(node, &["links"]).is_empty(), Some(node), "a bond needs `links`");
    checker.require(has(node, &["bondMode"]), Some(node), "a bond needs `bondMode`");
    if checker.contract() >= Contract::V1_13 && text(node, &["bondMode"]) == "802.3ad" {
        for field in ["miimon", "updelay", "downdelay"] {
            if !has(node, &[field]) {
                checker.warning(Some(node), format!("a bond in mode `802.3ad` should say `{field}`"));
            }
        }
    }
    common(checker, node);
}

pub(super) fn vlan(checker: &mut Checker<'_>, node: &Node) {
    name(checker, node);
    let id = number(node, &["vlanID"]);
    checker.require(
        (1..=4094).contains(&id),
        node.get("vlanID").or(Some(node)),
        "`vlanID` must be from 1 to 4094",
    );
    checker.require(!text(node, &["parent"]).is_empty(), Some(node), "a VLAN needs its `parent`");
    common(checker, node);
}

pub(super) fn vrf(checker: &mut Checker<'_>, node: &Node) {
    name(checker, node);
    let table = text(node, &["table"]);
    let own = !matches!(table, "" | "unspec" | "local" | "main" | "default");
    checker.require(own, node.get("table").or(Some(node)), format!("`{table}` is no table of its own"));
    common(checker, node);
}

pub(super) fn wireguard(checker: &mut Checker<'_>, node: &Node) {
    name(checker, node);
    let private = is_wireguard_key(text(node, &["privateKey"]));
    // Without its place, which would show the key.
    checker.require(private, None, "`privateKey` is not 32 bytes in base64");
    let port = number(node, &["listenPort"]);
    checker.require((0..=65535).contains(&port), node.get("listenPort"), format!("{port} is no port"));
    for peer in items(node, &["peers"]) {
        let public = is_wireguard_key(text(peer, &["publicKey"]));
        checker.require(public, Some(peer), "the public key of a peer is not 32 bytes in base64");
        let shared = text(peer, &["presharedKey"]);
        let good = shared.is_empty() || is_wireguard_key(shared);
        checker.require(good, None, "the shared key of a peer is not 32 bytes in base64");
        let interval = nanoseconds(peer, "persistentKeepaliveInterval");
        checker.require(interval >= 0, Some(peer), "`persistentKeepaliveInterval` is negative");
    }
    common(checker, node);
}

/// A duration; 0 when it is absent.
pub(super) fn nanoseconds(node: &Node, field: &str) -> i64 {
    duration::parse(text(node, &[field])).unwrap_or_default()
}

pub(super) fn alias(checker: &mut Checker<'_>, node: &Node) {
    name(checker, node);
    let alias = text(node, &["name"]);
    if let Some((before, after)) = alias.split_once('%') {
        let numbered = checker.contract() < Contract::V1_13 || after == "d" && !before.is_empty();
        checker.require(numbered, node.get("name"), format!("`{alias}`: a number is `%d`, at the end"));
    }
    expression(checker, node.at(&["selector", "match"]), "selector.match");
    checker.require(has(node, &["selector", "match"]), Some(node), "`selector.match` is missing");
}

/// An expression that could be one.
pub(super) fn expression(checker: &mut Checker<'_>, value: Option<&Node>, field: &str) {
    if let Some(text) = value.and_then(Node::as_str) {
        checker.require(is_expression(text), value, format!("`{field}`: `{text}` is no expression"));
    }
}

pub(super) fn dhcp(checker: &mut Checker<'_>, node: &Node) {
    name(checker, node);
    let by_duid = text(node, &["clientIdentifier"]) == "duid";
    let duid = !text(node, &["duidRaw"]).is_empty();
    checker.require(!duid || by_duid, node.get("duidRaw"), "`duidRaw` needs `clientIdentifier: duid`");
    checker.require(
        !by_duid || duid,
        node.get("clientIdentifier"),
        "`clientIdentifier: duid` needs `duidRaw`",
    );
}

pub(super) fn vip(checker: &mut Checker<'_>, node: &Node, hcloud: bool) {
    let address = text(node, &["name"]);
    checker.require(
        address.parse::<IpAddr>().is_ok(),
        Some(node),
        format!("the name `{address}` is no address"),
    );
    checker.require(!text(node, &["link"]).is_empty(), Some(node), "`link` is missing");
    if hcloud {
        checker.require(!text(node, &["apiToken"]).is_empty(), Some(node), "`apiToken` is missing");
    }
}

pub(super) fn blackhole(checker: &mut Checker<'_>, node: &Node) {
    name(checker, node);
    let network = text(node, &["name"]);
    checker.require(
        Prefix::parse(network).is_some(),
        Some(node),
        format!("the name `{network}` is no network"),
    );
}

pub(super) fn routing_rule(checker: &mut Checker<'_>, node: &Node) {
    const RESERVED: [u32; 4] = [0, 32500, 32766, 32767];
    name(checker, node);
    let priority = text(node, &["name"]).parse::<u32>();
    checker.require(priority.is_ok(), Some(node), "the name must be the rule's priority: a number");
    let free = !RESERVED.contains(&priority.unwrap_or_default());
    checker.require(
        free,
        Some(node),
        "the priority must be from 1 to 32765 and not 32500, which is KubeSpan's",
    );
    let looks_up = matches!(text(node, &["action"]), "" | "unspec" | "unicast");
    let table = !matches!(text(node, &["table"]), "" | "unspec");
    checker.require(
        table || !looks_up,
        Some(node),
        "a rule needs `table`, or an `action` other than `unicast`",
    );
    let marked = number(node, &["fwMask"]) == 0 || number(node, &["fwMark"]) != 0;
    checker.require(marked, node.get("fwMask"), "`fwMask` needs `fwMark`");
}
