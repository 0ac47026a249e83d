//! Looking at one unit: its objects as packed, its values as layered.

use std::collections::{BTreeMap, BTreeSet};

use diag::SourceRef;
use hashing::Digest;
use yaml::{Duplicates, Node};

use crate::build::Session;
use crate::bundle_step::BundleData;
use crate::error::PlanError;
use crate::kept::root_name;
use crate::resolve::{self, ResolvedSource};
use crate::surroundings::title;
use crate::why::unknown_unit;

/// A unit as it is described for a cluster.
pub struct UnitView {
    /// Value files of each chart, in the order in which they apply, by release.
    pub values: BTreeMap<String, Vec<(String, SourceRef)>>,
}

/// The value layers of a unit.
pub fn values_of(session: &Session<'_>, unit: &str) -> Result<UnitView, PlanError> {
    let Some(described) = session.catalogue.units.get(unit) else {
        return Err(PlanError::Described(vec![unknown_unit(session, unit)]));
    };
    let resolved = resolve::resolve(session.surroundings(), described)?;
    let mut values = BTreeMap::new();
    for source in resolved.sources {
        if let ResolvedSource::Helm { release, values: layers, .. } = source {
            values.insert(release, layers.into_iter().map(|layer| (layer.layer, layer.source)).collect());
        }
    }
    Ok(UnitView { values })
}

/// Every image reference without a digest that the units of a cluster have.
pub fn image_references(session: &Session<'_>) -> Result<BTreeSet<String>, PlanError> {
    let rendered = session.rendered()?;
    let images = rendered.iter().flat_map(|(unit, _)| &unit.facts.objects).flat_map(|object| &object.images);
    Ok(images
        .map(|image| image.reference.clone())
        .filter(|reference| !render::is_digest_reference(reference))
        .collect())
}

/// Where the objects of a cluster come from: for each unit, the template of a chart or the file of each object, by its
/// kind, namespace and name as messages say them.
pub fn origins(session: &Session<'_>) -> Result<BTreeMap<String, BTreeMap<String, String>>, PlanError> {
    let mut origins = BTreeMap::new();
    for (unit, _) in session.rendered()? {
        let objects = unit.facts.objects.iter();
        let of_unit = objects.map(|object| (title(object), object.origin.name().to_owned()));
        origins.insert(unit.name, of_unit.collect());
    }
    Ok(origins)
}

/// The description of a unit as the build reads it.
pub fn description(session: &Session<'_>, unit: &str) -> Result<serde_json::Value, PlanError> {
    match session.catalogue.units.get(unit) {
        Some(described) => Ok(serde_json::to_value(&described.spec).unwrap_or_default()),
        None => Err(PlanError::Described(vec![unknown_unit(session, unit)])),
    }
}

/// The objects of a unit, or of all units, as they are packed now, in the order of bundles and files.
pub fn packed_objects(session: &Session<'_>, unit: Option<&str>) -> Result<Vec<Node>, PlanError> {
    unit.map_or(Ok(()), |unit| description(session, unit).map(drop))?;
    let rendered = session.rendered()?;
    let whole = session.whole(&rendered)?;
    let bundled = session.bundled(&rendered, &whole)?;
    let mut objects = Vec::new();
    for ((rendered, _), (packed, _)) in rendered.iter().zip(&bundled) {
        if unit.is_none_or(|unit| rendered.name == unit) {
            for bundle in &packed.bundles {
                objects.extend(layer_objects(session, &bundle.layer)?);
            }
        }
    }
    Ok(objects)
}

/// The objects of a unit, or of all units, as the last build of this checkout packed them; none of what was not built.
pub fn last_objects(session: &Session<'_>, unit: Option<&str>) -> Result<Vec<Node>, PlanError> {
    unit.map_or(Ok(()), |unit| description(session, unit).map(drop))?;
    let name = root_name(session.workspace, &session.catalogue.cluster.spec.name);
    let Some(root) = session.store.root(&name)? else { return Ok(Vec::new()) };
    let units = root.data.get("units").and_then(serde_json::Value::as_object);
    let mut objects = Vec::new();
    for (name, keys) in units.into_iter().flatten() {
        if unit.is_some_and(|unit| unit != name) {
            continue;
        }
        let key = keys.get("bundle").and_then(|key| key.as_str()?.parse::<Digest>().ok());
        let Some(record) = key.map_or(Ok(None), |key| session.store.record(&key))? else { continue };
        let data: Option<BundleData> = serde_json::from_value(record.data).ok();
        for bundle in data.into_iter().flat_map(|data| data.bundles) {
            objects.extend(layer_objects(session, &bundle.layer)?);
        }
    }
    Ok(objects)
}

/// The objects of the bundle whose manifest or layer has a digest.
pub fn objects_by_digest(session: &Session<'_>, digest: &Digest) -> Result<Vec<Node>, PlanError> {
    let bytes = session.store.get(digest)?;
    match oci::Manifest::parse(&bytes) {
        Ok(manifest) => {
            let mut objects = Vec::new();
            for layer in &manifest.layers {
                objects.extend(layer_objects(session, &layer.digest)?);
            }
            Ok(objects)
        }
        Err(_) => layer_objects(session, digest),
    }
}

/// The objects in a packed layer, in the order of its files.
fn layer_objects(session: &Session<'_>, layer: &Digest) -> Result<Vec<Node>, PlanError> {
    let bytes = session.store.get(layer)?;
    let files = deliver::read(&bytes).map_err(|error| diag::Diagnostic::error(error.to_string()))?;
    let mut objects = Vec::new();
    for (name, text) in files {
        let source: SourceRef = std::sync::Arc::new(diag::Source { name, text });
        objects.push(yaml::parse_one(&source, Duplicates::LastWins)?.root);
    }
    Ok(objects)
}
