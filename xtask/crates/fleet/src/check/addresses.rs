//! Addresses of machines: each its own, inside the local network, and nobody else's.

use std::collections::BTreeMap;
use std::net::IpAddr;

use catalogue::Machine;
use diag::Diagnostic;
use ipnet::IpNet;

use super::addressing::Addressing;
use crate::fleet::Fleet;

pub(super) fn check(fleet: &Fleet, addressing: &Addressing, found: &mut Vec<Diagnostic>) {
    for (name, machine) in &fleet.machines {
        if let Some(address) = addressing.addresses.get(name) {
            inside(fleet, addressing, machine, *address, found);
            taken(fleet, addressing, machine, *address, found);
        }
    }
    unique(fleet, addressing, found);
}

fn inside(
    fleet: &Fleet,
    addressing: &Addressing,
    machine: &Machine,
    address: IpAddr,
    found: &mut Vec<Diagnostic>,
) {
    let Some(lan) = &addressing.machines else { return };
    let name = &machine.spec.name;
    if !lan.value.contains(address) {
        let message = format!(
            "machine `{name}`: `{address}` is outside of the network of the machines, `{}`",
            lan.text
        );
        let mistake = at(message, machine).also(&fleet.cluster.source, lan.span, "the network");
        found.push(mistake.hint("correct the address, or `networks.machines`"));
    } else if is_edge(addressing, address) {
        let message = format!("machine `{name}`: `{address}` is no address of a computer");
        let hint = "the first and the last address of a network mean the network and all of its computers";
        found.push(at(message, machine).hint(hint));
    }
}

fn is_edge(addressing: &Addressing, address: IpAddr) -> bool {
    let wide = addressing.prefix.is_some_and(|prefix| prefix < 31);
    let edges = |lan: &super::addressing::Placed<crate::range::Range>| {
        address == lan.value.first() || address == lan.value.last()
    };
    address.is_ipv4() && wide && addressing.machines.as_ref().is_some_and(edges)
}

/// What the address of a machine must not be: each is something else's.
fn taken(
    fleet: &Fleet,
    addressing: &Addressing,
    machine: &Machine,
    address: IpAddr,
    found: &mut Vec<Diagnostic>,
) {
    let source = &fleet.cluster.source;
    let name = &machine.spec.name;
    let mut refuse = |what: String, span, hint: &str| {
        let message = format!("machine `{name}`: `{address}` is {what}");
        found.push(at(message, machine).also(source, span, "said here").hint(hint));
    };
    for vip in addressing.vips.iter().filter(|vip| vip.value == address) {
        let hint = "control planes take the virtual address on top of their own ones: choose another one";
        refuse("the virtual address of the control planes".to_owned(), vip.span, hint);
    }
    if let Some(gateway) = addressing.gateway.as_ref().filter(|gateway| gateway.value == address) {
        refuse("the gateway of the network".to_owned(), gateway.span, "choose another address");
    }
    for range in addressing.dhcp.iter().filter(|range| range.value.contains(address)) {
        let hint = "the DHCP server would give it to another computer: choose one outside of its range";
        refuse(format!("in the DHCP range `{}`", range.text), range.span, hint);
    }
    for pool in addressing.load_balancers.iter().filter(|pool| pool.value.contains(address)) {
        let hint = "a service would get it: choose one outside of the pool";
        refuse(format!("in the load balancer pool `{}`", pool.text), pool.span, hint);
    }
    for (other, placed) in addressing.reserved.iter().filter(|(_, placed)| placed.value == address) {
        refuse(format!("the address of `{other}`"), placed.span, "choose another address");
    }
}

/// No two machines have an address in common, on whatever interface.
fn unique(fleet: &Fleet, addressing: &Addressing, found: &mut Vec<Diagnostic>) {
    let mut owners: BTreeMap<IpAddr, (&Machine, Vec<String>)> = BTreeMap::new();
    for (name, machine) in &fleet.machines {
        let mut own: Vec<(IpAddr, Vec<String>)> = Vec::new();
        if let Some(address) = addressing.addresses.get(name) {
            own.push((*address, vec!["address".to_owned()]));
        }
        for (place, text) in interface_addresses(machine) {
            if let Ok(network) = text.parse::<IpNet>()
                && own.iter().all(|(address, _)| *address != network.addr())
            {
                own.push((network.addr(), place));
            }
        }
        for (address, place) in own {
            if let Some((other, first)) = owners.get(&address) {
                found.push(twice(address, machine, &place, other, first));
            } else {
                owners.insert(address, (machine, place));
            }
        }
    }
}

fn twice(
    address: IpAddr,
    machine: &Machine,
    place: &[String],
    other: &Machine,
    first: &[String],
) -> Diagnostic {
    let span = |machine: &Machine, place: &[String]| {
        machine.place(&place.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let message =
        format!("machine `{}`: `{address}` is also the address of `{}`", machine.spec.name, other.spec.name);
    let mistake = Diagnostic::error(message).at(&machine.source, span(machine, place), "here");
    let mistake = mistake.also(&other.source, span(other, first), "and here");
    match &other.spec.offline {
        Some(reason) => mistake.hint(format!(
            "`{}` is offline ({reason}) and keeps its address: choose another one, or remove its file",
            other.spec.name
        )),
        None => mistake.hint("give each machine an address of its own"),
    }
}

/// Every address of an interface or a virtual network on it, with its place.
fn interface_addresses(machine: &Machine) -> Vec<(Vec<String>, &String)> {
    let mut all = Vec::new();
    for (index, interface) in machine.spec.interfaces.iter().enumerate() {
        let path = |rest: &[&str]| -> Vec<String> {
            ["interfaces".to_owned(), index.to_string()]
                .into_iter()
                .chain(rest.iter().map(|part| (*part).to_owned()))
                .collect()
        };
        for (number, text) in interface.addresses.iter().enumerate() {
            all.push((path(&["addresses", &number.to_string()]), text));
        }
        for (vlan_index, vlan) in interface.vlans.iter().enumerate() {
            for (number, text) in vlan.addresses.iter().enumerate() {
                all.push((path(&["vlans", &vlan_index.to_string(), "addresses", &number.to_string()]), text));
            }
        }
    }
    all
}

fn at(message: String, machine: &Machine) -> Diagnostic {
    Diagnostic::error(message).at(&machine.source, machine.place(&["address"]), "here")
}
