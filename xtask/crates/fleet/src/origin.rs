//! Which line of a description a value of a configuration comes from.
//!
//! Generated values and those that a description turns into patches have no place of their own in a file; these tables
//! tell which field of a description made them. A `*` stands for any key, and gives the same key in the description.

use catalogue::Machine;
use diag::{SourceRef, Span, line_column};
use yaml::Node;

use crate::fleet::Fleet;

/// What a field of a description is below.
#[derive(Clone, Copy)]
enum Of {
    Cluster,
    Machine,
}

/// The document by its kind, empty where it has none; the field; where a person wrote it, the first that is there.
type Row = (&'static str, &'static str, &'static [(Of, &'static str)]);

const CLUSTER: Of = Of::Cluster;
const MACHINE: Of = Of::Machine;
const VERSION: &[(Of, &str)] = &[(CLUSTER, "kubernetes.version")];

const ROWS: &[Row] = &[
    // Talos.
    ("", "cluster.clusterName", &[(CLUSTER, "name")]),
    ("", "cluster.controlPlane.endpoint", &[(CLUSTER, "endpoint")]),
    ("", "cluster.network.dnsDomain", &[(CLUSTER, "talos.domain")]),
    ("", "cluster.network.podSubnets", &[(CLUSTER, "networks.pods")]),
    ("", "cluster.network.serviceSubnets", &[(CLUSTER, "networks.services")]),
    ("", "cluster.network.cni", &[(CLUSTER, "talos.cni")]),
    ("", "cluster.allowSchedulingOnControlPlanes", &[(CLUSTER, "talos.schedulableControlPlanes")]),
    ("", "cluster.apiServer.certSANs", &[(CLUSTER, "talos.certSans"), (CLUSTER, "endpoint")]),
    ("", "cluster.apiServer.image", VERSION),
    ("", "cluster.controllerManager.image", VERSION),
    ("", "cluster.scheduler.image", VERSION),
    ("", "cluster.proxy.image", VERSION),
    ("", "machine.kubelet.image", VERSION),
    ("", "machine.type", &[(MACHINE, "role")]),
    ("", "machine.certSANs", &[(CLUSTER, "talos.certSans"), (CLUSTER, "endpoint")]),
    ("", "machine.install.disk", &[(MACHINE, "install.disk")]),
    ("", "machine.install.diskSelector", &[(MACHINE, "install.selector")]),
    (
        "",
        "machine.install.image",
        &[(MACHINE, "image"), (CLUSTER, "talos.image"), (CLUSTER, "talos.version")],
    ),
    ("", "machine.install.wipe", &[(MACHINE, "install.wipe")]),
    ("", "machine.network.hostname", &[(MACHINE, "name")]),
    ("", "machine.network.nameservers", &[(CLUSTER, "networks.nameservers")]),
    ("", "machine.time.servers", &[(CLUSTER, "networks.timeServers")]),
    ("", "machine.network.interfaces.*.interface", &[(MACHINE, "interfaces.*.name")]),
    ("", "machine.network.interfaces.*.deviceSelector", &[(MACHINE, "interfaces.*.selector")]),
    (
        "",
        "machine.network.interfaces.*.addresses",
        &[(MACHINE, "interfaces.*.addresses"), (MACHINE, "address")],
    ),
    (
        "",
        "machine.network.interfaces.*.routes",
        &[(MACHINE, "interfaces.*.routes"), (CLUSTER, "networks.gateway")],
    ),
    ("", "machine.network.interfaces.*.vip", &[(CLUSTER, "networks.vips")]),
    ("", "machine.network.interfaces.*", &[(MACHINE, "interfaces.*")]),
    ("", "machine.nodeLabels", &[(MACHINE, "labels")]),
    ("", "machine.nodeAnnotations", &[(MACHINE, "annotations")]),
    ("", "machine.nodeTaints", &[(MACHINE, "taints")]),
    ("KubeControllerManagerConfig", "image", VERSION),
    ("KubeSchedulerConfig", "image", VERSION),
    ("HostnameConfig", "hostname", &[(MACHINE, "name")]),
    // kubeadm.
    ("InitConfiguration", "nodeRegistration.name", &[(MACHINE, "name")]),
    ("InitConfiguration", "nodeRegistration.criSocket", &[(CLUSTER, "kubeadm.criSocket")]),
    ("InitConfiguration", "nodeRegistration.taints", &[(MACHINE, "taints")]),
    ("InitConfiguration", "localAPIEndpoint.advertiseAddress", &[(MACHINE, "address")]),
    ("InitConfiguration", "skipPhases", &[(CLUSTER, "kubeadm.skipPhases")]),
    ("JoinConfiguration", "nodeRegistration.name", &[(MACHINE, "name")]),
    ("JoinConfiguration", "nodeRegistration.criSocket", &[(CLUSTER, "kubeadm.criSocket")]),
    ("JoinConfiguration", "nodeRegistration.taints", &[(MACHINE, "taints")]),
    ("JoinConfiguration", "controlPlane.localAPIEndpoint.advertiseAddress", &[(MACHINE, "address")]),
    ("JoinConfiguration", "discovery.bootstrapToken.apiServerEndpoint", &[(CLUSTER, "endpoint")]),
    ("ClusterConfiguration", "clusterName", &[(CLUSTER, "name")]),
    ("ClusterConfiguration", "kubernetesVersion", VERSION),
    ("ClusterConfiguration", "controlPlaneEndpoint", &[(CLUSTER, "endpoint")]),
    ("ClusterConfiguration", "networking.dnsDomain", &[(CLUSTER, "kubeadm.domain")]),
    ("ClusterConfiguration", "networking.podSubnet", &[(CLUSTER, "networks.pods")]),
    ("ClusterConfiguration", "networking.serviceSubnet", &[(CLUSTER, "networks.services")]),
    ("ClusterConfiguration", "etcd.local.dataDir", &[(CLUSTER, "kubeadm.etcdDirectory")]),
    ("ClusterConfiguration", "etcd.local.extraArgs", &[(CLUSTER, "kubeadm.etcd")]),
    ("ClusterConfiguration", "apiServer.certSANs", &[(CLUSTER, "kubeadm.certSans"), (CLUSTER, "endpoint")]),
    ("ClusterConfiguration", "apiServer.extraArgs", &[(CLUSTER, "kubeadm.apiServer")]),
    ("ClusterConfiguration", "controllerManager.extraArgs", &[(CLUSTER, "kubeadm.controllerManager")]),
    ("ClusterConfiguration", "scheduler.extraArgs", &[(CLUSTER, "kubeadm.scheduler")]),
    ("KubeletConfiguration", "clusterDomain", &[(CLUSTER, "kubeadm.domain")]),
    ("KubeletConfiguration", "clusterDNS", &[(CLUSTER, "networks.services")]),
    ("KubeletConfiguration", "*", &[(CLUSTER, "kubeadm.kubelet.*")]),
    ("KubeProxyConfiguration", "clusterCIDR", &[(CLUSTER, "networks.pods")]),
    // k3s.
    ("", "node-name", &[(MACHINE, "name")]),
    ("", "node-ip", &[(MACHINE, "address")]),
    ("", "node-label", &[(MACHINE, "labels")]),
    ("", "node-taint", &[(MACHINE, "taints")]),
    ("", "server", &[(CLUSTER, "endpoint")]),
    ("", "https-listen-port", &[(CLUSTER, "endpoint")]),
    ("", "cluster-cidr", &[(CLUSTER, "networks.pods")]),
    ("", "service-cidr", &[(CLUSTER, "networks.services")]),
    ("", "cluster-domain", &[(CLUSTER, "k3s.domain")]),
    ("", "tls-san", &[(CLUSTER, "k3s.certSans"), (CLUSTER, "endpoint")]),
    ("", "disable", &[(CLUSTER, "k3s.disable")]),
    ("", "mirrors", &[(CLUSTER, "k3s.mirrors")]),
    // k3d.
    ("Simple", "metadata.name", &[(CLUSTER, "name")]),
    ("Simple", "image", &[(CLUSTER, "k3d.image")]),
    ("Simple", "servers", &[(CLUSTER, "k3d.servers")]),
    ("Simple", "agents", &[(CLUSTER, "k3d.agents")]),
    ("Simple", "ports", &[(CLUSTER, "k3d.ports")]),
    ("Simple", "kubeAPI", &[(CLUSTER, "endpoint")]),
];

