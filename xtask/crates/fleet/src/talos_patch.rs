//! What a description says of a machine, as a patch of its Talos configuration.
//!
//! Fields: <https://www.talos.dev/v1.11/reference/configuration/v1alpha1/config/>.

use catalogue::{Interface, Machine, MachineRole, Networks, Route, Vlan};
use ipnet::IpNet;
use yaml::Node;

use crate::documents::{set, texts};
use crate::fleet::Fleet;

/// What the cluster's description says to each of its machines.
pub(crate) fn of_cluster(fleet: &Fleet) -> Node {
    let mut machine = empty();
    if let Some(networks) = &fleet.cluster.spec.networks {
        let mut network = empty();
        set(&mut network, "nameservers", texts(&networks.nameservers));
        set(&mut machine, "network", network);
        let mut time = empty();
        set(&mut time, "servers", texts(&networks.time_servers));
        set(&mut machine, "time", time);
    }
    let mut patch = empty();
    set(&mut patch, "machine", machine);
    patch
}

/// What a machine's own description says. From Talos 1.12 on, its name has a document of its own.
pub(crate) fn of_machine(fleet: &Fleet, machine: &Machine, minor: u8) -> Vec<Node> {
    let spec = &machine.spec;
    let mut own = empty();
    set(&mut own, "nodeLabels", map(&spec.labels));
    set(&mut own, "nodeAnnotations", map(&spec.annotations));
    let taints = spec.taints.iter().map(|taint| {
        let text = match taint.value.as_str() {
            "" => taint.effect.name().to_owned(),
            value => format!("{value}:{}", taint.effect.name()),
        };
        (taint.key.clone(), Node::string(text))
    });
    set(&mut own, "nodeTaints", Node::map(taints.collect::<Vec<_>>()));
    let mut network = empty();
    if minor < 12 {
        set(&mut network, "hostname", Node::string(&spec.name));
    }
    set(&mut network, "interfaces", interfaces(fleet, machine));
    set(&mut own, "network", network);
    set(&mut own, "install", install(machine));
    let mut patch = empty();
    set(&mut patch, "machine", own);
    let mut documents = vec![patch];
    if minor >= 12 {
        // Without `auto: off` the generated document's own choice stays, and Talos refuses both together.
        documents.push(Node::map([
            ("apiVersion", Node::string("v1alpha1")),
            ("kind", Node::string("HostnameConfig")),
            ("auto", Node::string("off")),
            ("hostname", Node::string(&spec.name)),
        ]));
    }
    documents
}

fn install(machine: &Machine) -> Node {
    let mut install = empty();
    let Some(description) = &machine.spec.install else { return install };
    if let Some(selector) = &description.selector {
        let fields = serde_json::to_value(selector).unwrap_or_default();
        set(&mut install, "diskSelector", Node::from_json(&fields));
    }
    if description.wipe {
        set(&mut install, "wipe", Node::bool(true));
    }
    install
}

fn interfaces(fleet: &Fleet, machine: &Machine) -> Node {
    let networks = fleet.cluster.spec.networks.as_ref();
    let own = own_interface(machine);
    let each = machine.spec.interfaces.iter().enumerate();
    Node::seq(each.map(|(index, interface)| {
        let mut node = empty();
        match (&interface.name, &interface.selector) {
            (Some(name), _) => set(&mut node, "interface", Node::string(name)),
            (None, Some(selector)) => {
                let fields = serde_json::to_value(selector).unwrap_or_default();
                set(&mut node, "deviceSelector", Node::from_json(&fields));
            }
            (None, None) => {}
        }
        let mut addresses = interface.addresses.clone();
        let mut routes: Vec<Node> = interface.routes.iter().map(route).collect();
        if own == Some(index) {
            let prefix = networks.and_then(|networks| networks.machines.parse::<IpNet>().ok());
            addresses.extend(prefix.map(|net| format!("{}/{}", machine.spec.address, net.prefix_len())));
            routes.extend(networks.and_then(|networks| networks.gateway.as_ref()).map(default_route));
        }
        set(&mut node, "addresses", texts(&addresses));
        set(&mut node, "routes", Node::seq(routes));
        set(&mut node, "dhcp", Node::bool(interface.dhcp));
        set_mtu(&mut node, interface.mtu);
        set(&mut node, "vlans", Node::seq(interface.vlans.iter().map(vlan)));
        set(&mut node, "bond", bond(interface));
        if machine.spec.role == MachineRole::ControlPlane {
            let vip = networks.and_then(|networks| vip(networks, machine, &addresses, own == Some(index)));
            set(&mut node, "vip", vip.unwrap_or_else(empty));
        }
        node
    }))
}

