//! Configurations of k3s: `/etc/rancher/k3s/config.yaml` and `registries.yaml`,
//! <https://docs.k3s.io/installation/configuration>. Keys are the flags of `k3s server` and `k3s agent`.

use catalogue::{K3s, Machine, MachineRole};
use diag::Diagnostic;
use yaml::Node;

use crate::configuration::{Configuration, Content};
use crate::documents::{cert_sans, host, patch, port, set, taints, texts};
use crate::fleet::Fleet;

pub(crate) fn configurations(fleet: &Fleet, k3s: &K3s) -> Result<Vec<Configuration>, Vec<Diagnostic>> {
    let first = first(fleet).map(|machine| machine.spec.name.clone());
    let (mut all, mut mistakes) = (Vec::new(), Vec::new());
    for machine in fleet.online() {
        let name = &machine.spec.name;
        let is_first = Some(name) == first.as_ref();
        let mut documents = [match machine.spec.role {
            MachineRole::ControlPlane => server(fleet, k3s, machine, is_first),
            MachineRole::Worker => agent(fleet, machine),
        }];
        patch(&mut documents, fleet.patches_of(machine), &mut mistakes);
        let documents = documents.to_vec();
        all.push(Configuration {
            machine: name.clone(),
            file: format!("{name}.yaml"),
            content: Content::Documents(documents),
        });
        if !k3s.mirrors.is_empty() {
            let documents = vec![registries(&k3s.mirrors)];
            let file = format!("{name}.registries.yaml");
            all.push(Configuration { machine: name.clone(), file, content: Content::Documents(documents) });
        }
    }
    if mistakes.is_empty() { Ok(all) } else { Err(mistakes) }
}

/// The server that makes the cluster: the one that the endpoint names, or else the first one.
fn first(fleet: &Fleet) -> Option<&Machine> {
    let named = fleet.control_planes().find(|machine| machine.spec.address == host(fleet));
    named.or_else(|| fleet.control_planes().next())
}

fn server(fleet: &Fleet, k3s: &K3s, machine: &Machine, is_first: bool) -> Node {
    let mut config = node(machine);
    if is_first {
        // With etcd in k3s itself; the others join it.
        set(&mut config, "cluster-init", Node::bool(true));
    } else {
        set(&mut config, "server", Node::string(url(fleet)));
    }
    if let Some(networks) = &fleet.cluster.spec.networks {
        set(&mut config, "cluster-cidr", Node::string(&networks.pods));
        set(&mut config, "service-cidr", Node::string(&networks.services));
    }
    set(&mut config, "cluster-domain", Node::string(&k3s.domain));
    let mut sans = cert_sans(fleet, &k3s.cert_sans);
    sans.extend(fleet.control_planes().map(|machine| machine.spec.address.clone()));
    sans.sort();
    sans.dedup();
    set(&mut config, "tls-san", texts(sans));
    set(&mut config, "https-listen-port", Node::int(port(fleet)));
    set(&mut config, "disable", texts(&k3s.disable));
    config
}

fn agent(fleet: &Fleet, machine: &Machine) -> Node {
    let mut config = node(machine);
    set(&mut config, "server", Node::string(url(fleet)));
    config
}

/// What servers and agents have in common.
fn node(machine: &Machine) -> Node {
    let mut config = Node::map([
        ("token", Node::string("secret:cluster.secret")),
        ("node-name", Node::string(&machine.spec.name)),
        ("node-ip", Node::string(&machine.spec.address)),
    ]);
    let own = machine.spec.labels.iter().map(|(key, value)| format!("{key}={value}"));
    set(&mut config, "node-label", texts(own.collect::<Vec<_>>()));
    set(&mut config, "node-taint", texts(taints(machine).collect::<Vec<_>>()));
    config
}

fn url(fleet: &Fleet) -> &str {
    fleet.cluster.spec.endpoint.as_deref().unwrap_or_default()
}

/// Registries to ask in place of others, <https://docs.k3s.io/installation/private-registry>.
pub(crate) fn registries(mirrors: &std::collections::BTreeMap<String, Vec<String>>) -> Node {
    let mirrors = mirrors.iter().map(|(host, endpoints)| {
        let endpoint = match endpoints.is_empty() {
            // No other place than the registry itself and the machines of the cluster.
            true => Node::map::<&str>([]),
            false => Node::map([("endpoint", texts(endpoints))]),
        };
        (host.clone(), endpoint)
    });
    Node::map([("mirrors", Node::map(mirrors.collect::<Vec<_>>()))])
}
