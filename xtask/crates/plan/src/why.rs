//! Why a unit would be built again.

use std::collections::BTreeMap;

use diag::{Diagnostic, nearest};
use hashing::Digest;
use serde::Serialize;
use serde_json::Value;

use crate::build::Session;
use crate::error::PlanError;
use crate::kept::root_name;
use crate::recipe::Recipe;
use crate::resolve;

/// One difference between the recipe of the last build and the one of now.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Change {
    /// The field of the recipe.
    pub field: String,
    /// What it was; nothing when it is new.
    pub before: Option<String>,
    /// What it is; nothing when it is gone.
    pub after: Option<String>,
}

/// The render recipe of a unit as it is now.
pub fn explain(session: &Session<'_>, unit: &str) -> Result<Recipe, PlanError> {
    let Some(described) = session.catalogue.units.get(unit) else {
        return Err(PlanError::Described(vec![unknown_unit(session, unit)]));
    };
    Ok(resolve::resolve(session.surroundings(), described).map_err(crate::error::described)?.recipe)
}

/// What changed since the last build; nothing when the unit was never built, an empty list when nothing did.
pub fn why(session: &Session<'_>, unit: &str) -> Result<Option<Vec<Change>>, PlanError> {
    let now = explain(session, unit)?;
    let name = root_name(session.workspace, &session.catalogue.cluster.spec.name);
    let before = session.store.root(&name)?.and_then(|root| {
        let key: Digest = root.data.get("units")?.get(unit)?.get("render")?.as_str()?.parse().ok()?;
        let record = session.store.record(&key).ok()??;
        serde_json::from_value::<Recipe>(record.data.get("recipe")?.clone()).ok()
    });
    Ok(before.map(|before| changes(&before, &now)))
}

pub(crate) fn unknown_unit(session: &Session<'_>, unit: &str) -> Diagnostic {
    let cluster = &session.catalogue.cluster.spec.name;
    let diagnostic = Diagnostic::error(format!("cluster `{cluster}` has no unit `{unit}`"));
    let names = session.catalogue.units.keys().map(String::as_str);
    match nearest(unit, names) {
        Some(near) => diagnostic.hint(format!("did you mean `{near}`?")),
        None => diagnostic.hint(format!("`cargo xtask show {cluster}` lists its units")),
    }
}

fn changes(before: &Recipe, now: &Recipe) -> Vec<Change> {
    let (before, now) = (flat(before), flat(now));
    let mut fields: Vec<&String> = before.keys().chain(now.keys()).collect();
    fields.sort();
    fields.dedup();
    fields
        .into_iter()
        .filter(|field| before.get(*field) != now.get(*field))
        .map(|field| Change {
            field: field.clone(),
            before: before.get(field).cloned(),
            after: now.get(field).cloned(),
        })
        .collect()
}

fn flat(recipe: &Recipe) -> BTreeMap<String, String> {
    let mut fields = BTreeMap::new();
    fields.insert("builder".to_owned(), recipe.builder.clone());
    for (name, value) in &recipe.parameters {
        let text = match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        fields.insert(name.clone(), text);
    }
    for (name, digest) in &recipe.inputs {
        fields.insert(name.clone(), digest.to_string());
    }
    fields
}
