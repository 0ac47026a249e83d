//! What differs between two sets of objects, by meaning: an object is known by its kind, namespace and name, an item of
//! a list by its `name`, and neither by where it stands.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::{Map, Value};
use similar::{Algorithm, DiffOp, capture_diff_slices};

/// One difference. Without a field, the whole object is new or gone.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct Difference {
    /// `Deployment metallb-system/controller`.
    pub(super) object: String,
    /// `spec.template.spec.containers[controller].image`.
    pub(super) field: String,
    pub(super) before: Option<Value>,
    pub(super) after: Option<Value>,
}

/// All differences, in the order of the objects' names.
pub(crate) fn compare(before: &[Value], after: &[Value]) -> Vec<Difference> {
    let (before, after) = (by_identity(before), by_identity(after));
    let mut found = Vec::new();
    for object in before.keys().chain(after.keys()).collect::<BTreeSet<_>>() {
        let mut walk = Walk { object, found: &mut found };
        walk.descend("", before.get(object).copied(), after.get(object).copied());
    }
    found
}

fn by_identity(objects: &[Value]) -> BTreeMap<String, &Value> {
    objects.iter().map(|object| (identity(object), object)).collect()
}

fn identity(object: &Value) -> String {
    let text = |pointer: &str| object.pointer(pointer).and_then(Value::as_str);
    let name = text("/metadata/name").unwrap_or_default();
    // The version is no part of it: a new version of an API is a changed object, not another one.
    let group =
        text("/apiVersion").and_then(|version| version.split_once('/')).map_or("", |(group, _)| group);
    let dot = if group.is_empty() { "" } else { "." };
    let kind = format!("{}{dot}{group}", text("/kind").unwrap_or_default());
    match text("/metadata/namespace") {
        Some(namespace) => format!("{kind} {namespace}/{name}"),
        None => format!("{kind} {name}"),
    }
}

struct Walk<'a> {
    object: &'a str,
    found: &'a mut Vec<Difference>,
}

impl Walk<'_> {
    fn descend(&mut self, field: &str, before: Option<&Value>, after: Option<&Value>) {
        match (before, after) {
            (before, after) if before == after => {}
            (Some(Value::Object(before)), Some(Value::Object(after))) => self.maps(field, before, after),
            (Some(Value::Array(before)), Some(Value::Array(after))) => match (named(before), named(after)) {
                (Some(before), Some(after)) => self.named_lists(field, &before, &after),
                _ => self.lists(field, before, after),
            },
            (before, after) => self.push(field, before.cloned(), after.cloned()),
        }
    }

    fn push(&mut self, field: &str, before: Option<Value>, after: Option<Value>) {
        let (object, field) = (self.object.to_owned(), field.to_owned());
        self.found.push(Difference { object, field, before, after });
    }

    fn maps(&mut self, field: &str, before: &Map<String, Value>, after: &Map<String, Value>) {
        for key in before.keys().chain(after.keys()).collect::<BTreeSet<_>>() {
            self.descend(&join(field, key), before.get(key), after.get(key));
        }
    }

    fn named_lists(&mut self, field: &str, before: &[(&str, &Value)], after: &[(&str, &Value)]) {
        let find = |items: &[(&str, &Value)], name: &str| items.iter().position(|(other, _)| *other == name);
        for (name, item) in before {
            let other = find(after, name).and_then(|at| after.get(at)).map(|(_, item)| *item);
            self.descend(&format!("{field}[{name}]"), Some(item), other);
        }
        for (name, item) in after.iter().filter(|(name, _)| find(before, name).is_none()) {
            self.descend(&format!("{field}[{name}]"), None, Some(item));
        }
        // The same items in another order: to some fields, such as init containers, that is a change.
        let names =
            |items: &[(&str, &Value)]| items.iter().map(|(name, _)| Value::from(*name)).collect::<Vec<_>>();
        let (before, after) = (names(before), names(after));
        let same = before.iter().all(|name| after.contains(name)) && before.len() == after.len();
        if same && before != after {
            self.push(&format!("{field}[order]"), Some(before.into()), Some(after.into()));
        }
    }

    fn lists(&mut self, field: &str, before: &[Value], after: &[Value]) {
        let text = |items: &[Value]| items.iter().map(Value::to_string).collect::<Vec<_>>();
        for op in capture_diff_slices(Algorithm::Myers, &text(before), &text(after)) {
            if let DiffOp::Equal { .. } = op {
                continue;
            }
            let (old, new) = (op.old_range(), op.new_range());
            let length = old.len().max(new.len());
            for step in 0..length {
                let old_at = Some(old.start + step).filter(|at| old.contains(at));
                let new_at = Some(new.start + step).filter(|at| new.contains(at));
                let at = old_at.or(new_at).unwrap_or_default();
                let item = |items: &[Value], at: Option<usize>| at.and_then(|at| items.get(at).cloned());
                let (old, new) = (item(before, old_at), item(after, new_at));
                self.descend(&format!("{field}[{at}]"), old.as_ref(), new.as_ref());
            }
        }
    }
}

/// The items of a list by their `name`, if all have one of their own.
fn named(items: &[Value]) -> Option<Vec<(&str, &Value)>> {
    let pairs: Vec<(&str, &Value)> =
        items.iter().map(|item| Some((item.get("name")?.as_str()?, item))).collect::<Option<_>>()?;
    let names: BTreeSet<&str> = pairs.iter().map(|(name, _)| *name).collect();
    (names.len() == pairs.len() && !pairs.is_empty()).then_some(pairs)
}

fn join(field: &str, key: &str) -> String {
    let plain = !key.contains(['.', '/', '[']);
    match (field.is_empty(), plain) {
        (true, true) => key.to_owned(),
        (false, true) => format!("{field}.{key}"),
        (_, false) => format!("{field}[\"{key}\"]"),
    }
}

#[cfg(test)]
mod tests;
