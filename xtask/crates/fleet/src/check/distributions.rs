//! What makes the cluster: one thing, and one that fits the rest of the description.

use diag::{Diagnostic, nearest};

use crate::distribution::Distribution;
use crate::fleet::Fleet;

pub(super) fn check(fleet: &Fleet, found: &mut Vec<Diagnostic>) {
    let cluster = &fleet.cluster;
    let name = &cluster.spec.name;
    let all = Distribution::all(&cluster.spec);
    let at = |field: &str, message: String| {
        Diagnostic::error(message).at(&cluster.source, cluster.place(&[field]), "here")
    };
    if let [first, second, ..] = all.as_slice() {
        let message = format!("cluster `{name}` has both `{}` and `{}`", first.name(), second.name());
        let mistake = at(second.name(), message);
        let mistake = mistake.also(&cluster.source, cluster.place(&[first.name()]), "the other one");
        found.push(mistake.hint("one of them makes the cluster: remove the other one"));
    }
    match all.first() {
        None if !fleet.machines.is_empty() => {
            let message = format!("cluster `{name}` has machines, but nothing makes a cluster of them");
            found.push(at("name", message).hint("add `talos`, `kubeadm` or `k3s`"));
        }
        Some(other @ (Distribution::K3d(_) | Distribution::Vcluster(_))) if !fleet.machines.is_empty() => {
            let message = format!("cluster `{name}` is made by `{}`, so it has no machines", other.name());
            found.push(at(other.name(), message).hint(format!("remove `hosts/{name}/machines`")));
        }
        _ => {}
    }
    if let [distribution] = all[..] {
        match distribution {
            Distribution::K3d(k3d) if k3d.servers == 0 => {
                let mistake = at("k3d", format!("cluster `{name}` has no server"));
                found.push(mistake.hint("`servers: 1` at least"));
            }
            Distribution::Vcluster(vcluster) if !fleet.clusters.contains(&vcluster.host) => {
                let message = format!("cluster `{name}` runs in `{}`, which does not exist", vcluster.host);
                let span = cluster.place(&["vcluster", "host"]);
                let mistake = Diagnostic::error(message).at(&cluster.source, span, "here");
                found.push(match nearest(&vcluster.host, fleet.clusters.iter().map(String::as_str)) {
                    Some(near) => mistake.hint(format!("did you mean `{near}`?")),
                    None => mistake.hint("a cluster is a directory of `hosts/` with `cluster.yaml`"),
                });
            }
            Distribution::Vcluster(vcluster) if vcluster.host == *name => {
                let mistake = at("vcluster", format!("cluster `{name}` runs in itself"));
                found.push(mistake.hint("name the cluster whose machines run it"));
            }
            _ => {}
        }
    }
}
