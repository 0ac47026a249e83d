//! Looking at one unit: its objects as packed, its values as layered.

use std::collections::{BTreeMap, BTreeSet};

use diag::SourceRef;
use hashing::Digest;
use yaml::{Duplicates, Node};

use crate::build::{Session, root_name};
use crate::bundle_step::BundleData;
use crate::error::PlanError;
use crate::resolve::{self, ResolvedSource};
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

/// The description of a unit as the build reads it.
pub fn description(session: &Session<'_>, unit: &str) -> Result<serde_json::Value, PlanError> {
    match session.catalogue.units.get(unit) {
        Some(described) => Ok(serde_json::to_value(&described.spec).unwrap_or_default()),
        None => Err(PlanError::Described(vec![unknown_unit(session, unit)])),
    }
}

/// The objects of a unit as they are packed now, by file.
pub fn packed_objects(session: &Session<'_>, unit: &str) -> Result<BTreeMap<String, Node>, PlanError> {
    description(session, unit)?;
    let rendered = session.rendered()?;
    let whole = session.whole(&rendered)?;
    let bundled = session.bundled(&rendered, &whole)?;
    let mut objects = BTreeMap::new();
    for ((unit_rendered, _), (packed, _)) in rendered.iter().zip(&bundled) {
        for bundle in packed.bundles.iter().filter(|_| unit_rendered.name == unit) {
            objects.extend(layer_objects(session, &bundle.layer)?);
        }
    }
    Ok(objects)
}

/// The objects of a unit as the last build of this checkout packed them; none when it was not built.
pub fn last_objects(session: &Session<'_>, unit: &str) -> Result<BTreeMap<String, Node>, PlanError> {
    description(session, unit)?;
    let name = root_name(session.workspace, &session.catalogue.cluster.spec.name);
    let key = session
        .store
        .root(&name)?
        .and_then(|root| root.data.get("units")?.get(unit)?.get("bundle")?.as_str()?.parse::<Digest>().ok());
    let Some(key) = key else { return Ok(BTreeMap::new()) };
    let Some(record) = session.store.record(&key)? else { return Ok(BTreeMap::new()) };
    let bundles =
        serde_json::from_value::<BundleData>(record.data).map(|data| data.bundles).unwrap_or_default();
    let mut objects = BTreeMap::new();
    for bundle in bundles {
        objects.extend(layer_objects(session, &bundle.layer)?);
    }
    Ok(objects)
}

/// The objects of the bundle whose manifest or layer has a digest.
pub fn objects_by_digest(
    session: &Session<'_>,
    digest: &Digest,
) -> Result<BTreeMap<String, Node>, PlanError> {
    let bytes = session.store.get(digest)?;
    match oci::Manifest::parse(&bytes) {
        Ok(manifest) => {
            let mut objects = BTreeMap::new();
            for layer in &manifest.layers {
                objects.extend(layer_objects(session, &layer.digest)?);
            }
            Ok(objects)
        }
        Err(_) => layer_objects(session, digest),
    }
}

/// The objects in a packed layer: file name and object.
fn layer_objects(session: &Session<'_>, layer: &Digest) -> Result<BTreeMap<String, Node>, PlanError> {
    let bytes = session.store.get(layer)?;
    let files = deliver::read(&bytes).map_err(|error| diag::Diagnostic::error(error.to_string()))?;
    let mut objects = BTreeMap::new();
    for (file, text) in files {
        let source: SourceRef = std::sync::Arc::new(diag::Source { name: file.clone(), text });
        objects.insert(file, yaml::parse_one(&source, Duplicates::LastWins)?.root);
    }
    Ok(objects)
}
