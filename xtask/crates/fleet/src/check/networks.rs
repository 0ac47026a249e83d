//! Ranges of a cluster: apart from each other, and inside the network that they are for.

use diag::Diagnostic;

use super::addressing::{Addressing, Placed};
use crate::distribution::Distribution;
use crate::fleet::Fleet;
use crate::range::Range;

pub(super) fn check(fleet: &Fleet, addressing: &Addressing, found: &mut Vec<Diagnostic>) {
    let needed = fleet.distribution().is_some_and(Distribution::has_machines);
    if fleet.cluster.spec.networks.is_none() && needed {
        let message = format!("cluster `{}` has machines but no `networks`", fleet.cluster.spec.name);
        let mistake =
            Diagnostic::error(message).at(&fleet.cluster.source, fleet.cluster.place(&["name"]), "");
        found.push(mistake.hint("add `networks` with `machines`, `pods` and `services`"));
        return;
    }
    let mut networks = Networks { fleet, addressing, found };
    networks.apart();
    networks.families();
    networks.sizes();
    networks.inside();
    networks.pools();
}

struct Networks<'a> {
    fleet: &'a Fleet,
    addressing: &'a Addressing,
    found: &'a mut Vec<Diagnostic>,
}

impl Networks<'_> {
    /// Machines, pods and services each have their own addresses: a packet must have one way to go.
    fn apart(&mut self) {
        let addressing = self.addressing;
        let of = |name, ranges: &[Placed<Range>]| {
            ranges.iter().map(|range| (name, range.clone())).collect::<Vec<_>>()
        };
        let machines: Vec<Placed<Range>> = addressing.machines.clone().into_iter().collect();
        let all =
            [of("machines", &machines), of("pods", &addressing.pods), of("services", &addressing.services)]
                .concat();
        for (index, (name, range)) in all.iter().enumerate() {
            for (other, before) in all.iter().take(index) {
                if range.value.overlaps(&before.value) {
                    let message = format!(
                        "the range of {name}, `{}`, overlaps that of {other}, `{}`",
                        range.text, before.text
                    );
                    let mistake = self.at(message, range).also(
                        &self.fleet.cluster.source,
                        before.span,
                        "the other one",
                    );
                    self.found.push(mistake.hint("choose ranges without a common address"));
                }
            }
        }
    }

    fn families(&mut self) {
        for (name, ranges) in [("pods", &self.addressing.pods), ("services", &self.addressing.services)] {
            if let [first, second, ..] = ranges.as_slice()
                && first.value.first().is_ipv4() == second.value.first().is_ipv4()
            {
                let message = format!("`networks.{name}` has two ranges of one family");
                let mistake = self.at(message, second);
                self.found.push(mistake.hint("two ranges are for IPv4 and IPv6: one of each"));
            }
        }
        let count = |ranges: &[Placed<Range>]| ranges.len();
        if let Some(services) = self.addressing.services.first()
            && !self.addressing.pods.is_empty()
            && count(&self.addressing.pods) != count(&self.addressing.services)
        {
            let mistake = self.at("pods and services are not of the same families".to_owned(), services);
            self.found.push(mistake.hint("give both an IPv4 and an IPv6 range, or both one range"));
        }
    }

    /// kube-apiserver takes at most 2^20 service addresses, and kube-controller-manager gives each machine a /24 of pods.
    fn sizes(&mut self) {
        for services in &self.addressing.services {
            if let Some(prefix) = prefix(services)
                && services.value.first().is_ipv4()
                && !(12..=30).contains(&prefix)
            {
                let message = format!(
                    "the range of services, `{}`, is too {}",
                    services.text,
                    if prefix < 12 { "large" } else { "small" }
                );
                let mistake = self.at(message, services);
                self.found.push(mistake.hint("the API server takes /12 to /30; /16 is usual"));
            }
        }
        let machines = self.fleet.online().count();
        for pods in &self.addressing.pods {
            if let Some(prefix) = prefix(pods)
                && pods.value.first().is_ipv4()
                && (prefix > 24 || 1_usize << (24 - prefix) < machines)
            {
                let message = format!(
                    "the range of pods, `{}`, is too small for {machines} machines with a /24 each",
                    pods.text
                );
                let mistake = self.at(message, pods);
                self.found.push(mistake.hint("take a /16: it has room for 256 machines"));
            }
        }
    }

    fn inside(&mut self) {
        let Some(lan) = &self.addressing.machines else { return };
        let outside = |what: &str, text: &str| {
            format!("{what} `{text}` is outside of the network of the machines, `{}`", lan.text)
        };
        let hint = "on the same wire, machines only find addresses of their own network";
        let mut mistakes = Vec::new();
        for vip in self.addressing.vips.iter().filter(|vip| !lan.value.contains(vip.value)) {
            mistakes.push(self.at(outside("the virtual address", &vip.text), vip).hint(hint));
        }
        if let Some(gateway) =
            self.addressing.gateway.as_ref().filter(|gateway| !lan.value.contains(gateway.value))
        {
            mistakes.push(self.at(outside("the gateway", &gateway.text), gateway).hint(hint));
        }
        for range in self.addressing.dhcp.iter().filter(|range| !lan.value.covers(&range.value)) {
            mistakes.push(self.at(outside("the DHCP range", &range.text), range).hint(hint));
        }
        for pool in self.addressing.load_balancers.iter().filter(|pool| !lan.value.covers(&pool.value)) {
            mistakes.push(self.at(outside("the load balancer pool", &pool.text), pool).hint(hint));
        }
        for (name, placed) in &self.addressing.reserved {
            if !lan.value.contains(placed.value) {
                let mistake = self.at(outside(&format!("`{name}` at"), &placed.text), placed);
                mistakes.push(mistake.hint("only what is in the network of the machines needs an entry"));
            }
        }
        self.found.extend(mistakes);
    }

    /// What a load balancer gives away must be nobody else's.
    fn pools(&mut self) {
        let mut mistakes = Vec::new();
        let addressing = self.addressing;
        for (index, pool) in addressing.load_balancers.iter().enumerate() {
            let ranges = addressing.dhcp.iter().map(|range| ("the DHCP range", range));
            let before = addressing.load_balancers.iter().take(index).map(|other| ("the pool", other));
            for (what, other) in ranges.chain(before).filter(|(_, other)| other.value.overlaps(&pool.value)) {
                mistakes.push(self.shared(pool, &format!("{what} `{}`", other.text), other));
            }
            let single = addressing.vips.iter().map(|vip| ("the virtual address".to_owned(), vip));
            let gateway = addressing.gateway.iter().map(|gateway| ("the gateway".to_owned(), gateway));
            let reserved = addressing.reserved.iter().map(|(name, placed)| (format!("`{name}` at"), placed));
            for (what, other) in single.chain(gateway).chain(reserved) {
                if pool.value.contains(other.value) {
                    mistakes.push(self.shared(pool, &format!("{what} `{}`", other.text), other));
                }
            }
        }
        for (index, vip) in addressing.vips.iter().enumerate() {
            if addressing.vips.iter().take(index).any(|before| before.value == vip.value) {
                let mistake = self.at(format!("the virtual address `{}` is listed twice", vip.text), vip);
                mistakes.push(mistake.hint("remove one of the two"));
            }
            for range in addressing.dhcp.iter().filter(|range| range.value.contains(vip.value)) {
                let message =
                    format!("the DHCP range `{}` has the virtual address `{}` in it", range.text, vip.text);
                let mistake = self.at(message, range).also(&self.fleet.cluster.source, vip.span, "it");
                mistakes.push(mistake.hint("the DHCP server would give it to another computer"));
            }
        }
        self.found.extend(mistakes);
    }

    fn shared<T>(&self, pool: &Placed<Range>, other: &str, place: &Placed<T>) -> Diagnostic {
        let message = format!("the load balancer pool `{}` has addresses of {other}", pool.text);
        let mistake = self.at(message, pool).also(&self.fleet.cluster.source, place.span, "the other one");
        mistake.hint("two devices would answer for one address: take it out of the pool")
    }

    fn at<T>(&self, message: String, placed: &Placed<T>) -> Diagnostic {
        Diagnostic::error(message).at(&self.fleet.cluster.source, placed.span, "here")
    }
}

fn prefix(range: &Placed<Range>) -> Option<u8> {
    range.text.rsplit_once('/')?.1.parse().ok()
}
