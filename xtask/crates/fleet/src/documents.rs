//! Small pieces of documents.

use std::collections::BTreeMap;

use catalogue::Machine;
use diag::Diagnostic;
use yaml::Node;

use crate::fleet::Fleet;
use crate::patch_files::PatchFile;

/// A list of texts.
pub(crate) fn texts<T: AsRef<str>>(items: impl IntoIterator<Item = T>) -> Node {
    Node::seq(items.into_iter().map(|item| Node::string(item.as_ref())))
}

/// Sets a field of a mapping unless its value is empty.
pub(crate) fn set(node: &mut Node, key: &str, value: Node) {
    let is_empty = value.as_seq().is_some_and(<[Node]>::is_empty)
        || value.as_map().is_some_and(yaml::Map::is_empty)
        || value.as_str() == Some("");
    if let Some(map) = node.as_map_mut().filter(|_| !is_empty) {
        map.insert(key, value);
    }
}

/// Merges the patches of a machine into its documents (RFC 7386), each into the one of its `kind`. Where documents have
/// no kinds there is one. Operations (RFC 6902) are for Talos alone.
pub(crate) fn patch<'a>(
    documents: &mut [Node],
    patches: impl Iterator<Item = &'a PatchFile>,
    mistakes: &mut Vec<Diagnostic>,
) {
    for patch in patches {
        for document in &patch.documents {
            let mut refuse = |message: String, hint: &str| {
                let mistake = Diagnostic::error(message).at(&patch.source, document.root.span, "here");
                mistakes.push(mistake.hint(hint.to_owned()));
            };
            if document.root.as_map().is_none() {
                refuse("operations are for machines under Talos".to_owned(), "write what shall be merged");
                continue;
            }
            let kind = document.root.get("kind").and_then(Node::as_str);
            let known: Vec<String> = documents.iter().filter_map(kind_of).collect();
            let target = documents.iter_mut().find(|node| kind_of(node).as_deref() == kind);
            match (target, kind) {
                (Some(target), _) => yaml::merge_patch(target, &document.root),
                (None, Some(kind)) if known.is_empty() => {
                    refuse(format!("there is no document of kind `{kind}`"), "leave `kind` out");
                }
                // A control plane that joins has no `ClusterConfiguration`: the patch is for the first one.
                (None, Some(kind)) if EVERYWHERE.contains(&kind) => {}
                (None, _) => {
                    let hint = format!("add `kind`: {}", known.join(", "));
                    refuse("the patch is for no document of the machine".to_owned(), &hint);
                }
            }
        }
    }
}

/// Documents of kubeadm that not every machine has.
const EVERYWHERE: [&str; 5] = [
    "InitConfiguration",
    "JoinConfiguration",
    "ClusterConfiguration",
    "KubeProxyConfiguration",
    "KubeletConfiguration",
];

fn kind_of(node: &Node) -> Option<String> {
    node.get("kind")?.as_str().map(str::to_owned)
}

/// Labels as the kubelet takes them: `a=b,c=d`.
pub(crate) fn labels(labels: &BTreeMap<String, String>) -> String {
    labels.iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join(",")
}

/// A taint as the kubelet takes it: `key=value:Effect`.
pub(crate) fn taints(machine: &Machine) -> impl Iterator<Item = String> {
    machine.spec.taints.iter().map(|taint| match taint.value.as_str() {
        "" => format!("{}:{}", taint.key, taint.effect.name()),
        value => format!("{}={value}:{}", taint.key, taint.effect.name()),
    })
}

/// The endpoint without its scheme: `host:port`.
pub(crate) fn authority(fleet: &Fleet) -> &str {
    let endpoint = fleet.cluster.spec.endpoint.as_deref().unwrap_or_default();
    let authority = endpoint.strip_prefix("https://").unwrap_or(endpoint);
    authority.strip_suffix('/').unwrap_or(authority)
}

/// The port of the endpoint.
pub(crate) fn port(fleet: &Fleet) -> i64 {
    authority(fleet).rsplit_once(':').and_then(|(_, port)| port.parse().ok()).unwrap_or(6443)
}

/// The host of the endpoint.
pub(crate) fn host(fleet: &Fleet) -> &str {
    let authority = authority(fleet);
    let host = authority.rsplit_once(':').map_or(authority, |(host, _)| host);
    host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host)
}

/// Names and addresses that certificates are valid for: what is asked for, the endpoint, virtual addresses; each once.
pub(crate) fn cert_sans(fleet: &Fleet, asked: &[String]) -> Vec<String> {
    let vips = fleet.cluster.spec.networks.iter().flat_map(|networks| &networks.vips);
    let mut sans: Vec<String> = Vec::new();
    for name in [host(fleet)].into_iter().chain(vips.chain(asked).map(String::as_str)) {
        if !name.is_empty() && !sans.iter().any(|known| known == name) {
            sans.push(name.to_owned());
        }
    }
    sans
}