/// `file:line` of the field of a description that made a value; nothing when no person wrote one.
pub(crate) fn described(
    fleet: &Fleet,
    machine: Option<&Machine>,
    kind: &str,
    path: &[String],
) -> Option<String> {
    ROWS.iter().filter(|(of, ..)| *of == kind).find_map(|(_, field, places)| {
        let (keys, rest) = matched(field, path)?;
        places.iter().find_map(|(of, place)| {
            let (source, root) = match of {
                Of::Cluster => (&fleet.cluster.source, &fleet.cluster.document.root),
                Of::Machine => machine.map(|machine| (&machine.source, &machine.document.root))?,
            };
            let mut keys = keys.iter();
            let node = place
                .split('.')
                .try_fold(root, |node, key| step(node, if key == "*" { keys.next()? } else { key }))?;
            Some(line(source, closest(node, rest).span))
        })
    })
}

/// `file:line` of the patch that set a value of a document that has no places of its own: the last one that has it.
pub(crate) fn patched(
    fleet: &Fleet,
    machine: Option<&Machine>,
    kind: &str,
    path: &[String],
) -> Option<String> {
    let patches: Vec<_> = fleet.patches_of(machine?).collect();
    patches.into_iter().rev().find_map(|patch| {
        let is_for = |node: &Node| node.get("kind").and_then(Node::as_str).unwrap_or_default() == kind;
        let documents = patch.documents.iter().filter(|document| is_for(&document.root));
        let node = documents.rev().find_map(|document| below(&document.root, path))?;
        Some(line(&patch.source, node.span))
    })
}

