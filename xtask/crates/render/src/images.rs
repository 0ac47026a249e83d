//! Finding and pinning image references.

mod argument;

use std::collections::BTreeSet;

use catalogue::ImageField;
use yaml::{Node, Value};

use crate::facts::ImageUse;

/// Lists of containers in a pod specification.
const CONTAINER_LISTS: [&str; 3] = ["containers", "initContainers", "ephemeralContainers"];

/// Every image reference of an object: the containers of every pod specification in it, image volumes, what is
/// unmistakably one in any other string of a pod specification, and the fields that the unit names.
pub(crate) fn find(root: &Node, kind: &str, fields: &[ImageField]) -> Vec<ImageUse> {
    let mut found = Vec::new();
    walk(root, &mut String::new(), &mut found);
    for field in fields.iter().filter(|field| field.kinds.iter().any(|known| known == kind)) {
        let pointer = format!("/{}", field.path.replace('.', "/"));
        if let Some(reference) = root.pointer(&pointer).and_then(Node::as_str) {
            found.push(ImageUse { pointer, reference: reference.to_owned() });
        }
    }
    let mut seen = BTreeSet::new();
    found.retain(|used| seen.insert(used.pointer.clone()));
    found
}

/// A string with its reference pinned: what stands before it, such as a flag, stays.
pub(crate) fn pinned(text: &str, reference: &str, pinned: &str) -> String {
    match text.strip_suffix(reference) {
        Some(before) => format!("{before}{pinned}"),
        None => text.to_owned(),
    }
}

fn walk(node: &Node, pointer: &mut String, found: &mut Vec<ImageUse>) {
    match &node.value {
        Value::Map(map) => {
            for entry in &map.entries {
                let length = pointer.len();
                pointer.push('/');
                pointer.push_str(&entry.key.replace('~', "~0").replace('/', "~1"));
                if CONTAINER_LISTS.contains(&entry.key.as_str()) {
                    containers(&entry.value, pointer, found);
                }
                if entry.key == "volumes" {
                    image_volumes(&entry.value, pointer, found);
                }
                walk(&entry.value, pointer, found);
                pointer.truncate(length);
            }
            if map.get("containers").is_some_and(|containers| containers.as_seq().is_some()) {
                strings(node, None, pointer, found);
            }
        }
        Value::Seq(items) => {
            for (index, item) in items.iter().enumerate() {
                let length = pointer.len();
                pointer.push('/');
                pointer.push_str(&index.to_string());
                walk(item, pointer, found);
                pointer.truncate(length);
            }
        }
        _ => {}
    }
}

/// References in the strings of a pod specification; `name` is what tells their meaning.
fn strings(node: &Node, name: Option<&str>, pointer: &mut String, found: &mut Vec<ImageUse>) {
    match &node.value {
        Value::Map(map) => {
            // A variable: `{name: …, value: …}`.
            let variable = map.get("name").and_then(Node::as_str).filter(|_| map.get("value").is_some());
            for entry in &map.entries {
                let length = pointer.len();
                pointer.push('/');
                pointer.push_str(&entry.key.replace('~', "~0").replace('/', "~1"));
                strings(&entry.value, variable.or(Some(&entry.key)), pointer, found);
                pointer.truncate(length);
            }
        }
        Value::Seq(items) => {
            let mut before = None;
            for (index, item) in items.iter().enumerate() {
                let length = pointer.len();
                pointer.push('/');
                pointer.push_str(&index.to_string());
                strings(item, before, pointer, found);
                pointer.truncate(length);
                before = item.as_str();
            }
        }
        Value::String(text) => {
            if let Some(reference) = argument::reference(text, name) {
                found.push(ImageUse { pointer: pointer.clone(), reference: reference.to_owned() });
            }
        }
        _ => {}
    }
}

fn containers(list: &Node, pointer: &str, found: &mut Vec<ImageUse>) {
    for (index, container) in list.as_seq().unwrap_or_default().iter().enumerate() {
        let is_container = container.get("name").is_some_and(|name| name.as_str().is_some());
        if let Some(reference) = container.get("image").and_then(Node::as_str).filter(|_| is_container) {
            let pointer = format!("{pointer}/{index}/image");
            found.push(ImageUse { pointer, reference: reference.to_owned() });
        }
    }
}

/// Volumes of type `image` (KEP-4639) pull like containers do.
fn image_volumes(list: &Node, pointer: &str, found: &mut Vec<ImageUse>) {
    for (index, volume) in list.as_seq().unwrap_or_default().iter().enumerate() {
        if let Some(reference) = volume.at(&["image", "reference"]).and_then(Node::as_str) {
            let pointer = format!("{pointer}/{index}/image/reference");
            found.push(ImageUse { pointer, reference: reference.to_owned() });
        }
    }
}

/// Whether a reference already names its content.
pub fn is_digest_reference(reference: &str) -> bool {
    reference.contains("@sha256:")
}

/// The tag of a reference, if it has one.
pub(crate) fn tag(reference: &str) -> Option<&str> {
    let name = reference.split('@').next().unwrap_or(reference);
    let last = name.rsplit('/').next().unwrap_or(name);
    last.split_once(':').map(|(_, tag)| tag)
}

#[cfg(test)]
mod tests;
