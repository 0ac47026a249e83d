//! The part `cluster` of the root document.

use std::net::IpAddr;

use yaml::Node;

use super::Input;
use super::node::{Fields, pair};
use crate::Contract;

impl Input<'_> {
    pub(super) fn cluster(&self) -> Node {
        let common = Fields::new()
            .text("id", self.secrets.cluster_id.reveal())
            .text("secret", self.secrets.cluster_secret.reveal())
            .node("controlPlane", self.control_plane())
            .text("clusterName", &self.cluster.name)
            .node("network", self.network())
            .text("token", self.secrets.bootstrap_token.reveal())
            .node("ca", pair(&self.secrets.k8s, self.is_control_plane()))
            .node("discovery", self.discovery());
        if self.is_control_plane() { self.control_plane_only(common).end() } else { common.end() }
    }

    fn control_plane_only(&self, fields: Fields) -> Fields {
        let key = Node::map([("key", Node::string(self.secrets.k8s_service_account.reveal()))]);
        let image =
            |name: &str| Fields::new().text("image", &self.image(&format!("registry.k8s.io/{name}"))).end();
        // From Talos 1.14 on these are documents of their own.
        let is_here = self.contract() <= Contract::V1_13;
        let secretbox = self.secrets.secretbox_encryption_secret.reveal();
        fields
            .when(is_here, |fields| fields.text("secretboxEncryptionSecret", secretbox))
            .node("aggregatorCA", pair(&self.secrets.k8s_aggregator, true))
            .node("serviceAccount", key)
            .node("apiServer", self.api_server())
            .when(is_here, |fields| fields.node("controllerManager", image("kube-controller-manager")))
            .node("proxy", image("kube-proxy"))
            .when(is_here, |fields| fields.node("scheduler", image("kube-scheduler")))
            .node("etcd", Node::map([("ca", pair(&self.secrets.etcd, true))]))
            .node("extraManifests", Node::seq([]))
            .node("inlineManifests", Node::seq([]))
            .when(self.cluster.allow_scheduling_on_control_planes, |fields| {
                fields.flag("allowSchedulingOnControlPlanes", true)
            })
    }

    fn control_plane(&self) -> Node {
        let port = self.cluster.local_api_server_port.filter(|port| *port > 0 && self.is_control_plane());
        let fields = Fields::new().node("endpoint", Node::string(self.endpoint.to_string()));
        match port {
            Some(port) => fields.node("localAPIServerPort", Node::int(port.into())).end(),
            None => fields.end(),
        }
    }

    fn network(&self) -> Node {
        let domain =
            if self.cluster.dns_domain.is_empty() { "cluster.local" } else { &self.cluster.dns_domain };
        // An endpoint that is a bare IPv6 address: the library looks at nothing else.
        let is_v6 = self.cluster.endpoint.parse::<IpAddr>().is_ok_and(|address| address.is_ipv6());
        let (pods, services) =
            if is_v6 { ("fc00:db8:10::/56", "fc00:db8:20::/112") } else { ("10.244.0.0/16", "10.96.0.0/12") };
        let subnets = |chosen: &[String], own: &str| {
            if chosen.is_empty() {
                Node::seq([Node::string(own)])
            } else {
                Node::seq(chosen.iter().map(Node::string))
            }
        };
        let fields = match &self.cluster.cni {
            Some(cni) => {
                let cni = Fields::new().text("name", &cni.name).texts("urls", &cni.urls);
                Fields::new().node("cni", cni.end())
            }
            None => Fields::new(),
        };
        fields
            .text("dnsDomain", domain)
            .node("podSubnets", subnets(&self.cluster.pod_subnets, pods))
            .node("serviceSubnets", subnets(&self.cluster.service_subnets, services))
            .end()
    }

    /// The registry in Kubernetes is never used: it shows the state of machines to whoever reads nodes.
    fn discovery(&self) -> Node {
        let registries = Node::map([("kubernetes", Fields::new().flag("disabled", true).end())]);
        Fields::new().flag("enabled", self.cluster.discovery).node("registries", registries).end()
    }

    fn api_server(&self) -> Node {
        let mut names = Vec::new();
        if self.contract() <= Contract::V1_11 {
            names.push(self.endpoint.hostname().to_owned());
        }
        names.extend_from_slice(&self.cluster.additional_sans);
        Fields::new()
            .text("image", &self.image("registry.k8s.io/kube-apiserver"))
            .texts("certSANs", &names)
            .when(self.contract() <= Contract::V1_11, |fields| fields.flag("disablePodSecurityPolicy", true))
            .node("admissionControl", Node::seq([pod_security()]))
            .node("auditPolicy", audit_policy())
            .end()
    }
}

/// Pods must keep to the baseline of the Pod Security Standards, and warnings tell where they break the restricted level.
fn pod_security() -> Node {
    let mut defaults = Fields::new();
    for (mode, level) in [("audit", "restricted"), ("enforce", "baseline"), ("warn", "restricted")] {
        defaults = defaults.text(mode, level).text(&format!("{mode}-version"), "latest");
    }
    let exemptions = Node::map([
        ("namespaces", Node::seq([Node::string("kube-system")])),
        ("runtimeClasses", Node::seq([])),
        ("usernames", Node::seq([])),
    ]);
    let configuration = Fields::new()
        .text("apiVersion", "pod-security.admission.config.k8s.io/v1alpha1")
        .text("kind", "PodSecurityConfiguration")
        .node("defaults", defaults.end())
        .node("exemptions", exemptions)
        .end();
    Fields::new().text("name", "PodSecurity").node("configuration", configuration).end()
}

/// The metadata of every request is recorded.
fn audit_policy() -> Node {
    Fields::new()
        .text("apiVersion", "audit.k8s.io/v1")
        .text("kind", "Policy")
        .node("rules", Node::seq([Node::map([("level", Node::string("Metadata"))])]))
        .end()
}
