//! Descriptions of clusters, for us and for the library.

use std::collections::BTreeMap;

use base64::Engine as _;
use serde_json::{Value, json};
use talos::{Cluster, Cni, Contract, Field, Machine, Role, SecretsBundle};

use crate::random::Random;

/// A description of a cluster and a machine.
pub(crate) struct Description {
    pub(crate) cluster: Cluster,
    pub(crate) machine: Machine,
    /// The same as a question to the library.
    pub(crate) question: Value,
}

/// Descriptions that differ in everything that can be chosen.
pub(crate) fn description(number: usize, contract: Contract, secrets: &SecretsBundle) -> Description {
    let mut random = Random::new(number as u64 + 1);
    let random = &mut random;
    let cluster = cluster(contract, random);
    let machine = machine(random);
    let cni = cluster.cni.as_ref();
    let question = json!({
        "contract": format!("v{contract}"),
        "name": cluster.name,
        "endpoint": cluster.endpoint,
        "kubernetes": cluster.kubernetes,
        "worker": machine.role == Role::Worker,
        "bundle": secrets.to_yaml(),
        "disk": machine.install_disk,
        "image": machine.install_image,
        "kernelArgs": machine.extra_kernel_args,
        "podSubnets": (!cluster.pod_subnets.is_empty()).then_some(&cluster.pod_subnets),
        "serviceSubnets": (!cluster.service_subnets.is_empty()).then_some(&cluster.service_subnets),
        "domain": cluster.dns_domain,
        "cni": cni.map(|cni| &cni.name),
        "cniUrls": cni.map(|cni| &cni.urls),
        "sans": cluster.additional_sans,
        "scheduling": cluster.allow_scheduling_on_control_planes,
        "discovery": cluster.discovery,
        "localPort": cluster.local_api_server_port,
        "kubePrism": cluster.kube_prism_port,
        "sysctls": machine.sysctls,
        "mirrors": cluster.registry_mirrors,
    });
    Description { cluster, machine, question }
}

fn cluster(contract: Contract, random: &mut Random) -> Cluster {
    let endpoints = [
        "https://10.0.60.10:6443",
        "https://192.168.8.20:6443",
        "https://[fd00::1]:6443",
        "https://kube.example.org",
        "https://kube.example.org:443/api",
        "kube.example.org",
        "fd00::1",
    ];
    let mut cluster = Cluster::new(
        random.pick(&["lab", "home-ops", "1", "null", "a b"]),
        random.pick(&endpoints),
        contract,
    );
    cluster.kubernetes = String::from(random.pick(&["", "1.34.1", "1.33.0-rc.1"]));
    if contract == Contract::V1_14 && cluster.kubernetes.is_empty() {
        // It knows no configuration without Kubernetes.
        cluster.kubernetes = String::from("1.35.0");
    }
    cluster.pod_subnets = some(random, &["10.42.0.0/16", "fd42::/56"]);
    cluster.service_subnets = some(random, &["10.43.0.0/16", "fd43::/112"]);
    cluster.dns_domain = String::from(random.pick(&["", "cluster.local", "home.arpa"]));
    if random.once_in(2) {
        let name = String::from(random.pick(&["none", "flannel", "custom"]));
        let urls =
            if name == "custom" { some(random, &["https://example.org/cni.yaml"]) } else { Vec::new() };
        cluster.cni = Some(Cni { name, urls });
    }
    cluster.additional_sans = some(random, &["127.0.0.1", "10.0.60.10", "kube.home.arpa", "::1", "1:20"]);
    cluster.allow_scheduling_on_control_planes = random.once_in(2);
    cluster.discovery = !random.once_in(4);
    cluster.local_api_server_port = random.once_in(4).then_some(16443);
    cluster.kube_prism_port = random.once_in(3).then(|| [0, 7445, 7446][random.below(3)]);
    for host in some(random, &["docker.io", "ghcr.io", "registry.k8s.io"]) {
        let mirrors = some(random, &["https://mirror.home.arpa:5000", "http://10.0.0.2/v2"]);
        cluster.registry_mirrors.insert(host, mirrors);
    }
    cluster
}

fn machine(random: &mut Random) -> Machine {
    let role = if random.once_in(2) { Role::Worker } else { Role::ControlPlane };
    let mut machine = Machine::new(role);
    machine.install_disk = String::from(random.pick(&["", "/dev/sda", "/dev/nvme0n1"]));
    machine.install_image =
        String::from(random.pick(&["", "factory.example.org/metal-installer/376:v1.11.3"]));
    machine.extra_kernel_args = some(random, &["net.ifnames=0", "-console", "a=b c", "talos.x=#1"]);
    let sysctls = [
        ("vm.nr_hugepages", "1024"),
        ("net.core.somaxconn", "0x10"),
        ("kernel.a10", "no"),
        ("kernel.a9", ""),
    ];
    let chosen = sysctls.into_iter().filter(|_| random.once_in(3));
    machine.sysctls =
        chosen.map(|(name, value)| (name.to_owned(), value.to_owned())).collect::<BTreeMap<_, _>>();
    machine
}

/// Some of these, in their order.
fn some(random: &mut Random, of: &[&str]) -> Vec<String> {
    of.iter().filter(|_| random.once_in(2)).map(|&text| text.to_owned()).collect()
}

/// A bundle whose every field is another text of the right form.
pub(crate) fn secrets() -> SecretsBundle {
    let mut bundle = SecretsBundle::default();
    for field in Field::ALL.into_iter().filter(|field| *field != Field::AescbcEncryptionSecret) {
        let path = field.path();
        let label = if path.ends_with(".crt") { "CERTIFICATE" } else { "PRIVATE KEY" };
        let pem = format!("-----BEGIN {label}-----\n{path}\n-----END {label}-----\n");
        let text = base64::engine::general_purpose::STANDARD.encode(pem);
        field.set(&mut bundle, if path.starts_with("certs.") { &text } else { path });
    }
    bundle
}
