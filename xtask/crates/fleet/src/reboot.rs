//! Which changes of a Talos configuration make the machine start anew.
//!
//! Source: `CanApplyImmediate` in `internal/app/machined/pkg/runtime/v1alpha1` of Talos: what is listed there applies to a
//! running machine, everything else needs a reboot. Documents with a kind apply at once.

/// Fields of the root document that apply to a running machine.
const IMMEDIATE: [&str; 24] = [
    "debug",
    "cluster",
    "machine.acceptedCAs",
    "machine.ca",
    "machine.certSANs",
    "machine.controlPlane",
    "machine.features.hostDNS",
    "machine.features.imageCache",
    "machine.features.kubePrism",
    "machine.features.kubernetesTalosAPIAccess",
    "machine.features.nodeAddressSortAlgorithm",
    "machine.install",
    "machine.kernel",
    "machine.kubelet",
    "machine.logging",
    "machine.network",
    "machine.nodeAnnotations",
    "machine.nodeLabels",
    "machine.nodeTaints",
    "machine.pods",
    "machine.registries",
    "machine.seccompProfiles",
    "machine.sysctls",
    "machine.time",
];

/// Whether Talos reboots when a field of a document changes. `document` is the kind; empty for the root document.
pub fn needs_reboot(document: &str, field: &str) -> bool {
    let is_below =
        |top: &&str| field.strip_prefix(*top).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
    document.is_empty() && !IMMEDIATE.iter().any(&is_below) && !is_below(&"machine.sysfs")
}

#[cfg(test)]
mod tests;
