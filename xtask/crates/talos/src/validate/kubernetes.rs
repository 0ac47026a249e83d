//! Documents of parts of Kubernetes, from Talos 1.14 on.

use yaml::Node;

use super::checker::{Checker, text};

pub(super) fn encryption(checker: &mut Checker<'_>, node: &Node) {
    let is_empty = node.get("config").and_then(Node::as_map).is_none_or(yaml::Map::is_empty);
    checker.require(!is_empty, Some(node), "`config` is missing");
}

/// A controller manager or a scheduler; one that is disabled may say anything.
pub(super) fn part(checker: &mut Checker<'_>, node: &Node) {
    if node.get("enabled").and_then(Node::as_bool) == Some(false) {
        return;
    }
    checker.require(!text(node, &["image"]).is_empty(), Some(node), "`image` is missing");
    for list in ["requests", "limits"] {
        let of = node.at(&["resources", list]).and_then(Node::as_map);
        let odd = of.into_iter().flatten().find(|entry| !matches!(entry.key.as_str(), "cpu" | "memory"));
        if let Some(entry) = odd {
            checker.error(Some(&entry.value), format!("`resources` knows no `{}`", entry.key));
            return;
        }
    }
}
