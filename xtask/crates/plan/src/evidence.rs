//! What the last build of a cluster was made of: the material of provenance and bills of materials.

use std::collections::{BTreeMap, BTreeSet};

use catalogue::{Catalogue, Workspace};
use hashing::Digest;
use inputs::{Lock, Pin};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use store::Store;

use crate::build::{Options, load_lock};
use crate::bundle_step::BundleData;
use crate::error::PlanError;
use crate::kept::{pins_of, root_name};
use crate::kubernetes::Api;
use crate::recipe::{BUILDER, Recipe};
use crate::render_step::RenderData;
use crate::tools::Tool;

/// The recipe graph of a release, read back from the records of its steps.
#[derive(Clone, Debug)]
pub struct Evidence {
    /// The program that built it, by content.
    pub builder: String,
    /// Every pin that went in, in the order of the lock.
    pub pins: Vec<Pin>,
    /// Every file of the checkout that went in, by unit and role.
    pub files: BTreeMap<String, Digest>,
    /// Every image that its objects name, without a digest while nobody knows it.
    pub images: BTreeMap<String, Option<Digest>>,
    /// The steps of each unit.
    pub steps: BTreeMap<String, Steps>,
}

/// The recipe keys of a unit.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Steps {
    /// Of rendering it.
    pub render: Digest,
    /// Of packing it.
    pub bundle: Digest,
}

/// What the last build of `cluster` with these options was made of; nothing when there was none, or when its records
/// are gone.
pub fn evidence(
    workspace: &Workspace,
    store: &Store,
    cluster: &str,
    options: &Options,
) -> Result<Option<Evidence>, PlanError> {
    let name = root_name(workspace, cluster) + &options.suffix();
    let Some(root) = store.root(&name)? else { return Ok(None) };
    let catalogue = catalogue::load(workspace, cluster).map_err(PlanError::Described)?;
    let lock = load_lock(workspace)?;
    let mut evidence = Evidence {
        builder: BUILDER.to_owned(),
        pins: pins(&catalogue, &lock)?,
        files: BTreeMap::new(),
        images: BTreeMap::new(),
        steps: BTreeMap::new(),
    };
    for unit in catalogue.units.keys() {
        let key = |step: &str| root.data.get("units")?.get(unit)?.get(step)?.as_str()?.parse().ok();
        let (Some(render), Some(bundle)) = (key("render"), key("bundle")) else { return Ok(None) };
        let Some(rendered) = data::<RenderData>(store, &render)? else { return Ok(None) };
        let Some(bundled) = data::<BundleData>(store, &bundle)? else { return Ok(None) };
        evidence.files.extend(files(unit, &rendered.recipe));
        let uses = rendered.facts.objects.iter().flat_map(|object| &object.images);
        let references: BTreeSet<&str> = uses.map(|image| image.reference.as_str()).collect();
        let packed = references.into_iter().map(|reference| packed_image(reference, &bundled.recipe));
        evidence.images.extend(packed);
        evidence.steps.insert(unit.clone(), Steps { render, bundle });
    }
    Ok(Some(evidence))
}

fn pins(catalogue: &Catalogue, lock: &Lock) -> Result<Vec<Pin>, PlanError> {
    let tools = [Tool::find(lock, "helm")?, Tool::find(lock, "kubectl")?];
    let api = Api::find(lock, &catalogue.cluster.spec.kubernetes.version)?;
    let shared = tools.iter().map(Tool::pin).chain([api.pin()]);
    Ok(pins_of(catalogue, lock, shared)?.into_iter().cloned().collect())
}

fn data<T: DeserializeOwned>(store: &Store, key: &Digest) -> Result<Option<T>, PlanError> {
    let record = store.record(key)?;
    Ok(record.and_then(|record| serde_json::from_value(record.data).ok()))
}

/// The inputs of a recipe that are files of the checkout, not pins.
fn files<'r>(unit: &'r str, recipe: &'r Recipe) -> impl Iterator<Item = (String, Digest)> + 'r {
    let of_checkout = |role: &str| {
        let role = role.splitn(3, ' ').nth(2).unwrap_or_default();
        ["values ", "layer ", "file "].iter().any(|kind| role.starts_with(kind))
    };
    let inputs = recipe.inputs.iter().filter(move |(role, _)| of_checkout(role));
    inputs.map(move |(role, digest)| (format!("{unit}: {role}"), *digest))
}

/// An image as the bundle has it: by its own digest, or by the one that the lock gave it.
fn packed_image(reference: &str, bundle: &Recipe) -> (String, Option<Digest>) {
    let pinned = bundle.parameters.get("images").and_then(|images| images.get(reference));
    let packed = pinned.and_then(Value::as_str).unwrap_or(reference);
    match packed.rsplit_once('@') {
        Some((name, digest)) => (name.to_owned(), digest.parse::<Digest>().ok()),
        None => (packed.to_owned(), None),
    }
}