/// The interface that gets the address of the machine: the first one that says nothing else, unless one says it.
fn own_interface(machine: &Machine) -> Option<usize> {
    let interfaces = &machine.spec.interfaces;
    let is_said = interfaces
        .iter()
        .flat_map(|interface| &interface.addresses)
        .any(|text| text.split('/').next() == Some(machine.spec.address.as_str()));
    let is_free = |interface: &Interface| interface.addresses.is_empty() && !interface.dhcp;
    if is_said { None } else { interfaces.iter().position(is_free) }
}

/// The virtual address on an interface: the one in a network of its addresses; with DHCP, on the interface of the machine.
fn vip(networks: &Networks, machine: &Machine, addresses: &[String], is_own: bool) -> Option<Node> {
    let on = |vip: &&String| {
        let Ok(vip) = vip.parse::<std::net::IpAddr>() else { return false };
        addresses.iter().filter_map(|text| text.parse::<IpNet>().ok()).any(|net| net.contains(&vip))
    };
    let alone = machine.spec.interfaces.len() == 1;
    let found = networks.vips.iter().find(on);
    let found = found.or_else(|| networks.vips.first().filter(|_| (is_own || alone) && addresses.is_empty()));
    found.map(|vip| Node::map([("ip", Node::string(vip))]))
}

fn default_route(gateway: &String) -> Node {
    let network = if gateway.contains(':') { "::/0" } else { "0.0.0.0/0" };
    Node::map([("network", Node::string(network)), ("gateway", Node::string(gateway))])
}

fn route(route: &Route) -> Node {
    let mut node =
        Node::map([("network", Node::string(&route.network)), ("gateway", Node::string(&route.gateway))]);
    if let Some(metric) = route.metric {
        set(&mut node, "metric", Node::int(i64::from(metric)));
    }
    node
}

fn vlan(vlan: &Vlan) -> Node {
    let mut node = Node::map([("vlanId", Node::int(i64::from(vlan.id)))]);
    set(&mut node, "addresses", texts(&vlan.addresses));
    set(&mut node, "routes", Node::seq(vlan.routes.iter().map(route)));
    set(&mut node, "dhcp", Node::bool(vlan.dhcp));
    set_mtu(&mut node, vlan.mtu);
    node
}

fn bond(interface: &Interface) -> Node {
    let mut node = empty();
    if let Some(bond) = &interface.bond {
        set(&mut node, "interfaces", texts(&bond.interfaces));
        set(&mut node, "mode", Node::string(&bond.mode));
        if let Some(miimon) = bond.miimon {
            set(&mut node, "miimon", Node::int(i64::from(miimon)));
        }
    }
    node
}

fn set_mtu(node: &mut Node, mtu: Option<u16>) {
    if let Some(mtu) = mtu {
        set(node, "mtu", Node::int(i64::from(mtu)));
    }
}

fn map(texts: &std::collections::BTreeMap<String, String>) -> Node {
    Node::map(texts.iter().map(|(key, value)| (key.clone(), Node::string(value))).collect::<Vec<_>>())
}

fn empty() -> Node {
    Node::map::<&str>([])
}
