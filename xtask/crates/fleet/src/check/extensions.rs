//! System extensions that patches count on.

use diag::{Diagnostic, Span};
use yaml::{Document, Node};

use crate::distribution::Distribution;
use crate::fleet::Fleet;

/// Kernel modules that are no part of Talos, with the extensions that bring them; one is enough.
const MODULES: [(&str, &[&str]); 10] = [
    ("zfs", &["zfs"]),
    ("drbd", &["drbd"]),
    ("btrfs", &["btrfs"]),
    ("i915", &["i915", "i915-ucode"]),
    ("xe", &["xe"]),
    ("amdgpu", &["amdgpu", "amdgpu-firmware"]),
    ("gasket", &["gasket-driver", "gasket"]),
    ("apex", &["gasket-driver", "gasket"]),
    ("thunderbolt", &["thunderbolt"]),
    (
        "nvidia",
        &[
            "nvidia-open-gpu-kernel-modules-production",
            "nvidia-open-gpu-kernel-modules-lts",
            "nonfree-kmod-nvidia-production",
            "nonfree-kmod-nvidia-lts",
        ],
    ),
];

/// What a line of a file for containerd names, with the extensions that bring it.
const RUNTIMES: [(&str, &[&str]); 6] = [
    ("runsc", &["gvisor"]),
    ("kata", &["kata-containers"]),
    ("crun", &["crun"]),
    ("spin", &["spin"]),
    ("wasmedge", &["wasmedge"]),
    ("nvidia-container-runtime", &["nvidia-container-toolkit-production", "nvidia-container-toolkit-lts"]),
];

pub(super) fn check(fleet: &Fleet, found: &mut Vec<Diagnostic>) {
    let Some(Distribution::Talos(_)) = fleet.distribution() else { return };
    if fleet.has_images {
        missing(fleet, found);
    }
    for machine in fleet.online() {
        let name = &machine.spec.name;
        let Some(image_name) = fleet.image_of(machine) else {
            let message = format!("machine `{name}` has no image");
            let mistake = Diagnostic::error(message).at(&machine.source, machine.place(&["name"]), "");
            found.push(mistake.hint("add `image` to it, or to `talos` of the cluster"));
            continue;
        };
        let Some(image) = fleet.images.get(image_name) else { continue };
        for patch in fleet.patches_of(machine) {
            for (what, choices, span) in patch.documents.iter().flat_map(wants) {
                if choices.iter().any(|choice| image.extensions.iter().any(|has| has == choice)) {
                    continue;
                }
                let message = format!(
                    "machine `{name}`: {what} needs the system extension `{}`, which image `{image_name}` lacks",
                    choices.first().copied().unwrap_or_default()
                );
                let mistake = Diagnostic::error(message).at(&patch.source, span, "here");
                found.push(mistake.hint(format!("add it to `images/{image_name}.yaml`, or remove this")));
            }
        }
    }
}

/// Images that there are no files of.
fn missing(fleet: &Fleet, found: &mut Vec<Diagnostic>) {
    let mut refuse = |who: &str, image: &str, source, span| {
        let mistake = Diagnostic::error(format!("{who} the image `{image}`, which does not exist"));
        let mistake = mistake.at(source, span, "here");
        found.push(mistake.hint(format!("describe it in `images/{image}.yaml`")));
    };
    let is_missing = |image: &&String| !fleet.images.contains_key(*image);
    let default = fleet.cluster.spec.talos.as_ref().and_then(|talos| talos.image.as_ref());
    if let Some(image) = default.filter(is_missing) {
        let span = fleet.cluster.place(&["talos", "image"]);
        refuse("machines have", image, &fleet.cluster.source, span);
    }
    for (name, machine) in &fleet.machines {
        if let Some(image) = machine.spec.image.as_ref().filter(is_missing) {
            let span = machine.place(&["image"]);
            refuse(&format!("machine `{name}` has"), image, &machine.source, span);
        }
    }
}

type Want = (String, Vec<&'static str>, Span);

/// What a document of a patch counts on.
fn wants(document: &Document) -> Vec<Want> {
    let root = &document.root;
    let mut all = Vec::new();
    let list = |path: &[&str]| root.at(path).and_then(Node::as_seq).unwrap_or_default();
    for module in list(&["machine", "kernel", "modules"]) {
        let Some(name) = module.get("name") else { continue };
        let text = name.as_str().unwrap_or_default();
        let base = text.split(['_', '-']).next().unwrap_or(text);
        if let Some((_, choices)) = MODULES.iter().find(|(known, _)| *known == text || *known == base) {
            all.push((format!("the kernel module `{text}`"), choices.to_vec(), name.span));
        }
    }
    for mount in list(&["machine", "kubelet", "extraMounts"]) {
        let Some(source) = mount.get("source") else { continue };
        if source.as_str().is_some_and(|path| path.starts_with("/var/lib/longhorn")) {
            all.push(("Longhorn".to_owned(), vec!["iscsi-tools"], source.span));
        }
    }
    for file in list(&["machine", "files"]) {
        let (Some(path), Some(content)) = (file.get("path"), file.get("content")) else { continue };
        let text = content.as_str().unwrap_or_default();
        if !path.as_str().is_some_and(|path| path.starts_with("/etc/cri/")) {
            continue;
        }
        for (name, choices) in RUNTIMES {
            let lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
            if lines.clone().any(|line| line.contains("runtimes.") && line.contains(name)) {
                all.push((format!("the container runtime `{name}`"), choices.to_vec(), content.span));
            }
        }
    }
    if root.get("kind").and_then(Node::as_str) == Some("ExtensionServiceConfig")
        && let Some(name) = root.get("name")
    {
        // The service of an extension has its name; the choice is leaked nowhere, so it is looked up in what is known.
        let text = name.as_str().unwrap_or_default();
        if let Some(known) = SERVICES.iter().find(|known| **known == text) {
            all.push((format!("the extension service `{text}`"), vec![known], name.span));
        }
    }
    all
}

/// Extensions with a service that takes a configuration.
const SERVICES: [&str; 12] = [
    "cloudflared",
    "fabricmanager",
    "frr",
    "iscsid",
    "lldpd",
    "netbird",
    "newt",
    "nut-client",
    "nvidia-fabricmanager",
    "qemu-guest-agent",
    "tailscale",
    "zerotier",
];
