//! Where the API answers: the endpoint is an address that a control plane has.

use std::net::IpAddr;

use catalogue::MachineRole;
use diag::Diagnostic;

use super::addressing::Addressing;
use crate::distribution::Distribution;
use crate::fleet::Fleet;

pub(super) fn check(fleet: &Fleet, addressing: &Addressing, found: &mut Vec<Diagnostic>) {
    if !fleet.distribution().is_some_and(Distribution::has_machines) {
        return;
    }
    let cluster = &fleet.cluster;
    let Some(endpoint) = &cluster.spec.endpoint else {
        let message = format!("cluster `{}` has machines but no `endpoint`", cluster.spec.name);
        let mistake = Diagnostic::error(message).at(&cluster.source, cluster.place(&["name"]), "");
        found.push(mistake.hint("add `endpoint: https://<address>:6443`"));
        return;
    };
    let at = |message: String| {
        Diagnostic::error(message).at(&cluster.source, cluster.place(&["endpoint"]), "here")
    };
    let Some((host, port)) = split(endpoint) else {
        let mistake = at(format!("the endpoint `{endpoint}` is no address of an API server"));
        found.push(mistake.hint("write `https://<address>:6443`"));
        return;
    };
    if port == 0 {
        found.push(at(format!("the endpoint `{endpoint}` has no port")).hint("add `:6443`"));
    }
    let Ok(address) = host.parse::<IpAddr>() else {
        if !is_name(host) {
            let mistake = at(format!("`{host}` in the endpoint is neither an address nor a name"));
            found.push(mistake.hint("write `https://<address>:6443`"));
        }
        return;
    };
    if addressing.vips.iter().any(|vip| vip.value == address) {
        return;
    }
    let owner = addressing.addresses.iter().find(|(_, own)| **own == address);
    let owner = owner.and_then(|(name, _)| fleet.machines.get(name));
    let mistake = match owner {
        Some(machine) if machine.spec.role == MachineRole::Worker => at(format!(
            "the endpoint `{endpoint}` is the address of `{}`, a worker",
            machine.spec.name
        ))
        .also(&machine.source, machine.place(&["role"]), "runs no API server"),
        Some(machine) if !machine.is_online() => at(format!(
            "the endpoint `{endpoint}` is the address of `{}`, which is offline",
            machine.spec.name
        ))
        .also(&machine.source, machine.place(&["offline"]), "here"),
        Some(_) => return,
        None => at(format!("the endpoint `{endpoint}` is the address of no control plane")),
    };
    let choices: Vec<String> = addressing
        .vips
        .iter()
        .map(|vip| vip.text.clone())
        .chain(fleet.control_planes().map(|machine| machine.spec.address.clone()))
        .collect();
    found.push(mistake.hint(format!("the API answers at: {}", choices.join(", "))));
}

/// Host and port of `https://host:port`; port 0 when there is none.
fn split(endpoint: &str) -> Option<(&str, u16)> {
    let authority = endpoint.strip_prefix("https://")?;
    let authority = authority.strip_suffix('/').unwrap_or(authority);
    if let Some(rest) = authority.strip_prefix('[') {
        let (host, port) = rest.split_once(']')?;
        return match port.strip_prefix(':') {
            Some(port) => Some((host, port.parse().ok()?)),
            None if port.is_empty() => Some((host, 0)),
            None => None,
        };
    }
    match authority.split_once(':') {
        Some((host, port)) => Some((host, port.parse().ok().filter(|port| *port > 0)?)),
        None => Some((authority, 0)),
    }
}

/// Whether a text is a name of a computer (RFC 1123).
fn is_name(text: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    };
    // Four numbers with a mistake in them are meant as an address.
    let digits = text.chars().all(|c| c.is_ascii_digit() || c == '.');
    !digits && text.split('.').all(label)
}
