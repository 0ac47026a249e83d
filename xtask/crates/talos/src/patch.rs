//! Patches of configurations: strategic merge and JSON (RFC 6902).

mod delete;
mod json;
mod load;

use crate::config::Document;
use crate::{Config, Error, merge};

use delete::Deletion;
use json::Operation;

/// A patch, read for a version of Talos.
#[derive(Clone, Debug)]
pub struct Patch {
    content: Content,
}

#[derive(Clone, Debug)]
enum Content {
    Strategic(Vec<Part>),
    Json(Vec<Operation>),
}

/// What a strategic patch says, in the order in which it is done.
#[derive(Clone, Debug)]
enum Part {
    Delete(Deletion),
    Merge(Document),
}

/// The configuration with the patches applied one after another, as `talosctl machineconfig patch` does it.
///
/// # Errors
///
/// When a patch deletes what is not there, changes the type of a value, does not fit as a JSON patch, or leaves
/// documents that may not stand together.
pub fn patch(config: &Config, patches: &[Patch]) -> Result<Config, Error> {
    let mut result = config.clone();
    for patch in patches {
        result = match &patch.content {
            Content::Strategic(parts) => strategic(result, parts)?,
            Content::Json(operations) => json::apply(&result, operations)?,
        };
    }
    Ok(result)
}

fn strategic(mut config: Config, parts: &[Part]) -> Result<Config, Error> {
    for part in parts {
        match part {
            Part::Delete(deletion) => deletion.apply(&mut config)?,
            Part::Merge(document) => merge_document(&mut config, document)?,
        }
    }
    config.check_together()?;
    Ok(config)
}

fn merge_document(config: &mut Config, theirs: &Document) -> Result<(), Error> {
    let kind = config.kind_of(theirs);
    let same = |ours: &&mut Document| {
        ours.kind == theirs.kind && ours.name == theirs.name && ours.api_version == theirs.api_version
    };
    let Some(ours) = config.documents.iter_mut().find(same) else {
        config.documents.push(theirs.clone());
        return Ok(());
    };
    let misfit = |reason: String| Error::Patch { document: theirs.title(), reason };
    if let (Some(kind), yaml::Value::Map(ours), yaml::Value::Map(theirs)) =
        (kind, &mut ours.root.value, &theirs.root.value)
    {
        return merge::structs(&kind.root, ours, theirs.clone()).map_err(misfit);
    }
    ours.root = merge::free(ours.root.clone(), theirs.root.clone()).map_err(misfit)?;
    Ok(())
}

#[cfg(test)]
mod tests;
