//! How many machines of which role, and what they are called.

use diag::Diagnostic;

use crate::distribution::Distribution;
use crate::fleet::Fleet;

pub(super) fn check(fleet: &Fleet, found: &mut Vec<Diagnostic>) {
    names(fleet, found);
    if !fleet.distribution().is_some_and(Distribution::has_machines) {
        return;
    }
    let cluster = &fleet.cluster;
    let name = &cluster.spec.name;
    let at = |message: String| {
        let field = fleet.distribution().map_or("name", Distribution::name);
        Diagnostic::error(message).at(&cluster.source, cluster.place(&[field]), "")
    };
    if fleet.machines.is_empty() {
        let mistake = at(format!("cluster `{name}` has no machines"));
        found.push(mistake.hint(format!("describe each in `hosts/{name}/machines/<name>.yaml`")));
        return;
    }
    let count = fleet.control_planes().count();
    if count == 0 {
        let mistake = at(format!("cluster `{name}` has no control plane in use"));
        found.push(mistake.hint("a machine with `role: control-plane` and without `offline` is needed"));
    } else if count.is_multiple_of(2) {
        let mut warning = Diagnostic::warning(format!(
            "cluster `{name}` has {count} control planes; an even number stands no more losses than one less"
        ));
        for machine in fleet.control_planes() {
            warning = warning.at(&machine.source, machine.place(&["role"]), "");
        }
        found.push(warning.hint("etcd needs more than half of them: make it an odd number"));
    }
}

/// The name of a machine is its host name and the name of its node.
fn names(fleet: &Fleet, found: &mut Vec<Diagnostic>) {
    for (name, machine) in &fleet.machines {
        let plain = name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
        if plain && !name.starts_with('-') && !name.ends_with('-') && name.len() <= 63 {
            continue;
        }
        let message = format!("`{name}` cannot be the name of a machine");
        let mistake = Diagnostic::error(message).at(&machine.source, machine.place(&["name"]), "here");
        found.push(mistake.hint("a host name has lower case letters, digits and `-`, at most 63 (RFC 1123)"));
    }
}
