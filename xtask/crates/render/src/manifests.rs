//! Plain objects: the base of a unit and the layers over it.

use diag::{Diagnostic, SourceRef};

use crate::object::Object;
use crate::stream::{foreign_objects, workspace_objects};

/// The objects of a layered directory. An object of a later layer is merged into the one of the same identity
/// (RFC 7386, so `null` deletes); one without a counterpart is added.
pub(crate) fn layered(namespace: &str, layers: &[Vec<SourceRef>]) -> Result<Vec<Object>, Vec<Diagnostic>> {
    let mut objects: Vec<Object> = Vec::new();
    let mut mistakes = Vec::new();
    for (depth, files) in layers.iter().enumerate() {
        let before = objects.len();
        for file in files {
            let found = match workspace_objects(file) {
                Ok(found) => found,
                Err(found) => {
                    mistakes.extend(found);
                    continue;
                }
            };
            for object in found {
                let same = objects[..before]
                    .iter_mut()
                    .find(|known| depth > 0 && is_same(namespace, known, &object));
                match same {
                    Some(known) => yaml::merge_patch(&mut known.node, &object.node),
                    None => objects.push(object),
                }
            }
        }
    }
    if mistakes.is_empty() { Ok(objects) } else { Err(mistakes) }
}

/// The objects of a pin.
pub(crate) fn pinned(files: &[SourceRef]) -> Result<Vec<Object>, Vec<Diagnostic>> {
    let mut objects = Vec::new();
    let mut mistakes = Vec::new();
    for file in files {
        match foreign_objects(file) {
            Ok(found) => objects.extend(found),
            Err(found) => mistakes.extend(found),
        }
    }
    if mistakes.is_empty() { Ok(objects) } else { Err(mistakes) }
}

fn is_same(namespace: &str, left: &Object, right: &Object) -> bool {
    let place = |object: &Object| object.namespace().unwrap_or(namespace).to_owned();
    left.group() == right.group()
        && left.kind() == right.kind()
        && left.name() == right.name()
        && place(left) == place(right)
}
