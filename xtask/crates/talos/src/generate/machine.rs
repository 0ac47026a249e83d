//! The part `machine` of the root document.

use yaml::Node;

use super::Input;
use super::node::{Fields, pair};
use crate::Contract;

/// The port on which every machine reaches the API servers, when nobody chose another one.
const KUBE_PRISM_PORT: u16 = 7445;
const KUBELET: &str = "ghcr.io/siderolabs/kubelet";
/// Keeps load balancers outside from control plane machines.
const EXCLUDE_FROM_LOAD_BALANCERS: &str = "node.kubernetes.io/exclude-from-external-load-balancers";

impl Input<'_> {
    pub(super) fn machine(&self) -> Node {
        let kind = if self.is_control_plane() { "controlplane" } else { "worker" };
        let labels = Node::map([(EXCLUDE_FROM_LOAD_BALANCERS, Node::string(""))]);
        let sysctls = self.machine.sysctls.iter().map(|(name, value)| (name.as_str(), Node::string(value)));
        Fields::new()
            .text("type", kind)
            .text("token", self.secrets.trustd_token.reveal())
            .node("ca", pair(&self.secrets.os, self.is_control_plane()))
            .texts("certSANs", &self.cluster.additional_sans)
            .node("kubelet", self.kubelet())
            .when(self.contract() <= Contract::V1_12, |fields| fields.node("network", Fields::new().end()))
            .node("install", self.install())
            .when(!self.machine.sysctls.is_empty(), |fields| fields.node("sysctls", Node::map(sysctls)))
            .when(self.contract() <= Contract::V1_11, |fields| fields.node("registries", self.registries()))
            .node("features", self.features())
            .when(self.is_control_plane(), |fields| fields.node("nodeLabels", labels))
            .end()
    }

    fn kubelet(&self) -> Node {
        Fields::new()
            .text("image", &self.image(KUBELET))
            .flag("defaultRuntimeSeccompProfileEnabled", true)
            .flag("disableManifestsDirectory", true)
            .end()
    }

    fn install(&self) -> Node {
        Fields::new()
            .text("disk", &self.machine.install_disk)
            .texts("extraKernelArgs", &self.machine.extra_kernel_args)
            .text("image", &self.machine.install_image)
            .flag("wipe", false)
            .when(self.contract() >= Contract::V1_12, |fields| fields.flag("grubUseUKICmdline", true))
            .end()
    }

    /// Mirrors, which are documents of their own from Talos 1.12 on.
    fn registries(&self) -> Node {
        let mirrors = self.cluster.registry_mirrors.iter().map(|(host, endpoints)| {
            (host.as_str(), Node::map([("endpoints", Node::seq(endpoints.iter().map(Node::string)))]))
        });
        Fields::new().node("mirrors", Node::map(mirrors)).node("config", Fields::new().end()).end()
    }

    fn features(&self) -> Node {
        let dns = Fields::new().flag("enabled", true).flag("forwardKubeDNSToHost", true).end();
        let port = self.cluster.kube_prism_port.unwrap_or(KUBE_PRISM_PORT);
        let prism = Fields::new().flag("enabled", true).node("port", Node::int(port.into())).end();
        Fields::new()
            .when(self.contract() <= Contract::V1_11, |fields| {
                fields.flag("rbac", true).flag("stableHostname", true).flag("apidCheckExtKeyUsage", true)
            })
            .flag("diskQuotaSupport", true)
            .when(port > 0, |fields| fields.node("kubePrism", prism))
            .when(self.contract() <= Contract::V1_13, |fields| fields.node("hostDNS", dns))
            .end()
    }
}
