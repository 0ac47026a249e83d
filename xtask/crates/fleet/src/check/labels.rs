//! Labels and taints of nodes, by the rules of Kubernetes
//! (<https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/>).

use catalogue::Machine;
use diag::Diagnostic;

use crate::fleet::Fleet;

/// Labels of Kubernetes' own domains that a kubelet may give its node: the admission plugin `NodeRestriction`.
const ALLOWED: [&str; 8] = [
    "kubernetes.io/hostname",
    "kubernetes.io/arch",
    "kubernetes.io/os",
    "beta.kubernetes.io/instance-type",
    "node.kubernetes.io/instance-type",
    "topology.kubernetes.io/region",
    "topology.kubernetes.io/zone",
    "node.kubernetes.io/windows-build",
];

pub(super) fn check(fleet: &Fleet, found: &mut Vec<Diagnostic>) {
    for machine in fleet.machines.values() {
        for (key, value) in &machine.spec.labels {
            let place = ["labels", key.as_str()];
            if !is_key(key) {
                let hint = "a label is `name` or `domain/name`, the name of at most 63 letters, digits, `-`, `_`, `.`";
                refuse(machine, &place, &format!("`{key}` is no label"), hint, found);
            } else if !is_value(value) {
                let hint = "a value has at most 63 letters, digits, `-`, `_`, `.`";
                refuse(machine, &place, &format!("`{value}` is no value of the label `{key}`"), hint, found);
            } else if is_restricted(key) {
                let hint = "the API server lets no kubelet set it: use a domain of your own";
                refuse(
                    machine,
                    &place,
                    &format!("a machine may not give its node the label `{key}`"),
                    hint,
                    found,
                );
            }
        }
        for (index, taint) in machine.spec.taints.iter().enumerate() {
            let number = index.to_string();
            if !is_key(&taint.key) || !is_value(&taint.value) {
                let hint = "key and value of a taint are written as those of labels";
                let message = format!("`{}={}` is no taint", taint.key, taint.value);
                refuse(machine, &["taints", &number], &message, hint, found);
            }
            let same = |other: &&catalogue::Taint| other.key == taint.key && other.effect == taint.effect;
            if machine.spec.taints.iter().take(index).any(|other| same(&other)) {
                let message = format!("the taint `{}` is there twice with one effect", taint.key);
                refuse(machine, &["taints", &number], &message, "remove one of the two", found);
            }
        }
    }
}

fn refuse(machine: &Machine, path: &[&str], message: &str, hint: &str, found: &mut Vec<Diagnostic>) {
    let message = format!("machine `{}`: {message}", machine.spec.name);
    let mistake = Diagnostic::error(message).at(&machine.source, machine.place(path), "here");
    found.push(mistake.hint(hint.to_owned()));
}

fn is_restricted(key: &str) -> bool {
    let Some((domain, _)) = key.split_once('/') else { return false };
    let of = |top: &str| domain == top || domain.ends_with(&format!(".{top}"));
    let kubelet = ["kubelet.kubernetes.io", "node.kubernetes.io"];
    let is_kubelets = kubelet.iter().any(|top| of(top));
    (of("kubernetes.io") || of("k8s.io")) && !is_kubelets && !ALLOWED.contains(&key)
}

fn is_key(key: &str) -> bool {
    let (domain, name) = key.split_once('/').map_or((None, key), |(domain, name)| (Some(domain), name));
    let is_domain = |domain: &str| {
        !domain.is_empty()
            && domain.len() <= 253
            && domain.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '.'))
    };
    !name.is_empty() && is_value(name) && domain.is_none_or(is_domain)
}

fn is_value(value: &str) -> bool {
    let inner = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let edge = |c: Option<char>| c.is_none_or(|c| c.is_ascii_alphanumeric());
    value.len() <= 63
        && value.chars().all(inner)
        && edge(value.chars().next())
        && edge(value.chars().next_back())
}
