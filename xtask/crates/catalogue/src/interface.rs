//! Network interfaces of machines.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A network interface: by its name, or by what it is like.
///
/// Without `addresses` and `dhcp`, the interface of a machine's `address` gets that address with the prefix of the
/// local network, and a default route to its gateway.
#[derive(Clone, Debug, Deserialize, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Interface {
    /// Its name, `enp86s0`.
    #[serde(default)]
    pub name: Option<String>,
    /// What it is like. All that is given must hold.
    #[serde(default)]
    pub selector: Option<LinkSelector>,
    /// Its addresses, as CIDR.
    #[serde(default)]
    pub addresses: Vec<String>,
    /// Whether it asks a DHCP server for its addresses.
    #[serde(default)]
    pub dhcp: bool,
    /// The largest packet that it sends, in bytes.
    #[serde(default)]
    pub mtu: Option<u16>,
    /// Where it leads to.
    #[serde(default)]
    pub routes: Vec<Route>,
    /// The virtual networks on it.
    #[serde(default)]
    pub vlans: Vec<Vlan>,
    /// The interfaces that it is a bond of.
    #[serde(default)]
    pub bond: Option<Bond>,
}

/// What a network interface is like: the fields of `deviceSelector` of Talos. Texts may have `*` and `?`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LinkSelector {
    /// The place that it is plugged into.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bus_path: Option<String>,
    /// Its hardware address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hardware_addr: Option<String>,
    /// The hardware address that it was made with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permanent_addr: Option<String>,
    /// Vendor and product, `8086:15f3`.
    #[serde(default, rename = "pciID", skip_serializing_if = "Option::is_none")]
    pub pci_id: Option<String>,
    /// Its driver in the kernel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub driver: Option<String>,
    /// Whether it is a piece of hardware.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub physical: Option<bool>,
}

/// A way to other networks.
#[derive(Clone, Debug, Deserialize, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Route {
    /// Where it leads to, as CIDR; `0.0.0.0/0` for everywhere.
    pub network: String,
    /// The router.
    pub gateway: String,
    /// The lower, the sooner it is taken.
    #[serde(default)]
    pub metric: Option<u32>,
}

/// A virtual network on an interface, IEEE 802.1Q.
#[derive(Clone, Debug, Deserialize, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Vlan {
    /// Its number, 1 to 4094.
    pub id: u16,
    /// The addresses on it, as CIDR.
    #[serde(default)]
    pub addresses: Vec<String>,
    /// Whether a DHCP server is asked for addresses.
    #[serde(default)]
    pub dhcp: bool,
    /// The largest packet, in bytes.
    #[serde(default)]
    pub mtu: Option<u16>,
    /// Where it leads to.
    #[serde(default)]
    pub routes: Vec<Route>,
}

/// Several interfaces as one.
#[derive(Clone, Debug, Deserialize, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Bond {
    /// The names of the interfaces.
    pub interfaces: Vec<String>,
    /// How they share the work: `802.3ad`, `active-backup`.
    pub mode: String,
    /// How often links are looked at, in milliseconds.
    #[serde(default)]
    pub miimon: Option<u32>,
}
