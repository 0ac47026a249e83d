//! The step from objects to bundles.

use std::collections::BTreeMap;

use deliver::{BundleSpec, pack};
use diag::{Diagnostic, SourceRef};
use hashing::Digest;
use render::{Finished, Surroundings, finish, is_digest_reference};
use schema::Crds;
use serde::{Deserialize, Serialize};
use store::{Outcome, Record};

use crate::build::Session;
use crate::error::PlanError;
use crate::event::Event;
use crate::recipe::Recipe;
use crate::render_step::RenderedUnit;
use crate::surroundings::Whole;

/// One bundle in the store.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Bundle {
    /// `platform/network/metallb`, or with `/crds` behind.
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) manifest: Digest,
    pub(crate) manifest_size: u64,
    pub(crate) config: Digest,
    pub(crate) layer: Digest,
    pub(crate) layer_size: u64,
    pub(crate) diff_id: Digest,
    pub(crate) objects: usize,
    pub(crate) crds: bool,
}

/// What the record of the step holds.
#[derive(Deserialize, Serialize)]
pub(crate) struct BundleData {
    pub(crate) recipe: Recipe,
    pub(crate) bundles: Vec<Bundle>,
}

/// The bundles of a unit.
pub(crate) struct BundledUnit {
    pub(crate) key: Digest,
    pub(crate) bundles: Vec<Bundle>,
    pub(crate) outcome: Outcome,
}

/// The recipe of a unit's bundles.
pub(crate) fn recipe(unit: &RenderedUnit, namespace: &str, whole: &Whole) -> Recipe {
    let mut recipe = Recipe::new("bundle");
    recipe.parameter("unit", unit.name.as_str());
    recipe.parameter("version", unit.version.as_str());
    recipe.parameter("namespace", namespace);
    recipe.parameter("compressor", archive::GZIP_IDENTITY);
    if let Some(objects) = unit.objects {
        recipe.input("objects", objects);
    }
    if let Some(crds) = unit.crds {
        recipe.input("crds", crds);
    }
    let references =
        unit.facts.objects.iter().flat_map(|object| &object.images).map(|image| &image.reference);
    let images: BTreeMap<&String, Option<&String>> = references
        .filter(|reference| !is_digest_reference(reference))
        .map(|reference| (reference, whole.images.get(reference)))
        .collect();
    recipe.described("images", &images);
    for (group, kind) in custom_kinds(unit) {
        let name = format!("crd {kind}.{group}");
        match whole.crds.get(&(group, kind)) {
            Some(producer) => recipe.input(name, producer.tar),
            None => recipe.parameter(&name, false),
        }
    }
    recipe
}

/// A unit whose bundles the store knows already.
pub(crate) fn known(session: &Session<'_>, recipe: &Recipe) -> Result<Option<BundledUnit>, PlanError> {
    let key = recipe.key();
    let Some(record) = session.store.record(&key)? else { return Ok(None) };
    Ok(serde_json::from_value::<BundleData>(record.data).ok().map(|data| BundledUnit {
        key,
        bundles: data.bundles,
        outcome: Outcome::Reused,
    }))
}

/// Packs a unit.
pub(crate) fn run(
    session: &Session<'_>,
    unit: &RenderedUnit,
    recipe: &Recipe,
    whole: &Whole,
    crds: &Crds,
) -> Result<BundledUnit, PlanError> {
    let key = recipe.key();
    let (record, outcome) =
        session.store.build::<PlanError>(&key, || make(session, unit, recipe, whole, crds))?;
    if outcome == Outcome::Built {
        session.tell(Event::Packed(unit.name.clone()));
    }
    let data: BundleData = serde_json::from_value(record.data).map_err(|error| {
        Diagnostic::error(format!("the record of `{}` is not readable: {error}", unit.name))
    })?;
    Ok(BundledUnit { key, bundles: data.bundles, outcome })
}