/// `file:line`.
pub(crate) fn line(source: &SourceRef, span: Span) -> String {
    format!("{}:{}", source.name, line_column(&source.text, span.start).0)
}

/// The keys that stand for `*`, and what is left of a path; nothing when the field is another one.
fn matched<'a>(field: &str, path: &'a [String]) -> Option<(Vec<&'a str>, &'a [String])> {
    let mut keys = Vec::new();
    let mut rest = path;
    for part in field.split('.') {
        let (first, others) = rest.split_first()?;
        if part == "*" {
            keys.push(first.as_str());
        } else if part != first {
            return None;
        }
        rest = others;
    }
    Some((keys, rest))
}

fn step<'a>(node: &'a Node, key: &str) -> Option<&'a Node> {
    match node.as_seq() {
        Some(items) => items.get(key.parse::<usize>().ok()?),
        None => node.get(key),
    }
}

/// What a path leads to, where a list counts as a whole: a patch replaces it.
fn below<'a>(node: &'a Node, path: &[String]) -> Option<&'a Node> {
    let mut node = node;
    for key in path {
        if let Some(items) = node.as_seq() {
            return key.parse::<usize>().ok().and_then(|index| items.get(index)).or(Some(node));
        }
        node = node.get(key)?;
    }
    Some(node)
}

/// The deepest thing along a path.
fn closest<'a>(node: &'a Node, path: &[String]) -> &'a Node {
    let mut found = node;
    for key in path {
        let Some(next) = step(found, key) else { break };
        found = next;
    }
    found
}
