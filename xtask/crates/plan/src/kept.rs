//! What garbage collection keeps for a checkout.

use std::path::Path;

use catalogue::{Catalogue, Workspace};
use hashing::Digest;
use inputs::{Lock, Pin};
use serde_json::{Map, Value, json};
use store::{Root, Store, StoreError};

use crate::build::Session;
use crate::bundle_step::{Bundle, BundledUnit};
use crate::error::PlanError;
use crate::pins;
use crate::render_step::RenderedUnit;

/// The root that keeps the last build of a cluster in a checkout alive.
pub(crate) fn root_name(workspace: &Workspace, cluster: &str) -> String {
    name_of(workspace, &format!("build-{cluster}"))
}

fn name_of(workspace: &Workspace, what: &str) -> String {
    let checkout = Digest::of(workspace.root().display().to_string().as_bytes()).short();
    format!("{what}-{checkout}")
}

/// Keeps something alive as long as the checkout is there, in place of what was kept as `what` for it before.
pub fn keep_for(workspace: &Workspace, store: &Store, what: &str, root: Root) -> Result<(), StoreError> {
    set(workspace, store, &name_of(workspace, what), root)
}

fn set(workspace: &Workspace, store: &Store, name: &str, root: Root) -> Result<(), StoreError> {
    let mut data = match root.data {
        Value::Object(fields) => fields,
        _ => Map::new(),
    };
    data.insert("workspace".to_owned(), json!(workspace.root().display().to_string()));
    store.set_root(name, &Root { data: Value::Object(data), ..root })
}

/// Forgets what was kept for checkouts that are gone; how many such things there were.
pub fn forget_gone(store: &Store) -> Result<usize, StoreError> {
    let mut forgotten = 0;
    for name in store.roots()? {
        let root = store.root(&name)?;
        let workspace = root.as_ref().and_then(|root| root.data.get("workspace")?.as_str());
        // Whoever may not look cannot say that it is gone.
        if workspace.is_some_and(|path| matches!(Path::new(path).try_exists(), Ok(false))) {
            store.remove_root(&name)?;
            forgotten += 1;
        }
    }
    Ok(forgotten)
}

/// Makes the outputs of a build and the inputs of its next one roots, and remembers each unit's recipes for `why`.
pub(crate) fn keep(
    session: &Session<'_>,
    units: &[RenderedUnit],
    bundled: &[BundledUnit],
    release: &Bundle,
) -> Result<(), PlanError> {
    let keys: Map<String, Value> = units
        .iter()
        .zip(bundled)
        .map(|(unit, packed)| (unit.name.clone(), json!({"render": unit.key, "bundle": packed.key})))
        .collect();
    let mut root = Root {
        recipes: units.iter().map(|unit| unit.key).chain(bundled.iter().map(|unit| unit.key)).collect(),
        objects: vec![release.manifest, release.config, release.layer],
        trees: Vec::new(),
        data: json!({"units": keys}),
    };
    for pin in inputs(session)? {
        pin.keep_in(&mut root);
    }
    let name = root_name(session.workspace, &session.catalogue.cluster.spec.name) + &session.options.suffix();
    Ok(set(session.workspace, session.store, &name, root)?)
}

/// Everything that a step of the cluster may fetch, whether it is in the store now or not: after the next edit a step
/// needs it again, perhaps without a network.
fn inputs<'a>(session: &Session<'a>) -> Result<Vec<&'a Pin>, PlanError> {
    let shared = [session.api.pin(), session.helm.pin(), session.kubectl.pin()];
    pins_of(session.catalogue, session.lock, shared.into_iter())
}

/// The pins of every unit and `shared` ones, each once, in the order of the lock.
pub(crate) fn pins_of<'a>(
    catalogue: &Catalogue,
    lock: &'a Lock,
    shared: impl Iterator<Item = &'a Pin>,
) -> Result<Vec<&'a Pin>, PlanError> {
    let mut inputs: Vec<&Pin> = shared.collect();
    for unit in catalogue.units.values() {
        inputs.extend(pins::of_unit(catalogue, lock, unit)?);
    }
    inputs.sort_by_key(|pin| (pin.kind, &pin.name, &pin.version));
    inputs.dedup_by_key(|pin| (pin.kind, &pin.name, &pin.version));
    Ok(inputs)
}