/// The schemas of every custom kind that some of the units use.
pub(crate) fn crds_of<'u>(
    session: &Session<'_>,
    units: impl Iterator<Item = &'u RenderedUnit>,
    whole: &Whole,
) -> Result<Crds, PlanError> {
    let kinds: std::collections::BTreeSet<(String, String)> = units.flat_map(custom_kinds).collect();
    let mut wanted: BTreeMap<Digest, Vec<&str>> = BTreeMap::new();
    for kind in &kinds {
        if let Some(producer) = whole.crds.get(kind) {
            wanted.entry(producer.tar).or_default().push(&producer.file);
        }
    }
    let mut crds = Crds::default();
    for (tar, files) in wanted {
        for (file, text) in tar_files(session, &tar)? {
            if !files.contains(&file.as_str()) {
                continue;
            }
            let source: SourceRef = std::sync::Arc::new(diag::Source { name: file, text });
            let document = yaml::parse_one(&source, yaml::Duplicates::LastWins)?;
            crds.add(&document.root)
                .map_err(|error| Diagnostic::error(format!("`{}`: {error}", source.name)))?;
        }
    }
    Ok(crds)
}

fn make(
    session: &Session<'_>,
    unit: &RenderedUnit,
    recipe: &Recipe,
    whole: &Whole,
    crds: &Crds,
) -> Result<Record, PlanError> {
    let described = session.catalogue.units.get(&unit.name);
    let description = described.map_or_else(String::new, |unit| unit.spec.description.clone());
    let mut bundles = Vec::new();
    let mut objects = Vec::new();
    if let Some(tar) = unit.crds {
        let files = tar_files(session, &tar)?;
        let name = format!("{}/crds", unit.name);
        bundles.push(put(session, unit, name, &description, &files, true, &mut objects)?);
    }
    if let Some(tar) = unit.objects {
        let texts =
            tar_files(session, &tar)?.into_iter().map(|(file, text)| (file, text.into_bytes())).collect();
        let surroundings = Surroundings {
            unit: &unit.name,
            namespace: described.map_or("", |unit| unit.spec.namespace.as_str()),
            images: &whole.images,
            scopes: &whole.scopes,
            crds,
            file: &|path| session.workspace.text(path).ok(),
        };
        let Finished { objects: files } = finish(&unit.facts, texts, &surroundings)?;
        let files: Vec<(String, String)> = files
            .into_iter()
            .map(|(file, text)| (file, String::from_utf8_lossy(&text).into_owned()))
            .collect();
        bundles.push(put(session, unit, unit.name.clone(), &description, &files, false, &mut objects)?);
    }
    let data = BundleData { recipe: recipe.clone(), bundles };
    let data = serde_json::to_value(data).unwrap_or_default();
    Ok(Record { objects, trees: Vec::new(), data })
}

fn put(
    session: &Session<'_>,
    unit: &RenderedUnit,
    name: String,
    description: &str,
    files: &[(String, String)],
    crds: bool,
    objects: &mut Vec<Digest>,
) -> Result<Bundle, PlanError> {
    let spec = BundleSpec {
        name: name.clone(),
        version_base: unit.version.clone(),
        description: description.to_owned(),
    };
    let packed = pack(&spec, files)
        .map_err(|error| Diagnostic::error(format!("unit `{}` cannot be packed: {error}", unit.name)))?;
    for blob in [&packed.layer, &packed.config, &packed.manifest] {
        objects.push(session.store.put(blob)?);
    }
    Ok(Bundle {
        name,
        version: packed.version,
        manifest: packed.manifest_digest,
        manifest_size: packed.manifest.len() as u64,
        config: packed.config_digest,
        layer: packed.layer_digest,
        layer_size: packed.layer.len() as u64,
        diff_id: packed.diff_id,
        objects: packed.object_count,
        crds,
    })
}

/// The files of a tar in the store.
pub(crate) fn tar_files(session: &Session<'_>, tar: &Digest) -> Result<Vec<(String, String)>, PlanError> {
    let bytes = session.store.get(tar)?;
    let tree = archive::unpack::tar(&bytes, archive::unpack::Limits::default())
        .map_err(|error| Diagnostic::error(format!("object {tar} of the store: {error}")))?;
    Ok(tree
        .iter()
        .map(|(path, file)| (path.to_owned(), String::from_utf8_lossy(&file.content).into_owned()))
        .collect())
}

/// The custom kinds of a unit's objects, as (group, kind).
fn custom_kinds(unit: &RenderedUnit) -> std::collections::BTreeSet<(String, String)> {
    unit.facts
        .objects
        .iter()
        .filter(|object| object.custom)
        .map(|object| {
            let group = object.api_version.split_once('/').map_or("", |(group, _)| group);
            (group.to_owned(), object.kind.clone())
        })
        .collect()
}
