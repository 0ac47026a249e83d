//! The addresses of a cluster: who may have which.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Address ranges of a cluster. A range is CIDR, `10.0.4.0/24`, or a first and a last address, `10.0.4.200-10.0.4.253`.
#[derive(Clone, Debug, Deserialize, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Networks {
    /// The local network of the machines, as CIDR.
    pub machines: String,
    /// The pods, as CIDR; two separated by a comma for IPv4 and IPv6.
    pub pods: String,
    /// The services, as CIDR; two separated by a comma for IPv4 and IPv6.
    pub services: String,
    /// The router of the local network.
    #[serde(default)]
    pub gateway: Option<String>,
    /// The name servers of the machines.
    #[serde(default)]
    pub nameservers: Vec<String>,
    /// The time servers of the machines, by name or address.
    #[serde(default)]
    pub time_servers: Vec<String>,
    /// Addresses that control planes hold together: one of them answers at each.
    #[serde(default)]
    pub vips: Vec<String>,
    /// What the DHCP server of the local network gives away.
    #[serde(default)]
    pub dhcp: Vec<String>,
    /// What services of type `LoadBalancer` get.
    #[serde(default)]
    pub load_balancers: Vec<String>,
    /// What else has an address in the local network: a name and its address.
    #[serde(default)]
    pub reserved: BTreeMap<String, String>,
}
