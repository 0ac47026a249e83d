//! Network interfaces of machines.

use std::net::IpAddr;

use catalogue::{Interface, Machine, Route};
use diag::Diagnostic;
use ipnet::IpNet;

use super::addressing::Addressing;
use crate::fleet::Fleet;

/// Ethernet's own minimum and what jumbo frames go up to, in bytes.
const MTU: std::ops::RangeInclusive<u16> = 576..=9216;

pub(super) fn check(fleet: &Fleet, addressing: &Addressing, found: &mut Vec<Diagnostic>) {
    for (name, machine) in &fleet.machines {
        let mut checker = Interfaces { machine, found };
        for (index, interface) in machine.spec.interfaces.iter().enumerate() {
            checker.one(index, interface);
        }
        if let Some(address) = addressing.addresses.get(name) {
            checker.own_address(*address, addressing);
        }
    }
}

struct Interfaces<'a> {
    machine: &'a Machine,
    found: &'a mut Vec<Diagnostic>,
}

impl Interfaces<'_> {
    fn one(&mut self, index: usize, interface: &Interface) {
        let number = index.to_string();
        let here = ["interfaces", &number];
        match (&interface.name, &interface.selector) {
            (Some(_), Some(_)) => {
                self.refuse(&here, "an interface has both a name and a selector", "keep one of the two");
            }
            (None, None) => {
                self.refuse(
                    &here,
                    "an interface has neither a name nor a selector",
                    "add `name` or `selector`",
                );
            }
            (None, Some(_)) if interface.bond.is_some() => {
                self.refuse(&here, "a bond cannot be found by a selector", "give it a name, `bond0`");
            }
            _ => {}
        }
        let before = self.machine.spec.interfaces.iter().take(index);
        if let Some(name) = &interface.name
            && before.clone().any(|other| other.name.as_ref() == Some(name))
        {
            let message = format!("the interface `{name}` is described twice");
            self.refuse(&["interfaces", &number, "name"], &message, "put both together");
        }
        if let Some(mac) = interface.selector.as_ref().and_then(|selector| selector.hardware_addr.as_ref())
            && !is_hardware_address(mac)
        {
            let message = format!("`{mac}` is no hardware address");
            let hint = "write six bytes in lower case, `00:1b:21:0a:0b:0c`; `*` stands for any text";
            self.refuse(&["interfaces", &number, "selector", "hardwareAddr"], &message, hint);
        }
        self.mtu(&["interfaces", &number, "mtu"], interface.mtu);
        self.addresses(&["interfaces", &number], &interface.addresses);
        self.routes(&["interfaces", &number], &interface.routes, &interface.addresses, interface.dhcp);
        for (vlan_index, vlan) in interface.vlans.iter().enumerate() {
            let vlan_number = vlan_index.to_string();
            let here = ["interfaces", number.as_str(), "vlans", vlan_number.as_str()];
            if !(1..=4094).contains(&vlan.id) {
                let message = format!("`{}` is no number of a virtual network", vlan.id);
                self.refuse(&[&here[..], &["id"]].concat(), &message, "1 to 4094 (IEEE 802.1Q)");
            }
            if interface.vlans.iter().take(vlan_index).any(|other| other.id == vlan.id) {
                let message = format!("the virtual network {} is described twice", vlan.id);
                self.refuse(&[&here[..], &["id"]].concat(), &message, "put both together");
            }
            self.mtu(&[&here[..], &["mtu"]].concat(), vlan.mtu);
            self.addresses(&here, &vlan.addresses);
            self.routes(&here, &vlan.routes, &vlan.addresses, vlan.dhcp);
        }
    }

    fn mtu(&mut self, path: &[&str], mtu: Option<u16>) {
        if let Some(mtu) = mtu.filter(|mtu| !MTU.contains(mtu)) {
            let hint = format!("{} to {} bytes; 1500 is usual", MTU.start(), MTU.end());
            self.refuse(path, &format!("no interface takes packets of {mtu} bytes"), &hint);
        }
    }

    fn addresses(&mut self, path: &[&str], addresses: &[String]) {
        for (index, text) in addresses.iter().enumerate() {
            if text.parse::<IpNet>().is_err() {
                let hint = if text.parse::<IpAddr>().is_ok() {
                    format!("add the prefix: `{text}/24`")
                } else {
                    "write an address with its prefix, `10.0.4.11/24`".to_owned()
                };
                let message = format!("`{text}` is no address of an interface");
                self.refuse(&[path, &["addresses", &index.to_string()]].concat(), &message, &hint);
            }
        }
    }

    fn routes(&mut self, path: &[&str], routes: &[Route], addresses: &[String], dhcp: bool) {
        for (index, route) in routes.iter().enumerate() {
            let number = index.to_string();
            if !route.network.parse::<IpNet>().is_ok_and(|network| network.addr() == network.network()) {
                let message = format!("`{}` is no network that a route leads to", route.network);
                let hint = "write CIDR: `10.1.0.0/16`, or `0.0.0.0/0` for everywhere";
                self.refuse(&[path, &["routes", &number, "network"]].concat(), &message, hint);
            }
            let place = [path, &["routes", &number, "gateway"]].concat();
            let Ok(gateway) = route.gateway.parse::<IpAddr>() else {
                let message = format!("`{}` is no address of a router", route.gateway);
                self.refuse(&place, &message, "write an address, `10.0.4.1`");
                continue;
            };
            let networks: Vec<IpNet> = addresses.iter().filter_map(|text| text.parse().ok()).collect();
            if !dhcp && !networks.is_empty() && !networks.iter().any(|network| network.contains(&gateway)) {
                let message = format!("the router `{gateway}` is in no network of the interface");
                let hint = "a router must be reached without another one: correct it, or the addresses";
                self.refuse(&place, &message, hint);
            }
        }
    }

    /// When every interface says its addresses, the one that the machine is reached at is among them, with the prefix of
    /// the local network.
    fn own_address(&mut self, address: IpAddr, addressing: &Addressing) {
        let interfaces = &self.machine.spec.interfaces;
        let texts = interfaces.iter().flat_map(|interface| {
            interface.addresses.iter().chain(interface.vlans.iter().flat_map(|vlan| &vlan.addresses))
        });
        // Those that cannot be read were told.
        let Ok(networks) = texts.map(|text| text.parse()).collect::<Result<Vec<IpNet>, _>>() else { return };
        let mine = networks.iter().find(|network| network.addr() == address);
        if let (Some(mine), Some(prefix)) = (mine, addressing.prefix)
            && mine.prefix_len() != prefix
        {
            let message = format!("`{mine}` has another prefix than the network of the machines, /{prefix}");
            self.refuse(&["interfaces"], &message, &format!("write `{address}/{prefix}`"));
        }
        let explicit = |interface: &Interface| !interface.addresses.is_empty() && !interface.dhcp;
        if !interfaces.is_empty() && interfaces.iter().all(explicit) && mine.is_none() {
            let message = format!("no interface has its address `{address}`");
            self.refuse(&["interfaces"], &message, "add it to `addresses` of the interface that has it");
        }
    }

    fn refuse(&mut self, path: &[&str], message: &str, hint: &str) {
        let message = format!("machine `{}`: {message}", self.machine.spec.name);
        let mistake = Diagnostic::error(message).at(&self.machine.source, self.machine.place(path), "here");
        self.found.push(mistake.hint(hint.to_owned()));
    }
}

fn is_hardware_address(text: &str) -> bool {
    let hex = |part: &str| {
        part.len() == 2 && part.chars().all(|c| c.is_ascii_hexdigit() && !c.is_ascii_uppercase())
    };
    text.contains(['*', '?']) || (text.split(':').count() == 6 && text.split(':').all(hex))
}
