//! What a cluster's build is made of, by key and digest: what a shared store is asked for and given.

use std::collections::BTreeSet;

use catalogue::Workspace;
use hashing::Digest;
use inputs::{Pin, PinDigest};
use store::Store;

use crate::build::{Options, Session};
use crate::bundle_step;
use crate::error::{PlanError, described, join};
use crate::kept::root_name;
use crate::pins;
use crate::render_step;
use crate::resolve;
use crate::threads;

/// Everything that the last build of a cluster made, and the inputs of the next one.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Closure {
    /// Keys of recipes.
    pub recipes: BTreeSet<Digest>,
    /// Objects that are pins.
    pub files: BTreeSet<Digest>,
    /// Trees that are pins.
    pub trees: BTreeSet<Digest>,
}

/// A step of a unit.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Step {
    /// The unit.
    pub unit: String,
    /// The key of the recipe.
    pub key: Digest,
    /// Whether the store has what it makes.
    pub known: bool,
}

/// The closure of the last build of `cluster`; nothing when there was none.
pub fn closure(
    workspace: &Workspace,
    store: &Store,
    cluster: &str,
    options: &Options,
) -> Result<Option<Closure>, PlanError> {
    let name = root_name(workspace, cluster) + &options.suffix();
    Ok(store.root(&name)?.map(|root| Closure {
        recipes: root.recipes.into_iter().collect(),
        files: root.objects.into_iter().collect(),
        trees: root.trees.into_iter().collect(),
    }))
}

/// The rendering of every unit.
pub fn render_steps(session: &Session<'_>) -> Result<Vec<Step>, PlanError> {
    let units: Vec<_> = session.catalogue.units.values().collect();
    join(threads::map(&units, session.options.jobs, |unit| {
        let resolved = resolve::resolve(session.surroundings(), unit).map_err(described)?;
        let known = render_step::known(session, &resolved)?.is_some();
        Ok(Step { unit: unit.name.clone(), key: resolved.recipe.key(), known })
    }))
}

/// The packing of every unit; nothing as long as one is not rendered.
pub fn bundle_steps(session: &Session<'_>) -> Result<Option<Vec<Step>>, PlanError> {
    if render_steps(session)?.iter().any(|step| !step.known) {
        return Ok(None);
    }
    let units = session.rendered()?;
    let whole = session.whole(&units)?;
    let steps = join(threads::map(&units, session.options.jobs, |(unit, _)| {
        let described = session.catalogue.units.get(&unit.name);
        let namespace = described.map_or("", |unit| unit.spec.namespace.as_str());
        let recipe = bundle_step::recipe(unit, namespace, &whole);
        let known = bundle_step::known(session, &recipe)?.is_some();
        Ok(Step { unit: unit.name.clone(), key: recipe.key(), known })
    }))?;
    Ok(Some(steps))
}

/// The inputs that the rendering of `units` reads and the store has not got.
pub fn missing_inputs(session: &Session<'_>, units: &BTreeSet<String>) -> Result<Closure, PlanError> {
    let mut missing = Closure::default();
    let mut pins: Vec<&Pin> = Vec::new();
    for unit in session.catalogue.units.values().filter(|unit| units.contains(&unit.name)) {
        pins.extend(pins::of_unit(session.catalogue, session.lock, unit)?);
    }
    if !units.is_empty() {
        pins.extend([session.api.pin(), session.helm.pin(), session.kubectl.pin()]);
    }
    for pin in pins {
        match pin.digest {
            PinDigest::File(digest) if !session.store.contains(&digest) => {
                missing.files.insert(digest);
            }
            PinDigest::Tree(digest) if !session.store.contains_tree(&digest) => {
                missing.trees.insert(digest);
            }
            _ => {}
        }
    }
    Ok(missing)
}
