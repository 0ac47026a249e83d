//! The addresses of a cluster, parsed; what cannot be parsed is told once, here.

use std::collections::BTreeMap;
use std::net::IpAddr;

use diag::{Diagnostic, Span};
use ipnet::IpNet;

use crate::fleet::Fleet;
use crate::range::{Range, RangeError};

/// A value with the place that it was read from.
#[derive(Clone, Debug)]
pub(super) struct Placed<T> {
    pub(super) value: T,
    pub(super) text: String,
    pub(super) span: Span,
}

/// `networks` of a cluster and the addresses of its machines, as far as they can be read.
#[derive(Default)]
pub(super) struct Addressing {
    pub(super) machines: Option<Placed<Range>>,
    pub(super) prefix: Option<u8>,
    pub(super) pods: Vec<Placed<Range>>,
    pub(super) services: Vec<Placed<Range>>,
    pub(super) gateway: Option<Placed<IpAddr>>,
    pub(super) vips: Vec<Placed<IpAddr>>,
    pub(super) dhcp: Vec<Placed<Range>>,
    pub(super) load_balancers: Vec<Placed<Range>>,
    pub(super) reserved: BTreeMap<String, Placed<IpAddr>>,
    /// The address of each machine.
    pub(super) addresses: BTreeMap<String, IpAddr>,
}

impl Addressing {
    pub(super) fn of(fleet: &Fleet, found: &mut Vec<Diagnostic>) -> Self {
        let mut reader = Reader { fleet, found };
        let mut addressing = Self::default();
        if let Some(networks) = &fleet.cluster.spec.networks {
            addressing.machines = reader.network(&["networks", "machines"], &networks.machines);
            addressing.prefix = networks.machines.parse().ok().map(|network: IpNet| network.prefix_len());
            addressing.pods = reader.networks(&["networks", "pods"], &networks.pods);
            addressing.services = reader.networks(&["networks", "services"], &networks.services);
            addressing.gateway =
                networks.gateway.as_ref().and_then(|text| reader.address(&["networks", "gateway"], text));
            addressing.vips = reader.addresses("vips", &networks.vips);
            reader.addresses("nameservers", &networks.nameservers);
            addressing.dhcp = reader.ranges("dhcp", &networks.dhcp);
            addressing.load_balancers = reader.ranges("loadBalancers", &networks.load_balancers);
            for (name, text) in &networks.reserved {
                if let Some(placed) = reader.address(&["networks", "reserved", name], text) {
                    addressing.reserved.insert(name.clone(), placed);
                }
            }
        }
        for (name, machine) in &fleet.machines {
            let text = &machine.spec.address;
            if let Ok(address) = text.parse() {
                addressing.addresses.insert(name.clone(), address);
                continue;
            }
            let message = format!("machine `{name}`: `{text}` is no address");
            let mistake = Diagnostic::error(message).at(&machine.source, machine.place(&["address"]), "here");
            found.push(mistake.hint(address_hint(text)));
        }
        addressing
    }
}

struct Reader<'a> {
    fleet: &'a Fleet,
    found: &'a mut Vec<Diagnostic>,
}

impl Reader<'_> {
    fn network(&mut self, path: &[&str], text: &str) -> Option<Placed<Range>> {
        let parsed = Range::network(text);
        self.range(path, text, parsed)
    }

    /// One network, or two separated by a comma.
    fn networks(&mut self, path: &[&str], text: &str) -> Vec<Placed<Range>> {
        text.split(',').filter_map(|text| self.network(path, text.trim())).collect()
    }

    fn ranges(&mut self, field: &str, texts: &[String]) -> Vec<Placed<Range>> {
        let each = texts.iter().enumerate();
        each.filter_map(|(index, text)| {
            self.range(&["networks", field, &index.to_string()], text, Range::parse(text))
        })
        .collect()
    }

    fn addresses(&mut self, field: &str, texts: &[String]) -> Vec<Placed<IpAddr>> {
        let each = texts.iter().enumerate();
        each.filter_map(|(index, text)| self.address(&["networks", field, &index.to_string()], text))
            .collect()
    }

    fn range(
        &mut self,
        path: &[&str],
        text: &str,
        parsed: Result<Range, RangeError>,
    ) -> Option<Placed<Range>> {
        let span = self.fleet.cluster.place(path);
        match parsed {
            Ok(value) => Some(Placed { value, text: text.to_owned(), span }),
            Err(error) => {
                let message = format!("`{}`: `{text}` {}", path.join("."), error.message());
                let mistake = Diagnostic::error(message).at(&self.fleet.cluster.source, span, "here");
                self.found.push(mistake.hint(error.hint()));
                None
            }
        }
    }

    fn address(&mut self, path: &[&str], text: &str) -> Option<Placed<IpAddr>> {
        let span = self.fleet.cluster.place(path);
        if let Ok(value) = text.parse() {
            return Some(Placed { value, text: text.to_owned(), span });
        }
        let message = format!("`{}`: `{text}` is no address", path.join("."));
        let mistake = Diagnostic::error(message).at(&self.fleet.cluster.source, span, "here");
        self.found.push(mistake.hint(address_hint(text)));
        None
    }
}

fn address_hint(text: &str) -> String {
    match text.parse::<IpNet>() {
        Ok(network) => format!("without the prefix: `{}`", network.addr()),
        Err(_) => "write an IPv4 or IPv6 address, `10.0.4.11`".to_owned(),
    }
}
