//! Versions that go together.

use diag::Diagnostic;

use crate::distribution::Distribution;
use crate::fleet::Fleet;

/// Minor versions of Talos with the oldest and newest Kubernetes that each supports
/// (<https://www.talos.dev/latest/introduction/support-matrix/>).
const SUPPORTED: [(u64, u64, u64); 5] =
    [(10, 28, 33), (11, 29, 34), (12, 30, 35), (13, 31, 36), (14, 32, 37)];

pub(super) fn check(fleet: &Fleet, found: &mut Vec<Diagnostic>) {
    let cluster = &fleet.cluster;
    let kubernetes = &cluster.spec.kubernetes.version;
    let at = |path: &[&str], message: String| {
        Diagnostic::error(message).at(&cluster.source, cluster.place(path), "here")
    };
    let Some((major, minor, _)) = version(kubernetes) else {
        let mistake = at(&["kubernetes", "version"], format!("`{kubernetes}` is no version of Kubernetes"));
        found.push(mistake.hint("write three numbers without `v`, `1.34.1`"));
        return;
    };
    match fleet.distribution() {
        Some(Distribution::Talos(talos)) => talos_version(fleet, &talos.version, (major, minor), found),
        Some(Distribution::K3s(k3s)) => {
            let is_same =
                k3s.version.strip_prefix('v').and_then(|text| text.split_once("+k3s")).is_some_and(
                    |(version, revision)| version == kubernetes && revision.parse::<u32>().is_ok(),
                );
            if !is_same {
                let message = format!("k3s `{}` is not Kubernetes `{kubernetes}`", k3s.version);
                let hint = format!("a release of k3s is called `v{kubernetes}+k3s1`");
                found.push(at(&["k3s", "version"], message).hint(hint));
            }
        }
        Some(Distribution::K3d(k3d)) => {
            let tag = k3d.image.rsplit_once(':').map(|(_, tag)| tag).unwrap_or_default();
            if !tag.starts_with(&format!("v{kubernetes}-k3s")) {
                let message = format!("the image `{}` is not Kubernetes `{kubernetes}`", k3d.image);
                let hint = format!("a tag of k3s is called `v{kubernetes}-k3s1`");
                found.push(at(&["k3d", "image"], message).hint(hint));
            }
        }
        _ => {}
    }
}

fn talos_version(fleet: &Fleet, text: &str, kubernetes: (u64, u64), found: &mut Vec<Diagnostic>) {
    let cluster = &fleet.cluster;
    let at = |message: String| {
        Diagnostic::error(message).at(&cluster.source, cluster.place(&["talos", "version"]), "here")
    };
    let Some((major, minor, _)) = version(text) else {
        let mistake = at(format!("`{text}` is no version of Talos"));
        found.push(mistake.hint("write three numbers without `v`, `1.11.3`"));
        return;
    };
    let supported = SUPPORTED.iter().find(|(known, ..)| major == 1 && *known == minor);
    let Some((_, oldest, newest)) = supported else {
        let known: Vec<String> = SUPPORTED.iter().map(|(minor, ..)| format!("1.{minor}")).collect();
        let mistake = at(format!("Talos `{text}` is not known"));
        found.push(mistake.hint(format!("known versions: {}", known.join(", "))));
        return;
    };
    if kubernetes.0 != 1 || !(*oldest..=*newest).contains(&kubernetes.1) {
        let message =
            format!("Talos `{text}` does not support Kubernetes `{}`", cluster.spec.kubernetes.version);
        let span = cluster.place(&["kubernetes", "version"]);
        let mistake = at(message).also(&cluster.source, span, "the Kubernetes");
        found.push(mistake.hint(format!("Talos 1.{minor} supports 1.{oldest} to 1.{newest}")));
    }
}

fn version(text: &str) -> Option<(u64, u64, u64)> {
    let (numbers, _) = text.split_once('-').unwrap_or((text, ""));
    let mut parts = numbers.split('.').map(|part| part.parse().ok());
    let version = (parts.next()??, parts.next()??, parts.next()??);
    parts.next().is_none().then_some(version)
}
