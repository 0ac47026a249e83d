//! What makes the cluster of its machines.

use catalogue::{ClusterSpec, K3d, K3s, Kubeadm, Talos, Vcluster};

/// What makes a cluster of machines.
#[derive(Clone, Copy, Debug)]
pub enum Distribution<'a> {
    /// Talos Linux.
    Talos(&'a Talos),
    /// kubeadm.
    Kubeadm(&'a Kubeadm),
    /// k3s.
    K3s(&'a K3s),
    /// k3s in containers.
    K3d(&'a K3d),
    /// Another cluster.
    Vcluster(&'a Vcluster),
}

impl<'a> Distribution<'a> {
    /// All that a cluster says; a check refuses more than one.
    pub fn all(spec: &'a ClusterSpec) -> Vec<Self> {
        let talos = spec.talos.as_ref().map(Self::Talos);
        let kubeadm = spec.kubeadm.as_ref().map(Self::Kubeadm);
        let k3s = spec.k3s.as_ref().map(Self::K3s);
        let k3d = spec.k3d.as_ref().map(Self::K3d);
        let vcluster = spec.vcluster.as_ref().map(Self::Vcluster);
        [talos, kubeadm, k3s, k3d, vcluster].into_iter().flatten().collect()
    }

    /// The field of the cluster that holds it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Talos(_) => "talos",
            Self::Kubeadm(_) => "kubeadm",
            Self::K3s(_) => "k3s",
            Self::K3d(_) => "k3d",
            Self::Vcluster(_) => "vcluster",
        }
    }

    /// Whether machines are described in files of their own.
    pub fn has_machines(self) -> bool {
        matches!(self, Self::Talos(_) | Self::Kubeadm(_) | Self::K3s(_))
    }
}
