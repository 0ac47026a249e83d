//! Interfaces of the root document.

use std::collections::BTreeMap;
use std::net::IpAddr;

use yaml::{Map, Node};

use super::bond;
use super::checker::{Checker, flag, has, items, text};
use super::forms::{is_ip_or_cidr, is_wireguard_key};
use crate::leaf::Prefix;

pub(super) fn check(checker: &mut Checker<'_>, machine: &Node) {
    let devices = items(machine, &["network", "interfaces"]);
    let members = members(checker, devices);
    for device in devices {
        if device.is_null() {
            checker.error(Some(device), "an interface is null");
        } else if !flag(device, &["ignore"]) {
            interface(checker, device);
            addresses(checker, device, members.contains_key(name(device)));
            routes(checker, device);
        }
    }
}

fn name(device: &Node) -> &str {
    text(device, &["interface"])
}

/// The interfaces that bonds and bridges are made of, and which one they belong to.
fn members<'a>(checker: &mut Checker<'_>, devices: &'a [Node]) -> BTreeMap<&'a str, &'a str> {
    let mut members = BTreeMap::new();
    for device in devices {
        let (bond, bridge) = (device.get("bond"), device.get("bridge"));
        if bond.is_some() && bridge.is_some() {
            checker
                .error(Some(device), format!("the interface `{}` is both a bond and a bridge", name(device)));
        }
        if let Some(bond) = bond {
            let both =
                !items(bond, &["interfaces"]).is_empty() && !items(bond, &["deviceSelectors"]).is_empty();
            checker.require(
                !both,
                Some(bond),
                format!("the bond `{}` has both interfaces and selectors", name(device)),
            );
        }
        for member in bridge.or(bond).map(|of| items(of, &["interfaces"])).unwrap_or_default() {
            let text = member.as_str().unwrap_or_default();
            let other = members.insert(text, name(device)).filter(|other| *other != name(device));
            if let Some(other) = other {
                checker.error(
                    Some(member),
                    format!("the interface `{text}` belongs to both `{other}` and `{}`", name(device)),
                );
            }
        }
    }
    members
}

fn interface(checker: &mut Checker<'_>, device: &Node) {
    let selector = device.get("deviceSelector");
    match (name(device).is_empty(), selector) {
        (true, None) => checker.error(Some(device), "an interface needs `interface` or `deviceSelector`"),
        (false, Some(selector)) => {
            checker.error(
                Some(selector),
                format!("the interface `{}` has both name and selector", name(device)),
            );
        }
        _ => {}
    }
    if let Some(selector) = selector.filter(|selector| selector.as_map().is_some_and(Map::is_empty)) {
        checker.error(Some(selector), "a selector of interfaces selects by nothing");
    }
    if let Some(bond) = device.get("bond") {
        bond::check(checker, bond);
    }
    if let Some(wireguard) = device.get("wireguard") {
        self::wireguard(checker, wireguard);
    }
    for vlan in items(device, &["vlans"]) {
        either(checker, vlan, "a VLAN");
        if let Some(cidr) = vlan.get("cidr") {
            address(checker, cidr);
        }
        for value in items(vlan, &["addresses"]) {
            address(checker, value);
        }
    }
}

fn either(checker: &mut Checker<'_>, link: &Node, what: &str) {
    if has(link, &["cidr"]) && !items(link, &["addresses"]).is_empty() {
        checker.error(link.get("cidr"), format!("{what} has both `cidr` and `addresses`"));
    }
}

fn address(checker: &mut Checker<'_>, value: &Node) {
    let text = value.as_str().unwrap_or_default();
    checker.require(is_ip_or_cidr(text), Some(value), format!("`{text}` is no address"));
}

fn addresses(checker: &mut Checker<'_>, device: &Node, is_member: bool) {
    let own = items(device, &["addresses"]);
    let vip = device.get("vip");
    if is_member && (flag(device, &["dhcp"]) || has(device, &["cidr"]) || !own.is_empty() || vip.is_some()) {
        checker.error(
            Some(device),
            format!("`{}` is part of a bond or bridge and has addresses of its own", name(device)),
        );
    }
    either(checker, device, "an interface");
    if let Some(cidr) = device.get("cidr") {
        address(checker, cidr);
        checker.warning(Some(cidr), "`cidr` of an interface is deprecated; use `addresses`");
    }
    for value in own {
        address(checker, value);
    }
    if let Some(vip) = vip {
        let ip = text(vip, &["ip"]);
        checker.require(is_ip(ip), Some(vip), format!("the virtual address `{ip}` is no address"));
    }
}

fn is_ip(text: &str) -> bool {
    text.parse::<IpAddr>().is_ok()
}

fn routes(checker: &mut Checker<'_>, device: &Node) {
    for route in items(device, &["routes"]) {
        let (network, gateway, source) =
            (text(route, &["network"]), text(route, &["gateway"]), text(route, &["source"]));
        let is_network = network.is_empty() || Prefix::parse(network).is_some();
        checker.require(is_network, route.get("network"), format!("`{network}` is no network"));
        checker.require(
            gateway.is_empty() || is_ip(gateway),
            route.get("gateway"),
            format!("`{gateway}` is no address"),
        );
        let says = !(gateway.is_empty() && network.is_empty());
        checker.require(says, Some(route), "a route needs `network` or `gateway`");
        checker.require(
            source.is_empty() || is_ip(source),
            route.get("source"),
            format!("`{source}` is no address"),
        );
    }
}

fn wireguard(checker: &mut Checker<'_>, wireguard: &Node) {
    let key = is_wireguard_key(text(wireguard, &["privateKey"]));
    // Without its place, which would show the key.
    checker.require(key, None, "the private key of WireGuard is not 32 bytes in base64");
    for peer in items(wireguard, &["peers"]) {
        let key = is_wireguard_key(text(peer, &["publicKey"]));
        checker.require(key, Some(peer), "the public key of a peer is not 32 bytes in base64");
        let endpoint = text(peer, &["endpoint"]);
        let port = endpoint
            .rsplit_once(':')
            .is_some_and(|(host, port)| !port.is_empty() && (!host.contains(':') || host.ends_with(']')));
        checker.require(
            endpoint.is_empty() || port,
            peer.get("endpoint"),
            format!("`{endpoint}` has no port"),
        );
        for network in items(peer, &["allowedIPs"]) {
            let is_one = network.as_str().is_some_and(|text| Prefix::parse(text).is_some());
            checker.require(is_one, Some(network), "an allowed address of a peer is no network");
        }
    }
}
