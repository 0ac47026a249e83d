//! Patches: each belongs to a machine that there is, and is of a form that can be applied.

use diag::{Diagnostic, nearest};
use yaml::Node;

use crate::fleet::Fleet;
use crate::patch_files::{Layer, PatchFile};

pub(super) fn check(fleet: &Fleet, found: &mut Vec<Diagnostic>) {
    for patch in &fleet.patches {
        belongs(fleet, patch, found);
        form(patch, found);
    }
    named(fleet, found);
}

fn belongs(fleet: &Fleet, patch: &PatchFile, found: &mut Vec<Diagnostic>) {
    match &patch.layer {
        Layer::Machine(name) if !fleet.machines.contains_key(name) => {
            let message = format!("`{}` is for machine `{name}`, which does not exist", patch.path());
            let mistake = Diagnostic::error(message).at(&patch.source, diag::Span::default(), "");
            found.push(match nearest(name, fleet.machines.keys().map(String::as_str)) {
                Some(near) => mistake.hint(format!("did you mean `{near}`?")),
                None => mistake.hint("remove it, or describe the machine"),
            });
        }
        Layer::Optional(name)
            if !fleet.machines.values().any(|machine| machine.spec.patches.contains(name)) =>
        {
            let message = format!("no machine takes the optional patch `{name}`");
            let warning = Diagnostic::warning(message).at(&patch.source, diag::Span::default(), "");
            found.push(warning.hint(format!("add `patches: [{name}]` to a machine, or remove the file")));
        }
        _ => {}
    }
}

/// Machines name optional patches that there are, each once.
fn named(fleet: &Fleet, found: &mut Vec<Diagnostic>) {
    let known: Vec<&str> = fleet
        .patches
        .iter()
        .filter_map(|patch| match &patch.layer {
            Layer::Optional(name) => Some(name.as_str()),
            _ => None,
        })
        .collect();
    for (name, machine) in &fleet.machines {
        for (index, patch) in machine.spec.patches.iter().enumerate() {
            let span = machine.place(&["patches", &index.to_string()]);
            let at = |message: String| Diagnostic::error(message).at(&machine.source, span, "here");
            if !known.contains(&patch.as_str()) {
                let mistake = at(format!("machine `{name}` takes the patch `{patch}`, which does not exist"));
                let path = format!("hosts/{}/patches/optional/{patch}.yaml", fleet.cluster.spec.name);
                found.push(match nearest(patch, known.iter().copied()) {
                    Some(near) => mistake.hint(format!("did you mean `{near}`?")),
                    None => mistake.hint(format!("write it as `{path}`")),
                });
            }
            if machine.spec.patches.iter().take(index).any(|other| other == patch) {
                let mistake = at(format!("machine `{name}` takes the patch `{patch}` twice"));
                found.push(mistake.hint("remove one of the two"));
            }
        }
    }
}

/// A patch is mappings to merge, or one list of operations.
fn form(patch: &PatchFile, found: &mut Vec<Diagnostic>) {
    let at = |message: String, span| Diagnostic::error(message).at(&patch.source, span, "here");
    if patch.documents.is_empty() {
        let warning = Diagnostic::warning(format!("the patch `{}` changes nothing", patch.path()));
        found.push(warning.hint("remove the file"));
    }
    for document in &patch.documents {
        let root = &document.root;
        if let Some(operations) = root.as_seq() {
            if patch.documents.len() > 1 {
                let mistake = at("operations (RFC 6902) stand in a file of their own".to_owned(), root.span);
                found.push(mistake.hint("split the file: one list of operations, or documents to merge"));
            }
            for operation in operations {
                if let Some(message) = wrong(operation) {
                    let mistake = at(message, operation.span);
                    found.push(
                        mistake.hint("an operation (RFC 6902) has `op`, `path` and, for most, `value`"),
                    );
                }
            }
        } else if root.as_map().is_none() {
            let message = format!("a patch is a mapping or a list of operations, not {}", root.kind());
            found.push(at(message, root.span).hint("write what shall be merged, `machine:` …"));
        }
    }
}

/// What is wrong with an operation of RFC 6902.
fn wrong(operation: &Node) -> Option<String> {
    let text = |field: &str| operation.get(field).and_then(Node::as_str);
    let Some(op) = text("op") else {
        return Some("an operation without `op`".to_owned());
    };
    let known = ["add", "remove", "replace", "move", "copy", "test"];
    if !known.contains(&op) {
        return Some(format!("`{op}` is no operation"));
    }
    match text("path") {
        None => return Some(format!("the operation `{op}` has no `path`")),
        Some(path) if !path.is_empty() && !path.starts_with('/') => {
            return Some(format!("the path `{path}` does not start with `/`"));
        }
        Some(_) => {}
    }
    match op {
        "add" | "replace" | "test" if operation.get("value").is_none() => {
            Some(format!("the operation `{op}` has no `value`"))
        }
        "move" | "copy" if text("from").is_none() => Some(format!("the operation `{op}` has no `from`")),
        _ => None,
    }
}
