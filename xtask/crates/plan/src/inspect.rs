//! Looking at one unit: its objects as packed, its values as layered.

use std::collections::{BTreeMap, BTreeSet};

use diag::SourceRef;
use hashing::Digest;
use yaml::{Duplicates, Node};

use crate::build::Session;
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
        return Err(unknown_unit(session, unit).into());
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

/// The objects in a packed layer: file name and object.
pub fn unit_objects(session: &Session<'_>, layer: &Digest) -> Result<BTreeMap<String, Node>, PlanError> {
    let bytes = session.store.get(layer)?;
    let files = deliver::read(&bytes).map_err(|error| diag::Diagnostic::error(error.to_string()))?;
    let mut objects = BTreeMap::new();
    for (file, text) in files {
        let source: SourceRef = std::sync::Arc::new(diag::Source { name: file.clone(), text });
        objects.insert(file, yaml::parse_one(&source, Duplicates::LastWins)?.root);
    }
    Ok(objects)
}
