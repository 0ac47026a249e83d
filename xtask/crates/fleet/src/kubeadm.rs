//! Configurations of kubeadm: `kubeadm.k8s.io/v1beta4`,
//! <https://kubernetes.io/docs/reference/config-api/kubeadm-config.v1beta4/>.
//!
//! The first control plane, by name, makes the cluster (`kubeadm init`), the others join it. The authorities of the
//! cluster come from its secrets bundle and lie below `/etc/kubernetes/pki` before either runs, so joining needs neither a
//! certificate key nor an upload, and the digest of the authority is known before there is a cluster.

use std::collections::BTreeMap;

use catalogue::{Kubeadm, Machine, MachineRole};
use diag::Diagnostic;
use yaml::Node;

use crate::configuration::{Configuration, Content};
use crate::documents::{authority, cert_sans, labels, patch, port, set, texts};
use crate::fleet::Fleet;

const API: &str = "kubeadm.k8s.io/v1beta4";

pub(crate) fn configurations(
    fleet: &Fleet,
    kubeadm: &Kubeadm,
) -> Result<Vec<Configuration>, Vec<Diagnostic>> {
    let first = fleet.control_planes().next().map(|machine| machine.spec.name.clone());
    let (mut all, mut mistakes) = (Vec::new(), Vec::new());
    for machine in fleet.online() {
        let name = &machine.spec.name;
        let mut documents = if Some(name) == first.as_ref() {
            vec![init(fleet, kubeadm, machine), cluster(fleet, kubeadm), kubelet(fleet, kubeadm)]
        } else {
            vec![join(fleet, kubeadm, machine)]
        };
        if Some(name) == first.as_ref()
            && !kubeadm.skip_phases.iter().any(|phase| phase == "addon/kube-proxy")
        {
            documents.push(kube_proxy(fleet));
        }
        patch(&mut documents, fleet.patches_of(machine), &mut mistakes);
        all.push(Configuration {
            machine: name.clone(),
            file: format!("{name}.yaml"),
            content: Content::Documents(documents),
        });
    }
    if mistakes.is_empty() { Ok(all) } else { Err(mistakes) }
}

fn init(fleet: &Fleet, kubeadm: &Kubeadm, machine: &Machine) -> Node {
    let mut init = document(API, "InitConfiguration");
    let token = Node::map([
        ("token", Node::string("secret:secrets.bootstraptoken")),
        // As long as it takes to bring the other machines up; kubeadm removes it then.
        ("ttl", Node::string("2h0m0s")),
        ("usages", texts(["signing", "authentication"])),
        ("groups", texts(["system:bootstrappers:kubeadm:default-node-token"])),
    ]);
    set(&mut init, "bootstrapTokens", Node::seq([token]));
    set(&mut init, "localAPIEndpoint", local_endpoint(fleet, machine));
    set(&mut init, "nodeRegistration", registration(kubeadm, machine));
    set(&mut init, "skipPhases", texts(&kubeadm.skip_phases));
    init
}

fn join(fleet: &Fleet, kubeadm: &Kubeadm, machine: &Machine) -> Node {
    let mut join = document(API, "JoinConfiguration");
    let token = Node::map([
        ("apiServerEndpoint", Node::string(authority(fleet))),
        ("token", Node::string("secret:secrets.bootstraptoken")),
        ("caCertHashes", texts(["secret:certs.k8s.hash"])),
    ]);
    set(&mut join, "discovery", Node::map([("bootstrapToken", token)]));
    if machine.spec.role == MachineRole::ControlPlane {
        let control_plane = Node::map([("localAPIEndpoint", local_endpoint(fleet, machine))]);
        set(&mut join, "controlPlane", control_plane);
    }
    set(&mut join, "nodeRegistration", registration(kubeadm, machine));
    join
}

