//! The step from a unit to its objects.

use archive::write_tar;
use diag::Diagnostic;
use hashing::Digest;
use render::{Engines, HelmProcess, KustomizeProcess, UnitFacts};
use serde::{Deserialize, Serialize};
use store::{Outcome, Record};

use crate::build::Session;
use crate::error::PlanError;
use crate::event::Event;
use crate::job::job;
use crate::recipe::Recipe;
use crate::resolve::Resolved;

/// A unit whose objects are in the store.
pub(crate) struct RenderedUnit {
    pub(crate) name: String,
    /// What its bundles' version begins with.
    pub(crate) version: String,
    pub(crate) key: Digest,
    pub(crate) facts: UnitFacts,
    /// The tar of its CRDs, if it has any.
    pub(crate) crds: Option<Digest>,
    /// The tar of its other objects, if it has any.
    pub(crate) objects: Option<Digest>,
    pub(crate) outcome: Outcome,
}

/// What the record of the step holds besides the objects.
#[derive(Deserialize, Serialize)]
pub(crate) struct RenderData {
    pub(crate) recipe: Recipe,
    pub(crate) facts: UnitFacts,
    pub(crate) crds: Option<Digest>,
    pub(crate) objects: Option<Digest>,
}

/// A unit that the store knows already.
pub(crate) fn known(
    session: &Session<'_>,
    resolved: &Resolved<'_>,
) -> Result<Option<RenderedUnit>, PlanError> {
    let key = resolved.recipe.key();
    let Some(record) = session.store.record(&key)? else { return Ok(None) };
    let (name, version) = (resolved.unit.name.clone(), resolved.version.clone());
    Ok(rendered(name, version, key, record, Outcome::Reused).ok())
}

/// Renders a unit unless another process just did.
pub(crate) fn run(session: &Session<'_>, resolved: Resolved<'_>) -> Result<RenderedUnit, PlanError> {
    let key = resolved.recipe.key();
    let (name, version) = (resolved.unit.name.clone(), resolved.version.clone());
    session.tell(Event::Rendering(name.clone()));
    let (record, outcome) = session.store.build::<PlanError>(&key, || make(session, resolved))?;
    session.tell(Event::Rendered(name.clone()));
    rendered(name, version, key, record, outcome)
}

fn make(session: &Session<'_>, resolved: Resolved<'_>) -> Result<Record, PlanError> {
    let recipe = resolved.recipe.clone();
    let helm = HelmProcess { program: session.program(&session.helm, recipe.inputs.contains_key("helm"))? };
    let kubectl = KustomizeProcess {
        program: session.program(&session.kubectl, recipe.inputs.contains_key("kubectl"))?,
    };
    let engines = Engines {
        charts: &helm,
        kustomizations: &kubectl,
        kubernetes: session.api.get(&session.fetcher, session.store)?,
        store: session.store,
    };
    let job = job(resolved, session.catalogue, &session.fetcher, session.store)?;
    let rendered = render::render(&job, engines)?;
    let crds = put_tar(session, &rendered.crds)?;
    let objects = put_tar(session, &rendered.objects)?;
    let data = RenderData { recipe, facts: rendered.facts, crds, objects };
    let data = serde_json::to_value(data).unwrap_or_default();
    Ok(Record { objects: crds.into_iter().chain(objects).collect(), trees: Vec::new(), data })
}

fn put_tar(session: &Session<'_>, files: &[(String, Vec<u8>)]) -> Result<Option<Digest>, PlanError> {
    if files.is_empty() {
        return Ok(None);
    }
    let tar = write_tar(files).map_err(|error| Diagnostic::error(error.to_string()))?;
    Ok(Some(session.store.put(&tar)?))
}

fn rendered(
    name: String,
    version: String,
    key: Digest,
    record: Record,
    outcome: Outcome,
) -> Result<RenderedUnit, PlanError> {
    let data: RenderData = serde_json::from_value(record.data).map_err(|error| {
        Diagnostic::error(format!("the record of `{name}` in the store is not readable: {error}"))
            .hint("`cargo xtask store verify` finds what is damaged")
    })?;
    let RenderData { facts, crds, objects, .. } = data;
    Ok(RenderedUnit { name, version, key, facts, crds, objects, outcome })
}
