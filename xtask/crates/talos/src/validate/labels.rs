//! Labels, annotations and taints of the node.

use yaml::{Entry, Node};

use super::checker::Checker;
use super::forms::{is_label_value, is_qualified_name};

/// The most that all annotations together may hold, in bytes.
const ANNOTATIONS: usize = 256 << 10;
/// Annotations by which Talos knows what it has set itself.
const RESERVED: [&str; 3] =
    ["talos.dev/owned-annotations", "talos.dev/owned-labels", "talos.dev/owned-taints"];

pub(super) fn check(checker: &mut Checker<'_>, machine: &Node) {
    for entry in entries(machine, "nodeLabels") {
        name(checker, entry);
        value(checker, entry, entry.value.as_str().unwrap_or_default());
    }
    let mut size = 0;
    for entry in entries(machine, "nodeAnnotations") {
        name(checker, entry);
        let reserved = RESERVED.contains(&entry.key.as_str());
        checker.require(
            !reserved,
            Some(&entry.value),
            format!("the annotation `{}` is Talos' own", entry.key),
        );
        size += entry.key.len() + entry.value.as_str().map_or(0, str::len);
    }
    if size > ANNOTATIONS {
        checker.error(
            machine.get("nodeAnnotations"),
            format!("annotations hold {size} bytes, more than {ANNOTATIONS}"),
        );
    }
    for entry in entries(machine, "nodeTaints") {
        if !name(checker, entry) {
            continue;
        }
        let taint = entry.value.as_str().unwrap_or_default();
        let (before, effect) = taint.split_once(':').unwrap_or(("", taint));
        if matches!(effect, "NoSchedule" | "PreferNoSchedule" | "NoExecute") {
            value(checker, entry, before);
        } else {
            checker.error(Some(&entry.value), format!("`{effect}` is no effect of a taint"));
        }
    }
}

fn entries<'a>(machine: &'a Node, field: &str) -> &'a [Entry] {
    machine.get(field).and_then(Node::as_map).map(|map| map.entries.as_slice()).unwrap_or_default()
}

fn name(checker: &mut Checker<'_>, entry: &Entry) -> bool {
    let good = is_qualified_name(&entry.key);
    checker.require(
        good,
        Some(&entry.value),
        format!("`{}` is no name of a label, annotation or taint", entry.key),
    );
    good
}

fn value(checker: &mut Checker<'_>, entry: &Entry, value: &str) {
    let message = format!("`{}`: `{value}` is no value of a label or taint", entry.key);
    checker.require(is_label_value(value), Some(&entry.value), message);
}