fn cluster(fleet: &Fleet, kubeadm: &Kubeadm) -> Node {
    let spec = &fleet.cluster.spec;
    let mut cluster = document(API, "ClusterConfiguration");
    set(&mut cluster, "clusterName", Node::string(&spec.name));
    set(&mut cluster, "kubernetesVersion", Node::string(format!("v{}", spec.kubernetes.version)));
    set(&mut cluster, "controlPlaneEndpoint", Node::string(authority(fleet)));
    let mut networking = Node::map([("dnsDomain", Node::string(&kubeadm.domain))]);
    if let Some(networks) = &spec.networks {
        set(&mut networking, "podSubnet", Node::string(&networks.pods));
        set(&mut networking, "serviceSubnet", Node::string(&networks.services));
    }
    set(&mut cluster, "networking", networking);
    let mut etcd = Node::map([("dataDir", Node::string(&kubeadm.etcd_directory))]);
    set(&mut etcd, "extraArgs", arguments(&kubeadm.etcd));
    set(&mut cluster, "etcd", Node::map([("local", etcd)]));
    let mut api_server = Node::map::<&str>([]);
    set(&mut api_server, "certSANs", texts(cert_sans(fleet, &kubeadm.cert_sans)));
    set(&mut api_server, "extraArgs", arguments(&kubeadm.api_server));
    set(&mut cluster, "apiServer", api_server);
    for (field, given) in
        [("controllerManager", &kubeadm.controller_manager), ("scheduler", &kubeadm.scheduler)]
    {
        let mut part = Node::map::<&str>([]);
        set(&mut part, "extraArgs", arguments(given));
        set(&mut cluster, field, part);
    }
    cluster
}

fn kubelet(fleet: &Fleet, kubeadm: &Kubeadm) -> Node {
    let mut kubelet = document("kubelet.config.k8s.io/v1beta1", "KubeletConfiguration");
    set(&mut kubelet, "clusterDomain", Node::string(&kubeadm.domain));
    if let Some(address) =
        fleet.cluster.spec.networks.as_ref().and_then(|networks| dns_address(&networks.services))
    {
        set(&mut kubelet, "clusterDNS", texts([address]));
    }
    for (key, value) in &kubeadm.kubelet {
        if let Some(map) = kubelet.as_map_mut() {
            map.insert(key, Node::from_json(value));
        }
    }
    kubelet
}

fn kube_proxy(fleet: &Fleet) -> Node {
    let mut proxy = document("kubeproxy.config.k8s.io/v1alpha1", "KubeProxyConfiguration");
    if let Some(networks) = &fleet.cluster.spec.networks {
        set(&mut proxy, "clusterCIDR", Node::string(&networks.pods));
    }
    proxy
}

/// The tenth address of the services, which kubeadm gives to the name server.
fn dns_address(services: &str) -> Option<String> {
    let network: ipnet::IpNet = services.split(',').next()?.trim().parse().ok()?;
    Some(match network {
        ipnet::IpNet::V4(net) => {
            std::net::Ipv4Addr::from_bits(net.network().to_bits().checked_add(10)?).to_string()
        }
        ipnet::IpNet::V6(net) => {
            std::net::Ipv6Addr::from_bits(net.network().to_bits().checked_add(10)?).to_string()
        }
    })
}

fn local_endpoint(fleet: &Fleet, machine: &Machine) -> Node {
    Node::map([
        ("advertiseAddress", Node::string(&machine.spec.address)),
        ("bindPort", Node::int(port(fleet))),
    ])
}

fn registration(kubeadm: &Kubeadm, machine: &Machine) -> Node {
    let mut node = Node::map([
        ("name", Node::string(&machine.spec.name)),
        ("criSocket", Node::string(&kubeadm.cri_socket)),
    ]);
    let mut given = BTreeMap::from([("node-ip".to_owned(), machine.spec.address.clone())]);
    if !machine.spec.labels.is_empty() {
        given.insert("node-labels".to_owned(), labels(&machine.spec.labels));
    }
    set(&mut node, "kubeletExtraArgs", arguments(&given));
    // An empty list, unlike none at all, keeps kubeadm from tainting control planes.
    let taints = machine.spec.taints.iter().map(|taint| {
        let mut node = Node::map([("key", Node::string(&taint.key))]);
        set(&mut node, "value", Node::string(&taint.value));
        set(&mut node, "effect", Node::string(taint.effect.name()));
        node
    });
    if let Some(map) = node.as_map_mut() {
        map.insert("taints", Node::seq(taints));
    }
    node
}

/// Arguments as v1beta4 has them: a list of names and values.
fn arguments(given: &BTreeMap<String, String>) -> Node {
    Node::seq(
        given
            .iter()
            .map(|(name, value)| Node::map([("name", Node::string(name)), ("value", Node::string(value))])),
    )
}

fn document(api: &str, kind: &str) -> Node {
    Node::map([("apiVersion", Node::string(api)), ("kind", Node::string(kind))])
}
